"""From a seed to a report: numbers, oddities, tables in their layout, prose around them, truth."""

from collections.abc import Iterator
from random import Random
from typing import Any

from gkaudit.form import form

from . import prose
from .damage import ocr
from .layouts import LAYOUTS
from .model import EMPTY, EMPTY_OR_LOST, EXACT, GONE, LOST, SEEN, SURE, Cell, Composed, Generated, Printing, Words
from .oddities import DOCUMENT_ODDITIES, MARKS, ODDITIES, TABLE_ODDITIES
from .skeleton import tables
from .values import MOODS, numbers

ALL_LAYOUTS = (*LAYOUTS, "ocr")
#: Layouts that drop empty cells, and those that drop or blur columns.
DROPS_BLANKS = frozenset({"spaced", "tokens", "apart", "streamed", "beside"})
BLURS = DROPS_BLANKS | {"aligned"}
#: Layouts that fill rows up with empty cells.
PADDED = frozenset({"grid", "pipes", "ended", "celled"})
#: Layouts in which a label can take two lines without becoming two cells.
WRAPS = frozenset({"cells", "tokens", "spaced", "aligned", "exact", "celled", "barred"})


def applicable(layout: str, edition: str) -> tuple[str, ...]:
    """The oddities that make sense in a layout."""
    if layout == "ocr":
        return DOCUMENT_ODDITIES
    no = set() if layout in WRAPS else {"wrapped"}
    # What a program makes of merged cells when it converts a table; who copies a page gets what is printed there.
    no |= {"glued", "doubled"} if layout in {"streamed", "beside"} else set()
    return tuple(o for o in ODDITIES if o not in no | ({"sign_words"} if edition == "2021" else {"glued", "doubled"}))


def _row_truth(printing: Printing, keys: list[str], layout: str, doubtful: bool, damaged: bool) -> dict[str, Cell]:
    """What may be said about the cells of one printed row (table four is one row).

    ``doubtful``: its label is not the form's; ``damaged``: something in its table is not the form's.
    """
    texts = {k: printing.text[k] for k in keys}
    numbers_seen = frozenset(printing.values[k] for k in keys if texts[k] and texts[k] not in MARKS)
    blanks = [k for k in keys if not texts[k]]
    lossy = bool(blanks) and layout in BLURS | {"ragged"}
    uncertain = lossy and len(blanks) < len(keys)
    # A row that begins or ends with an empty cell may have been shifted; right numbers may say so.
    doubtful = doubtful or (layout in PADDED and not (texts[keys[0]] and texts[keys[-1]]))
    # A number alone at the begin may be that of a cell merged over the row, which is filled up behind it.
    merged = layout in {"ended", "celled"} and len(keys) - len(blanks) == 1 and bool(texts[keys[0]])
    uncertain, lossy = uncertain or merged, lossy or merged
    truth = {}
    for key in keys:
        if not texts[key]:
            states = (GONE if layout in DROPS_BLANKS else EMPTY_OR_LOST) if lossy or damaged else EMPTY
            truth[key] = Cell(None, states | {"inferred"} if uncertain else states, numbers_seen)
        elif texts[key] in MARKS:
            truth[key] = Cell(None, frozenset({"marked", *(GONE | {"inferred"} if uncertain else ())}), numbers_seen)
        else:
            seen = SEEN if uncertain else (SURE if doubtful else EXACT)
            truth[key] = Cell(printing.values[key], seen, numbers_seen if uncertain else frozenset())
    return truth


def _truth(printing: Printing, layout: str) -> dict[str, Cell]:
    truth: dict[str, Cell] = {}
    for table in form(printing.edition).tables:
        rows = [[f"{table.name}.{r.name}"] for r in table.rows]
        damaged = any(n.startswith(table.name) for n in printing.doubtful | printing.missing)
        rows = [[name for row in rows for name in row]] if table.name == "remedies" else rows
        for names in rows:
            keys = [k for n in names for k in printing.keys(*n.split("."))]
            if table.name in printing.missing_tables:
                truth |= dict.fromkeys(keys, Cell(None, frozenset({"absent"})))
            elif printing.missing.issuperset(names):
                truth |= dict.fromkeys(keys, Cell(None, LOST if layout in BLURS else frozenset({"absent"})))
            else:
                doubtful = not printing.doubtful.isdisjoint(names)
                truth |= _row_truth(printing, keys, layout, doubtful, damaged)
    return truth


def _sequence(
    rng: Random, where: prose.Place, printing: Printing, lines: dict[str, list[Any]], odd: frozenset[str] | set[str]
) -> list[Any]:
    """All lines in order: title, preamble, six sections with the tables in three of them."""
    headings = prose.headings()
    gap = [""] if rng.random() < 0.5 else []
    last = "tables_last" in odd
    title = prose.title(rng, where)
    top = prose.crumbs(rng, where) if "crumbs" in odd else []
    if "wrapped_title" in odd:
        cut = rng.choice((title.index(where.organ) + len(where.organ), title.index("工作年度报告")))
        top += [title[:cut].strip(), title[cut:].strip()]
    else:
        top.append(title)
    body = [*prose.preamble(rng, where, printing.edition)]
    sections = {"overall": prose.overall(rng, where, printing.values)}
    if "rowlike_prose" in odd:
        sections["overall"] += rng.sample(prose.ROWLIKE, 3)
    sections["problems"], sections["other"] = prose.problems(rng, where, printing.values), prose.other(rng)
    out = [*gap, *top, "", *(text for p in body for text in (p, *gap))]
    for key, heading in headings.items():
        out += [heading, *gap]
        if key in sections:
            out += [text for p in sections[key] for text in (p, *gap)]
        elif last:
            out += [f"详见附件中的表格{'一二三'[list(headings).index(key) - 1]}。", *gap]
        else:
            out += lines.get(key, [])
    if last:
        out += ["附件", *gap, *(line for name in lines for line in (headings[name][2:], *lines[name]))]
    return out


def _words(text: str, number: int) -> Words:
    if text in prose.headings().values():
        return Words(text, "heading")
    if number < 6 and "政府信息公开" in text and text.endswith("工作年度报告"):
        return Words(text, "title")
    return Words(text, "note" if text.startswith(("附件", "（续表）")) else "paragraph")


def compose(seed: int, *, edition: str = "2021", oddities: frozenset[str] | set[str] = frozenset()) -> Composed:
    """A report of an invented town before any format: what :mod:`.formats` writes as Word, HTML, PDF …

    The same arguments always give the same report; ``oddities`` are names from ``applicable("exact", …)``.
    """
    rng = Random(f"{seed}/exact/{edition}/{'+'.join(sorted(oddities))}")
    where = prose.place(rng, edition)
    mood = "large" if "thousands" in oddities else rng.choices(MOODS, (6, 4, 1))[0]
    printing = Printing(edition, numbers(rng, edition, mood))
    balanced = dict(printing.values)
    for name, change in TABLE_ODDITIES.items():
        if name in oddities:
            change(printing, rng)
    content = {name: [table] for name, table in tables(printing, prose.headings()).items()}
    pieces = [piece for piece in _sequence(rng, where, printing, content, oddities) if piece]
    return Composed(
        blocks=[_words(piece, n) if isinstance(piece, str) else piece for n, piece in enumerate(pieces)],
        text="\n".join(piece for piece in pieces if isinstance(piece, str)),
        cells=_truth(printing, "exact"),
        organ=where.organ,
        county=where.county,
        year=where.year,
        period=(f"{where.year}-01-01", f"{where.year}-12-31"),
        edition=edition,
        layout="exact",
        seed=seed,
        oddities=frozenset(oddities),
        values=balanced,
    )


def make(
    seed: int, *, layout: str = "cells", edition: str = "2021", oddities: frozenset[str] | set[str] = frozenset()
) -> Generated:
    """A report of an invented town; the same arguments always give the same report.

    ``layout`` is one of ``ALL_LAYOUTS``, ``oddities`` names from ``ODDITIES``.
    """
    rng = Random(f"{seed}/{layout}/{edition}/{'+'.join(sorted(oddities))}")
    unknown = set(oddities) - set(ODDITIES)
    if layout not in ALL_LAYOUTS or unknown:
        raise ValueError(f"{layout=} {unknown=}")
    where = prose.place(rng, edition)
    mood = rng.choices(MOODS, (6, 4, 1))[0]
    if layout == "ocr":
        mood = rng.choice(("quiet", "busy"))
    if "thousands" in oddities:
        mood = "large"
    printing = Printing(edition, numbers(rng, edition, mood))
    balanced = dict(printing.values)
    for name, change in TABLE_ODDITIES.items():
        if name in oddities:
            change(printing, rng)
    if layout == "ocr":
        lines, cells = ocr(printing, prose.headings(), rng)
    else:
        write = LAYOUTS[layout]
        printed = tables(printing, prose.headings())
        lines = {name: write(table, rng) for name, table in printed.items()}
        cells = _truth(printing, layout)
    return Generated(
        text="\n".join(_sequence(rng, where, printing, lines, oddities)) + "\n",
        cells=cells,
        organ=where.organ,
        county=where.county,
        year=where.year,
        period=(f"{where.year}-01-01", f"{where.year}-12-31"),
        edition=edition,
        layout=layout,
        seed=seed,
        oddities=frozenset(oddities),
        values=balanced,
    )


def combinations(layout: str, edition: str = "2021", seed: int = 0) -> Iterator[frozenset[str]]:
    """No oddity, each alone, then pairs and triples drawn at random (the same for the same seed)."""
    names = applicable(layout, edition)
    yield frozenset()
    yield from (frozenset({name}) for name in names)
    rng = Random(seed)
    for _ in range(2 * len(names)):
        yield frozenset(rng.sample(names, rng.randint(2, min(3, len(names)))))
