"""Random reports in every format with every oddity together, read back and judged cell by cell.

    python -m tests.bench.sweep [--documents 100] [--first 0] [--formats docx pdf] [--changes] [--details]

For each format: cells right, flagged (the report says that it could not tell), silent (it states what does
not stand there), and documents whose body, county, year and period are right. ``--changes`` also changes the grid
of the tables; ``--wild`` says everything in other words; the formats ``docx.pdf`` and ``html.pdf`` are
printed by LibreOffice and by a browser;
``--with`` and ``--only`` fix quirks, ``--ordinary`` takes only those that are met every day. What LibreOffice
cannot save as .doc or .rtf is left out, named and counted. It measures; it does not pass or fail.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from random import Random

from gkaudit.errors import GkauditError
from gkaudit.form import EDITIONS
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import ALL_LAYOUTS, applicable, compose, make
from tests.generate.formats import csv, docx, html, mht, ofd, office, pdf, printed
from tests.generate.structure import CHANGES, as_printed, changed, together
from tests.generate.wild import wild

#: Quirks that make another document of it: what is a picture, or lost by the program that saves it.
PICTURES = {"image_page", "text_layer_scan", "table_picture", "image_table"}
UNSAVED = office.UNSAVED | {"nested", "boxed_table", "equations"} | set(docx.PACKAGE_QUIRKS)
WITHOUT_A_RIGHT_SIDE = {"no_rules", "horizontal_only", "open_sides"}
WRITERS: dict[str, tuple[Callable, tuple[str, ...]]] = {
    "docx": (docx.write, docx.QUIRKS),
    "html": (html.write, html.QUIRKS),
    "mht": (mht.write, (*mht.QUIRKS, *mht.PAGE_QUIRKS)),
    "pdf": (pdf.write, pdf.QUIRKS),
    "ofd": (ofd.write, ofd.QUIRKS),
    "csv": (csv.write, csv.QUIRKS),
}
OFFICE = ("doc", "rtf")
#: What is met every day: merged and nested tables, tracked changes, tables over two pages or without rules, page heads.
_DRAWN = ("thin_rects", "broken_rules", "double_rules", "cell_boxes", "no_rules", "split_row", "repeated_header",
          "page_numbers", "running_header", "merged_centered", "two_fonts")  # fmt: skip
_WORD = ("hmerge", "fine_grid", "layout_table", "nested", "text_box", "tracked", "tracked_rows", "content_controls",
         "auto_numbering", "split_tables", "picture", "multi_run", "header_footer", "comments")  # fmt: skip
ORDINARY = {"pdf": _DRAWN, "ofd": _DRAWN, "docx": _WORD, "doc": _WORD, "rtf": _WORD}
FORMATS = ("txt", "md", *WRITERS, *OFFICE)
#: Printed to PDF by LibreOffice and by a browser; only where they are asked for.
PRINTED = {"docx.pdf": printed.by_office, "html.pdf": printed.by_browser}


def _report(rng: Random, seed: int, *, changes: bool, wildly: bool):
    edition = rng.choice((*EDITIONS, "2021"))
    names = list(applicable("exact", edition))
    # A misprinted label in one cell with its number is called unreadable, whatever the format.
    names.remove(rng.choice(("typo", "glued")) if "glued" in names else "typo")
    if wildly:
        names.remove("wrapped_title")
    if changes:
        names = [
            name for name in names if name not in ("missing_row", "missing_table", "glued", "doubled", "continued")
        ]
    made = compose(seed, edition=edition, oddities=set(rng.sample(names, rng.randint(0, 4))))
    names = rng.choice(([rng.choice(list(CHANGES))], together(rng))) if changes else []
    made = changed(made, names, seed)
    return (*wild(made, seed), names) if wildly else (made, None, names)


def _text(rng: Random, seed: int, kind: str):
    layout = "pipes" if kind == "md" else rng.choice([n for n in ALL_LAYOUTS if n != "pipes"])
    edition = rng.choice(EDITIONS)
    names = applicable(layout, edition)
    return make(
        seed, layout=layout, edition=edition, oddities=set(rng.sample(names, rng.randint(0, min(3, len(names)))))
    )


def documents(kind: str, asked: argparse.Namespace):
    """(report, what must be understood around its tables, what was done to it, bytes) of one format.

    None for the bytes of a document that LibreOffice cannot save.
    """
    numbers = range(asked.first, asked.first + asked.documents)
    rngs = [Random(f"sweep/{kind}/{n}") for n in numbers]
    if kind in ("txt", "md"):
        for n, rng in zip(numbers, rngs, strict=True):
            made = _text(rng, n, kind)
            yield made, None, (made.layout,), made.text.encode(rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")))
        return
    source = kind.removesuffix(".pdf")
    write, quirks = WRITERS.get(source, (docx.write, docx.QUIRKS))
    quirks = printed.QUIRKS[source] if kind in PRINTED else quirks
    batch = []
    for n, rng in zip(numbers, rngs, strict=True):
        made, known, names = _report(rng, n, changes=asked.changes, wildly=asked.wild)
        possible = [
            q
            for q in quirks
            if q not in PICTURES
            and (not asked.ordinary or q in ORDINARY.get(kind, quirks))
            and not (kind in OFFICE and q in UNSAVED)
            and not (kind == "rtf" and q in office.UNSAVED_RTF)
        ]
        chosen = set(asked.only) if asked.only else set(rng.sample(possible, rng.randint(0, 5))) | set(asked.fixed)
        made = as_printed(made) if kind == "csv" or chosen & WITHOUT_A_RIGHT_SIDE else made
        data = write(made, Random(n), frozenset(chosen) - (office.PUT_IN if kind in OFFICE else frozenset()))
        chosen |= {name.upper() for name in names}
        if kind in OFFICE or kind in PRINTED:
            batch.append((made, known, tuple(sorted(chosen)), data))
        else:
            yield made, known, tuple(sorted(chosen)), data
    for start in range(0, len(batch), 20):
        part = batch[start : start + 20]
        own = [d for *_, d in part]
        saved = PRINTED[kind](own) if kind in PRINTED else office.saved_where_possible(own, kind)
        for (made, known, chosen, _), data in zip(part, saved, strict=True):
            shaken = data and "slivers" in chosen
            yield made, known, chosen, office.shaken(data, Random(made.seed)) if shaken and kind in OFFICE else data


def _unlike(made, known, report) -> list[str]:
    """What is said of the report as a whole and is not so."""
    if known is not None:
        return known.faults(report)
    who = report.identity
    period = who.period and (str(who.period.start), str(who.period.end))
    said, wanted = (who.organ, who.county, who.year, period), (made.organ, made.county, made.year, made.period)
    return [] if said == wanted else [f"{said}, want {wanted}"]


def judged(made, report, *, details: bool, label: str) -> Counter:
    """Cells by what is to be said of them."""
    told: Counter = Counter()
    for row in report.cells.iter_rows(named=True):
        said = made.wrong(row["key"], row["value"], row["state"])
        silent = "SILENT" in said or "do not fit" in said or "wrong guess" in said
        told["silent" if silent else "flagged" if said else "right"] += 1
        if said and (silent or details):
            print(f"    {label}: {said} | {row['raw']!r} {row.get('note', '')}", flush=True)
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--formats", nargs="+", default=list(FORMATS), choices=(*FORMATS, *PRINTED))
    parser.add_argument("--changes", action="store_true", help="change the grids of the tables too")
    parser.add_argument("--wild", action="store_true", help="other wordings of titles, headings, labels and dates")
    parser.add_argument("--with", dest="fixed", nargs="*", default=[], help="quirks of every document")
    parser.add_argument("--only", nargs="*", default=[], help="these quirks and no others")
    parser.add_argument("--ordinary", action="store_true", help="only quirks that are met every day")
    parser.add_argument("--details", action="store_true", help="print flagged cells too, not only silent ones")
    asked = parser.parse_args()
    print(
        f"{'format':8} {'docs':>5} {'cells':>7} {'right':>8} {'flagged':>8} {'silent':>7} {'named':>6} {'refused':>8} {'unsaved':>8} {'s':>6}"
    )
    for kind in asked.formats:
        told: Counter = Counter()
        begun = time.perf_counter()
        for made, known, quirks, data in documents(kind, asked):
            label = f"{kind} {made.seed} {made.edition} {'+'.join(sorted(made.oddities))} [{' '.join(quirks)}]"
            if data is None:
                told["unsaved"] += 1
                print(f"    {label}: left out, LibreOffice cannot save it", flush=True)
                continue
            told["docs"] += 1
            try:
                report = understand(read_source(Source.of(data, f"报告.{kind.rpartition('.')[2]}")))
            except GkauditError as error:
                told["refused"] += 1
                print(f"    {label}: refused: {error}", flush=True)
                continue
            told += judged(made, report, details=asked.details, label=label)
            faults = _unlike(made, known, report)
            told["named"] += not faults
            if faults:
                print(f"    {label}: {'; '.join(faults)}", flush=True)
        cells = told["right"] + told["flagged"] + told["silent"]
        print(
            f"{kind:8} {told['docs']:5} {cells:7} {100 * told['right'] / max(cells, 1):7.3f}% {told['flagged']:8} "
            f"{told['silent']:7} {told['named']:6} {told['refused']:8} {told['unsaved']:8} {time.perf_counter() - begun:6.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
