"""The explorer (探索界面): looks at an audit, keeps decisions and corrections; it has no rules of its own."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from gkaudit.errors import UsageError
from gkaudit.widgets.words import say_in

if TYPE_CHECKING:
    from gkaudit.auditing import Audit
    from gkaudit.widgets.explorer import Explorer

__all__ = ["missing", "open_explorer"]


def missing(*, opening: bool = False, page: bool = False) -> tuple[str, ...]:
    """Packages of the extra ``explore`` that are not here.

    The explorer itself needs anywidget; ``opening`` it needs JupyterLab, or Voilà for a ``page``.
    """
    opener = ("voila",) if page else ("jupyterlab",)
    return tuple(name for name in ("anywidget", *(opener if opening else ())) if find_spec(name) is None)


def open_explorer(audit: Audit, **options: Any) -> Explorer:
    """The explorer of an audit; options as :class:`gkaudit.widgets.explorer.Explorer` has them.

    Raises UsageError, with what to install, where ``gkaudit[explore]`` is missing.
    """
    if missing():
        raise UsageError(say_in(audit.lang)("missing"))
    from gkaudit.widgets.explorer import Explorer  # noqa: PLC0415 - ipywidgets and anywidget load only here

    return Explorer(audit, **options)
