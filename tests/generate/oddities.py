"""What real reports do to their tables, one function an oddity; truth comes from what is printed."""

from collections.abc import Callable
from decimal import Decimal
from random import Random

from gkaudit.form import column_of, form

from .model import Printing

Oddity = Callable[[Printing, Random], None]
MARKS = ("/", "—", "-", "无", "——", "／")
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
#: Rows of the first table that have one value only: their label can be glued to it.
GLUEABLE = ("licences", "penalties", "coercive_measures", "fees")
#: Characters that look alike, for one slip in a label.
SLIPS = {"公": "么", "申": "甲", "信": "倍", "结": "给", "政": "攻", "理": "埋", "其": "具", "不": "木", "规": "现"}


def _rows(printing: Printing) -> list[str]:
    return [f"{t.name}.{r.name}" for t in form(printing.edition).tables for r in t.rows]


def _row_keys(printing: Printing, row: str) -> list[str]:
    return printing.keys(*row.split("."))


def _plain(printing: Printing, key: str) -> bool:
    """Not yet changed by another oddity."""
    return printing.text[key] == str(printing.values[key])


def _zeros(printing: Printing) -> list[str]:
    return [k for k, v in printing.values.items() if v == 0 and _plain(printing, k) and k not in _merged(printing)]


def _merged(printing: Printing) -> set[str]:
    """Cells whose value shares a cell with its label."""
    return {k for row in printing.glued | printing.doubled for k in _row_keys(printing, row)}


def fullwidth(printing: Printing, rng: Random) -> None:
    share = rng.choice((0.2, 1.0))
    for key, text in printing.text.items():
        if rng.random() < share:
            printing.text[key] = text.translate(FULL_WIDTH)


def blank_rows(printing: Printing, rng: Random) -> None:
    """Whole rows left empty: the rules (规章), or what is carried over."""
    likely = ["disclosure.government_rules", "disclosure.normative_documents", "requests.pending_end"]
    rows = [r for r in [*likely, *_rows(printing)] if not any(printing.values[k] for k in _row_keys(printing, r))]
    rows = [r for r in rows if r not in printing.glued | printing.doubled | printing.missing]
    for row in rng.sample(rows, min(len(rows), rng.randint(1, 3))):
        for key in _row_keys(printing, row):
            printing.text[key] = ""


def blank_cells(printing: Printing, rng: Random) -> None:
    """Single zeros left out."""
    zeros = [k for k in _zeros(printing) if not k.startswith("requests.processed")]
    for key in rng.sample(zeros, min(len(zeros), rng.randint(1, 8))):
        printing.text[key] = ""


def marks(printing: Printing, rng: Random) -> None:
    """A mark where a number belongs: single cells, or a row of them."""
    zeros = _zeros(printing)
    mark = rng.choice(MARKS)
    for key in rng.sample(zeros, min(len(zeros), rng.randint(1, 6))):
        printing.text[key] = mark
    if rng.random() < 0.5:
        row = "disclosure.government_rules"
        for key in [k for k in _row_keys(printing, row) if k in zeros]:
            printing.text[key] = mark


def thousands(printing: Printing, rng: Random) -> None:
    comma = rng.choice((",", ",", "，"))
    for key, value in printing.values.items():
        if value >= 1000 and _plain(printing, key):
            printing.text[key] = f"{value:,}".replace(",", comma)


def units(printing: Printing, rng: Random) -> None:
    """3件, 152790元, 3.2万元."""
    share = rng.choice((0.1, 1.0))
    for key in printing.text:
        if _plain(printing, key) and rng.random() < share and not column_of(key).signed:
            printing.text[key] += column_of(key).unit


def decimal_fees(printing: Printing, rng: Random) -> None:
    """190.457379 万元 is normal."""
    keys = [k for k in printing.values if column_of(k).decimal]
    for key in keys:
        value = Decimal(rng.choice(("3.2", "190.457379", "18.8710", "0.05", "26.55")))
        printing.values[key], printing.text[key] = value, str(value)


def sign_words(printing: Printing, rng: Random) -> None:
    """2019 only: 减4, 增2, ＋2, －4 in 本年增/减."""
    for key in [k for k in printing.values if column_of(k).signed]:
        value = Decimal(rng.randint(-9, 9))
        words = (f"减{-value}", f"－{-value}", f"-{-value}") if value < 0 else (f"增{value}", f"+{value}", f"{value}")
        printing.values[key], printing.text[key] = value, rng.choice(words if value else ("0",))
        printing.doubtful.add(key.rpartition(".")[0])


def aliases(printing: Printing, rng: Random) -> None:
    other_name = {"2021": "规范性文件", "2019": "行政规范性文件"}[printing.edition]
    printing.labels["disclosure.normative_documents"] = other_name
    printing.labels["requests.exempt_safety_stability"] = '3.危及"三安全一稳定"'
    printing.labels["requests.received"] = "一、本年新收 政府信息公开申请数量"
    printing.labels["requests.partial_grant"] = "（二）部分公开"
    printing.column_labels |= {"research": "科研 机构", "public_interest": "社会公益 组织"}
    if rng.random() < 0.5:
        printing.labels["requests.improper_petition"] = "1.信访、举报、投诉类申请"
        printing.column_labels["issued"] = "本年制发数量"
    if rng.random() < 0.3:
        printing.column_labels["total"] = "合计"


def typo(printing: Printing, rng: Random) -> None:
    """One wrong character in one long label."""
    rows = [r for r in _rows(printing) if not r.startswith("remedies")]
    fits = [r for r in rows if len(printing.label(*r.split("."))) >= 7 and r not in printing.labels]
    row = rng.choice(fits)
    label = printing.label(*row.split("."))
    places = [i for i, c in enumerate(label) if c in SLIPS]
    if places:
        at = rng.choice(places)
        printing.labels[row] = label[:at] + SLIPS[label[at]] + label[at + 1 :]
        printing.doubtful.add(row)


def glued(printing: Printing, rng: Random) -> None:
    """行政处罚 0 in one cell."""
    rows = [f"disclosure.{r}" for r in GLUEABLE if f"disclosure.{r}" in _rows(printing)]
    fits = [r for r in rows if len(_row_keys(printing, r)) == 1 and r not in printing.doubled]
    fits = [r for r in fits if _plain(printing, _row_keys(printing, r)[0])]
    chosen = rng.sample(fits, min(len(fits), rng.randint(1, 3)))
    printing.glued.update(chosen)
    printing.doubtful.update(chosen)


def doubled(printing: Printing, rng: Random) -> None:
    """行政处罚|行政处罚 0, or the label of a row of table three in two columns."""
    rows = [f"disclosure.{r}" for r in GLUEABLE]
    fits = [r for r in _rows(printing) if r in rows and len(_row_keys(printing, r)) == 1]
    fits = [r for r in fits if _plain(printing, _row_keys(printing, r)[0]) and r not in printing.glued]
    wide = [f"requests.{r}" for r in ("received", "pending_start", "full_grant", "processed", "pending_end")]
    chosen = [rng.choice(wide), *rng.sample(fits, min(len(fits), 1))]
    printing.doubled.update(chosen)
    printing.doubtful.update(chosen)


def wrapped(printing: Printing, rng: Random) -> None:
    """A long label on two lines."""
    rows = [r for r in _rows(printing) if not r.startswith("remedies") and r not in printing.glued]
    fits = [r for r in rows if len(printing.label(*r.split("."))) >= 10]
    chosen = rng.sample(fits, rng.randint(1, 4))
    printing.wrapped.update(chosen)
    printing.doubtful.update(chosen)


def no_captions(printing: Printing, rng: Random) -> None:  # noqa: ARG001
    printing.captions = False


def missing_row(printing: Printing, rng: Random) -> None:
    """A row of the form is not in the report."""
    rows = [r for r in _rows(printing) if not r.startswith("remedies")]
    row = rng.choice([r for r in rows if r not in printing.doubtful])
    printing.missing.add(row)
    if printing.break_before == row.split(".")[1]:
        printing.break_before = ""


def missing_table(printing: Printing, rng: Random) -> None:
    printing.missing_tables.add(rng.choice(("disclosure", "requests", "remedies")))


def continued(printing: Printing, rng: Random) -> None:
    """Table three goes on after a page break."""
    rows = [r for r in printing.rows("requests")[2:] if f"requests.{r}" not in printing.missing]
    printing.break_before = rng.choice(rows)
    printing.break_style = rng.choice(("", "header", "note header", "note"))


def heading_inside(printing: Printing, rng: Random) -> None:
    """The heading of the section once more as first row of the table."""
    printing.heading_inside.add(rng.choice(("disclosure", "requests", "remedies")))


#: Changes to the tables, in the order they are applied.
TABLE_ODDITIES: dict[str, Oddity] = {
    "decimal_fees": decimal_fees,
    "sign_words": sign_words,
    "aliases": aliases,
    "typo": typo,
    "glued": glued,
    "doubled": doubled,
    "wrapped": wrapped,
    "thousands": thousands,
    "units": units,
    "marks": marks,
    "blank_cells": blank_cells,
    "blank_rows": blank_rows,
    "fullwidth": fullwidth,
    "no_captions": no_captions,
    "continued": continued,
    "missing_row": missing_row,
    "missing_table": missing_table,
    "heading_inside": heading_inside,
}
#: Changes to the document around the tables; see :mod:`.assemble`.
DOCUMENT_ODDITIES = ("tables_last", "rowlike_prose", "crumbs", "wrapped_title")
ODDITIES = (*TABLE_ODDITIES, *DOCUMENT_ODDITIES)
