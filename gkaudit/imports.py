"""Parts of other packages that are slow to import and that nothing here needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType

__all__ = ["loaded_later", "without_iri_grammar"]

#: jsonschema imports it where it is installed (JupyterLab brings it) to check the format ``iri``; building its
#: grammar takes a second. Nobody here asks jsonschema for formats, and it does without as if it were not there.
_GRAMMAR = "rfc3987_syntax"


@contextmanager
def without_iri_grammar() -> Iterator[None]:
    """Import jsonschema, or what imports it, in here; where it was imported before, nothing is different."""
    if _GRAMMAR in sys.modules:
        yield
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # this is how Python marks what cannot be imported
    try:
        yield
    finally:
        sys.modules.pop(_GRAMMAR, None)


class _Later(MetaPathFinder):
    """Finds modules of these names as everybody does, and has them loaded when something of them is asked for."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(fullname, path, target) if fullname in self._names else None
        if found is not None and found.loader is not None:
            found.loader = LazyLoader(found.loader)
        return found


@contextmanager
def loaded_later(*names: str) -> Iterator[None]:
    """What is imported in here and only names these modules does not wait for them; they load when they are used."""
    finder = _Later(names)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
