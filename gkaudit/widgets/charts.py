"""Charts as inline SVG: bars with their numbers, readable without colour and in print."""

from __future__ import annotations

from collections.abc import Sequence

from gkaudit.html.text import LANGS, esc
from gkaudit.widgets.words import Say

__all__ = ["bars"]

_HEIGHT, _LABEL, _WIDTH, _NUMBER = 24, 330, 330, 70
#: Characters of a label, and bars of a chart.
_LONGEST, _MOST = 24, 20


def bars(title: str, pairs: Sequence[tuple[str, float]], say: Say, *, unit: str = "") -> str:
    """One bar a pair, in the order given; the first twenty."""
    shown = [(label, value) for label, value in pairs if value][:_MOST]
    if not shown:
        return f'<div class="gk" lang="{LANGS[say.lang]}"><h3>{esc(title)}</h3><p>{esc(say("chart.none"))}</p></div>'
    most = max(value for _, value in shown)
    rows = "".join(_bar(at, label, value, most, unit) for at, (label, value) in enumerate(shown))
    height, width = _HEIGHT * len(shown) + 6, _LABEL + _WIDTH + _NUMBER
    return (
        f'<div class="gk" lang="{LANGS[say.lang]}"><h3>{esc(title)}</h3>'
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{esc(title)}">'
        f"{rows}</svg></div>"
    )


def _bar(at: int, label: str, value: float, most: float, unit: str) -> str:
    top, length = at * _HEIGHT + 3, max(1.0, _WIDTH * value / most)
    short = label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"
    middle = top + _HEIGHT / 2 + 1
    return (
        f'<text x="{_LABEL - 8}" y="{middle}" text-anchor="end" font-size="13" fill="#1a1a1a">{esc(short)}'
        f"<title>{esc(label)}</title></text>"
        f'<rect x="{_LABEL}" y="{top}" width="{length:.1f}" height="{_HEIGHT - 6}" fill="#0b4a8f"></rect>'
        f'<text x="{_LABEL + length + 6:.1f}" y="{middle}" font-size="13" fill="#1a1a1a">{value:g} {esc(unit)}</text>'
    )
