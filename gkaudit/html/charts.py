"""Charts of a batch as inline SVG: what was decided on requests, and how numbers are spread over bodies.

A chart says its numbers in text as well; colour carries nothing alone. Only our own words and numbers
go into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from gkaudit.form import EDITIONS, form, group_en, key_label
from gkaudit.html.batch import Batch
from gkaudit.html.text import esc

__all__ = ["chart_keys", "charts_html"]

_RECEIVED = "requests.received.total"
_PROCESSED = "processed"
#: Cells whose spread over the bodies is shown, with the name of the chart in the word list.
_SPREAD = (
    (_RECEIVED, "chart.received"),
    ("disclosure.licences.decisions", "chart.licences"),
    ("disclosure.penalties.decisions", "chart.penalties"),
    ("disclosure.normative_documents.in_force", "chart.normative"),
)
#: Upper ends of the bins of a spread; the last one is open.
_BINS = (0, 2, 5, 10, 20, 50, 100, 500)
_ROW, _BAR, _WIDE = 28, 15, 460
#: Room for labels: Chinese and English names of outcomes, and of bins.
_LABELS = {"zh": 112, "en": 190}
_BIN_LABEL = 74


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A result of requests: a line of table 3, or a group of lines such as （三）不予公开."""

    label: str
    en: str
    keys: tuple[str, ...]


@cache
def _outcomes() -> tuple[_Outcome, ...]:
    """The results in the order of the form, both editions together; the total is none of them."""
    keys: dict[str, list[str]] = {}
    english: dict[str, str] = {}
    for edition in EDITIONS:
        rows = form(edition).table("requests").rows
        outer = next(row.group for row in rows if row.name == _PROCESSED)
        for row in rows:
            if row.group is None or row.name == _PROCESSED:
                continue
            label = row.label if row.group == outer else row.group
            english.setdefault(label, row.en if row.group == outer else group_en(row.group))
            key = f"requests.{row.name}.total"
            if key not in keys.setdefault(label, []):
                keys[label].append(key)
    ordered = sorted(keys, key=lambda label: "一二三四五六七八九".find(label[1]))
    return tuple(_Outcome(label.partition("（区")[0], english[label], tuple(keys[label])) for label in ordered)


def chart_keys() -> tuple[str, ...]:
    """The cells that :func:`charts_html` needs the numbers of."""
    return (*(key for outcome in _outcomes() for key in outcome.keys), *(key for key, _ in _SPREAD))


def _number(value: float) -> str:
    return f"{value:,.0f}"


def _bars(rows: Sequence[tuple[str, float, str]], described: str, label_width: int) -> str:
    """Horizontal bars: label, number, and what is written at the end of the bar."""
    most = max((number for _, number, _ in rows), default=0) or 1
    room = _WIDE - label_width - 116
    parts = []
    for at, (label, number, said) in enumerate(rows):
        top = at * _ROW
        length = round(room * number / most, 1)
        middle = top + _ROW / 2 + 5
        parts.append(
            f'<text class="gk-c-label" x="{label_width - 10}" y="{middle}" text-anchor="end">{esc(label)}</text>'
            f'<rect class="gk-c-bar" x="{label_width}" y="{top + (_ROW - _BAR) / 2}" width="{max(length, 0)}" '
            f'height="{_BAR}"/>'
            f'<text class="gk-c-number" x="{label_width + length + 8}" y="{middle}">{esc(said)}</text>'
        )
    height = len(rows) * _ROW
    axis = f'<line class="gk-c-axis" x1="{label_width}" x2="{label_width}" y1="0" y2="{height}"/>'
    return (
        f'<svg class="gk-chart" role="img" viewBox="0 0 {_WIDE} {height}" aria-label="{esc(described)}">'
        f"{''.join(parts)}{axis}</svg>"
    )


def _figure(title: str, svg: str, note: str) -> str:
    return f"<figure><figcaption>{esc(title)}</figcaption>{svg}<p>{esc(note)}</p></figure>"


def _requests(batch: Batch) -> str:
    """What became of the requests, over all reports."""
    say = batch.words
    numbers = [(o, batch.total(o.keys)) for o in _outcomes()]
    whole = sum(number for _, number in numbers)
    rows = []
    for outcome, number in numbers:
        share = say("chart.share", n=_number(number), share=f"{100 * number / whole:.1f}") if whole else "0"
        rows.append((outcome.label if batch.lang == "zh" else outcome.en, number, share))
    described = say.join([f"{label} {said}" for label, _, said in rows])
    note = say("chart.outcomes.note", n=_number(whole), reports=len(batch.numbers(_RECEIVED)))
    title = say("chart.outcomes")
    return _figure(title, _bars(rows, f"{title}{say('colon')}{described}", _LABELS[batch.lang]), note)


def _bins(lang: str) -> list[str]:
    ends = [0, *(end + 1 for end in _BINS[:-1])]
    named = [str(high) if low >= high else f"{low}–{high}" for low, high in zip(ends, _BINS, strict=True)]
    return [*named, f"{_BINS[-1]}+" if lang == "en" else f"{_BINS[-1]}以上"]


def _spread(key: str, name: str, batch: Batch) -> str:
    """How many reports give a number of this size; those without a known number are said beside it."""
    say = batch.words
    numbers = batch.numbers(key)
    counts = [0] * (len(_BINS) + 1)
    for number in numbers:
        counts[next((at for at, end in enumerate(_BINS) if number <= end), len(_BINS))] += 1
    last = max((at for at, count in enumerate(counts) if count), default=0)
    rows = [
        (label, float(count), str(count))
        for label, count in zip(_bins(batch.lang), counts[: max(last + 1, 3)], strict=False)
    ]
    title = say(name)
    described = say.join([f"{label}{say('colon')}{said}" for label, _, said in rows])
    note = say("chart.spread.note", total=_number(sum(numbers)), n=len(numbers), unknown=batch.unknown.get(key, 0))
    svg = _bars(rows, f"{title}{say('colon')}{described}", _BIN_LABEL)
    return _figure(title, svg, f"{note}{say('chart.cell', cell=key_label(key, batch.lang))}")


def charts_html(batch: Batch) -> str:
    """The figures; a sentence instead where no number was read."""
    say = batch.words
    if batch.values.is_empty():
        return f"<p>{esc(say('chart.none'))}</p>"
    figures = [_requests(batch), *(_spread(key, name, batch) for key, name in _SPREAD)]
    return f'<p>{esc(say("chart.intro"))}</p><div class="gk-figures">{"".join(figures)}</div>'
