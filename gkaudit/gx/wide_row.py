"""One row of the wide frame, to ask for a few of its values.

The frame has more than a thousand columns, claims with their places among them; a rule looks at some twenty of
them, so that a whole row as a dictionary is mostly for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from gkaudit.gx.rules_base import FRAME, FRAME_ROW, KEPT, PRIOR, PRIOR_ROW

__all__ = ["WideRow"]


class WideRow(Mapping[str, Any]):
    """The values of a report by column; those of the year before under :data:`~gkaudit.gx.rules_base.PRIOR`.

    The frame itself and the place in it are there as :data:`~gkaudit.gx.rules_base.FRAME` and
    :data:`~gkaudit.gx.rules_base.FRAME_ROW`, and as :data:`~gkaudit.gx.rules_base.KEPT` what rules know of the
    frame by now: ``kept``, which the rows of a frame share. A value is taken from the frame when it is asked
    for, once.
    """

    def __init__(
        self, wide: pl.DataFrame, at: int, names: frozenset[str] | None = None, kept: dict[Any, Any] | None = None
    ) -> None:
        self._wide, self._at = wide, at
        self._names = frozenset(wide.columns) if names is None else names
        self._taken: dict[str, Any] = {FRAME: wide, FRAME_ROW: at, KEPT: {} if kept is None else kept}
        self._earlier: int | None = self._own(PRIOR_ROW) if PRIOR_ROW in self._names else None

    def __getitem__(self, name: str) -> Any:
        if name not in self._taken:
            self._taken[name] = self._found(name)
        return self._taken[name]

    def _found(self, name: str) -> Any:
        before = name.removeprefix(PRIOR)
        if self._earlier is not None and name not in (PRIOR_ROW, before) and before in self._names:
            return self._value(before, self._earlier)
        if name not in self._names:
            raise KeyError(name)
        return self._own(name)

    def _own(self, name: str) -> Any:
        return self._value(name, self._at)

    def _value(self, name: str, at: int) -> Any:
        return self._wide.get_column(name).slice(at, 1).to_list()[0]

    def __iter__(self) -> Iterator[str]:
        yield from (FRAME, FRAME_ROW, KEPT, *self._names)
        if self._earlier is not None:
            yield from (f"{PRIOR}{name}" for name in self._names if f"{PRIOR}{name}" not in self._names)

    def __len__(self) -> int:
        return sum(1 for _ in self)
