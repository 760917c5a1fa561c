"""``dask worker … --preload gkaudit.preload``: a worker that joins its cluster ready to read and to make pages.

Without it the first tasks of a worker start and import what they need, which takes seconds of every worker.
"""

from __future__ import annotations

import asyncio

__all__ = ["dask_setup"]


async def dask_setup(_worker: object) -> None:
    """Called by Dask before the worker registers with its scheduler; what fails is logged there, and starts later."""
    await asyncio.to_thread(_get_ready)


def _get_ready() -> None:
    # Dask imports this module in the process that looks after the worker as well, which needs nothing of it.
    from gkaudit.cluster import get_ready  # noqa: PLC0415

    get_ready()
