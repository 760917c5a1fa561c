"""Scans, in numbers: cells right, doubtful and silently wrong for each way a scan can be bad, seconds a page.

    python -m tests.bench.bench_scans [--documents 10] [--only skew,seal] [--first 1000] [--details]

A cell is right when the report says what stands there; inferred when it does and says that this had to be worked
out (told: right or inferred); doubtful when it says that it could not read it; silent when it states something else.
Reports of both forms, every second one with an oddity of its tables.
"""

import argparse
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from gkaudit.report import read
from tests.generate import applicable, compose
from tests.generate.formats import docx, html, scan

#: Name of a variant, the quirks of its pages, the file.
VARIANTS = (
    ("200 dpi", "", "tif"),
    ("200 dpi, sans", "sans", "tif"),
    ("200 dpi as PDF", "", "pdf"),
    ("200 dpi, 1 bit", "bilevel", "tif"),
    ("300 dpi", "high_dpi", "tif"),
    ("150 dpi", "low_dpi", "tif"),
    ("150 dpi, jpeg 60", "low_dpi jpeg", "tif"),
    ("150 dpi, 1 bit", "low_dpi bilevel", "tif"),
    ("1 bit, dust", "bilevel speckles", "tif"),
    ("one long PNG", "one_long_page", "png"),
    ("one long JPEG, 150 dpi", "one_long_page low_dpi sans", "jpg"),
    ("pictures in docx", "", "docx"),
    ("pictures in html", "jpeg", "html"),
    ("table 3 in docx, 150 dpi", "low_dpi sans jpeg", "docx"),
    ("skew", "skew", "tif"),
    ("perspective, shade", "perspective shade", "tif"),
    ("noise", "noise", "tif"),
    ("jpeg 60, blur", "jpeg blur", "tif"),
    ("speckles", "speckles", "tif"),
    ("faint, thin rules", "faint thin_rules", "tif"),
    ("bleed, shade", "bleed shade", "tif"),
    ("gaps, dark edge", "gaps edge", "tif"),
    ("streak", "streak", "tif"),
    ("red seal", "seal", "tif"),
    ("red seal, skew, jpeg", "seal skew jpeg", "tif"),
    ("grey seal", "grey_seal", "tif"),
    ("grey seal, blur", "grey_seal blur", "tif"),
    ("turned", "rotated", "tif"),
    ("phone", "skew perspective shade noise jpeg blur", "tif"),
    ("landscape", "landscape", "tif"),
    ("two pages in one picture", "two_up", "tif"),
    ("shaded cells", "shaded_cells", "tif"),
    ("coloured paper", "tinted", "tif"),
    ("coloured paper, red seal", "tinted seal", "tif"),
    ("signature", "signature", "tif"),
    ("punched, dark edge", "punched edge", "tif"),
    ("jpeg 18 to 28", "rough_jpeg", "tif"),
    ("well out of straight", "tilted", "tif"),
    ("copied onto A3", "enlarged", "tif"),
    ("moire", "moire", "tif"),
    ("bad copy", "low_dpi skew noise speckles faint jpeg", "tif"),
    ("worst", "low_dpi skew perspective shade noise speckles gaps bleed blur jpeg streak edge", "tif"),
)

_TEXTS = {"docx": docx.write, "html": html.write}


def measure(name, quirks, kind, documents, first, *, details):
    """One row of the table: counts over some documents."""
    told = Counter()
    for number in range(first, first + documents):
        edition = "2019" if number % 3 == 2 else "2021"
        rng = Random(f"{name}/{number}")
        odd = rng.choice([o for o in applicable("exact", edition) if o not in ("missing_row", "missing_table")])
        made = compose(number, edition=edition, oddities={odd} if number % 2 else set())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"报告.{kind}"
            path.write_bytes(_file(made, rng, frozenset(quirks.split()), kind, only="table 3" in name))
            wall, cpu = time.perf_counter(), time.process_time()
            report = read(path)
            told["wall"] += time.perf_counter() - wall
            told["cpu"] += time.process_time() - cpu
        told["pages"] += max((p.anchor.page or 1) for p in report.document.blocks)
        who = report.identity
        told["identified"] += (who.organ, who.county, who.year) == (made.organ, made.county, made.year)
        told += _judged(made, report, f"{name} {number} {odd if number % 2 else ''}", details=details)
    return told


def _file(made, rng, quirks, kind, *, only):
    """Bytes of a scan, or of a text with pictures of its tables (of table 3 only)."""
    if kind not in _TEXTS:
        return scan.write(made, rng, quirks, kind)
    pictures = scan.table_pictures(made, rng, quirks)
    pasted = {"requests": pictures["requests"]} if only else pictures
    return _TEXTS[kind](made, rng, frozenset(), pasted)


def _judged(made, report, label, *, details):
    told, why = Counter(), Counter()
    for row in report.cells.iter_rows(named=True):
        said = made.wrong(row["key"], row["value"], row["state"])
        silent = "SILENT" in said or "do not fit" in said or "wrong guess" in said
        doubt = "inferred" if row["state"] == "inferred" else "doubtful"
        told["silent" if silent else doubt if said else "right"] += 1
        if details and (silent or (details > 2 and said)):
            print(f"    {label}: {said} | raw {row['raw']!r}, {row['note']}, {row['confidence']:.2f}", flush=True)
        elif details and said:
            why[f"{row['state']}: {row['note']}"] += 1
    for reason, count in why.most_common():
        print(f"    {label}: {count} x {reason}", flush=True)
    return told


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--only", default="", help="parts of names of variants, with commas between")
    parser.add_argument(
        "--details",
        action="count",
        default=0,
        help="print silent cells and why others are in doubt; three times: every one",
    )
    chosen = parser.parse_args()
    wanted = [part for part in chosen.only.split(",") if part]
    print(
        f"{'variant':24} {'cells':>6} {'right':>8} {'told':>8} {'inferred':>9} {'doubtful':>9} {'silent':>7} {'named':>6} {'s/page':>7} {'cpu':>6}"
    )
    total = Counter()
    for name, quirks, kind in VARIANTS:
        if wanted and not any(part in name for part in wanted):
            continue
        told = measure(name, quirks, kind, chosen.documents, chosen.first, details=chosen.details)
        total += told
        print(_row(name, told, chosen.documents), flush=True)
    print(_row("all", total, 1))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB (with the generator)")


def _row(name, told, documents):
    cells = told["right"] + told["inferred"] + told["doubtful"] + told["silent"]
    right, known = (f"{100 * count / cells:.2f} %" for count in (told["right"], told["right"] + told["inferred"]))
    named = f"{told['identified']}/{documents}" if documents > 1 else str(told["identified"])
    each = (told[clock] / max(told["pages"], 1) for clock in ("wall", "cpu"))
    counts = f"{told['inferred']:9} {told['doubtful']:9} {told['silent']:7}"
    return f"{name:24} {cells:6} {right:>8} {known:>8} {counts} {named:>6} {next(each):7.1f} {next(each):6.1f}"


if __name__ == "__main__":
    main()
