"""Parts of other packages that are slow to import and that nothing here needs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_iri_grammar"]

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
