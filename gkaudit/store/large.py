"""The tables of a batch that are too large to be in memory at once: what was read, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from gkaudit import frames
from gkaudit.batches import Batch
from gkaudit.closing import Closing
from gkaudit.files import partial_of

__all__ = ["LARGE", "LargeTables"]

#: Their names.
LARGE = ("cells", "sections", "claims")


class LargeTables(Closing):
    """The large tables, written into a folder by a thread while the batch is judged; a context manager.

    What is found in a batch does not change them. Nobody sees them before :meth:`place`; without it they are
    cleared away.
    """

    def __init__(self, batch: Batch, folder: Path) -> None:
        self._batch, self._over = batch, False
        self._partial = {name: partial_of(folder / f"{name}.parquet") for name in LARGE}
        self._ending = ExitStack()
        for partial in self._partial.values():
            self._ending.callback(partial.unlink, missing_ok=True)
        self._written = self._ending.enter_context(ThreadPoolExecutor(1)).submit(self._write)

    def _write(self) -> None:
        for name, partial in self._partial.items():
            frames.write_chunks(self._pieces(name), getattr(frames, name.upper()), partial)

    def _pieces(self, name: str) -> Iterator[pl.DataFrame]:
        for piece in self._batch.pieces(name):
            if self._over:
                raise InterruptedError("nobody wants the tables any more")
            yield piece

    def place(self, data: Path) -> None:
        """Put them in their places when all of them are whole; raises what went wrong with them."""
        self._written.result()
        for name, partial in self._partial.items():
            partial.replace(data / f"{name}.parquet")

    def close(self) -> None:
        """Clear away what has not been put in its place."""
        self._over = True
        self._ending.close()
