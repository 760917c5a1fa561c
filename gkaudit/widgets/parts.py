"""The two parts of the explorer that have a script of their own (anywidget; nothing is fetched from anywhere).

Needs ``gkaudit[explore]``. The scripts know nothing about reports: one shows rows of text, the other markup
that :mod:`gkaudit.widgets` made with escaped text, and tells which marked element was clicked.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import anywidget
import traitlets

from gkaudit.html.text import stylesheet

__all__ = ["ReportList", "Sheet"]


@cache
def _file(name: str) -> str:
    return files("gkaudit.widgets").joinpath(name).read_text("utf-8")


class ReportList(anywidget.AnyWidget):
    """A list that draws only what is in view.

    ``rows`` is JSON: for each report name, year, county, numbers of errors, warnings and notes, and how many
    findings are open; ``order`` the rows to show; ``chosen`` the row that was picked, -1 for none.
    """

    _esm = _file("list.js")
    _css = _file("explorer.css")
    rows = traitlets.Unicode("[]").tag(sync=True)
    order = traitlets.List(traitlets.Int()).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)


class Sheet(anywidget.AnyWidget):
    """Markup with elements ``data-gk="…"`` that can be clicked or reached by keyboard.

    ``marks`` are the elements to mark, ``focus`` the one to bring into view; ``chosen`` is the one clicked
    last, and ``clicks`` counts, so that a second click on the same element is noticed.
    """

    _esm = _file("sheet.js")
    _css = stylesheet() + _file("explorer.css")
    html = traitlets.Unicode("").tag(sync=True)
    marks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    focus = traitlets.Unicode("").tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)
    clicks = traitlets.Int(0).tag(sync=True)
