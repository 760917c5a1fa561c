"""The kernel in which notebooks run: this interpreter, no network, nothing of the user's own settings.

A kernel spec called ``python3`` may belong to any environment; here the command is fixed instead.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

__all__ = ["OwnKernelManager", "kernel_options"]

#: A Unix socket has a path of at most 107 bytes; ``kernel-ipc-5`` and a separator come on top.
_LONGEST_FOLDER = 88


class OwnKernelManager(AsyncKernelManager):
    """Starts ipykernel with the interpreter that runs gkaudit, whatever kernel is asked for."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The command, and an environment without profile, history and debugger warnings."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-m",
                "ipykernel_launcher",
                "-f",
                "{connection_file}",
                # Commands of a batch are no one's history; writing them costs time and locks a file.
                "--HistoryManager.enabled=False",
            ],
            display_name="gkaudit",
            language="python",
            # A start-up file in the user's profile must not change what a report says.
            env={"IPYTHONDIR": str(Path(self.connection_file).parent), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        )


@contextmanager
def kernel_options() -> Iterator[dict[str, Any]]:
    """Arguments for papermill's engine, with a private folder that lives as long as the kernel.

    On POSIX the kernel is reached through Unix sockets in that folder, so that no port is opened;
    elsewhere, or where the path would be too long, through the loopback address.
    """
    with tempfile.TemporaryDirectory(prefix="gk-", ignore_cleanup_errors=True) as folder:
        settings = {"connection_file": str(Path(folder) / "kernel.json")}
        if os.name == "posix" and len(os.fsencode(folder)) <= _LONGEST_FOLDER:
            settings["transport"] = "ipc"
        yield {
            "kernel_manager_class": OwnKernelManager,
            "config": Config({"OwnKernelManager": settings}),
            "shutdown_kernel": "immediate",
        }
