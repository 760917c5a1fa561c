"""What the engine ``gkaudit`` (:mod:`gkaudit.notebook.engine`) does: papermill's client with a kernel inside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine
from papermill.log import logger

from gkaudit.notebook.shell import InnerKernel

__all__ = ["CellEngine"]


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """nbclient with a kernel inside this process."""

    @contextmanager
    def setup_kernel(self, **_kwargs: Any) -> Iterator[None]:
        """Start the shell, and end it."""
        with InnerKernel.running() as kernel:
            self.kc = self.km = kernel
            yield


class CellEngine(Engine):  # type: ignore[misc]  # the same
    """Runs the cells of a notebook in this process, one after another."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        **_kwargs: Any,
    ) -> Any:
        """Run the notebook of ``nb_man``; time limits and kernel settings of other engines mean nothing here."""
        given = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        return _Client(nb_man, kernel_name=kernel_name, log=logger, **given).execute()
