"""Generated reports are read back: every cell right or honestly in doubt, never silently wrong.

What may be said about a cell is decided by the generator (:meth:`tests.generate.Generated.wrong`).
"""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gkaudit.form import EDITIONS, form
from gkaudit.report import read
from tests.generate import ALL_LAYOUTS, applicable, combinations, make

SEEDS = range(40)
PLAIN = [(layout, seed) for layout in ALL_LAYOUTS for seed in SEEDS]
SINGLE = [(layout, oddity) for layout in ALL_LAYOUTS for oddity in dict.fromkeys(applicable(layout, "2021"))]
ONLY_2019 = [(layout, "sign_words") for layout in ALL_LAYOUTS if layout != "ocr"]
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8-sig": lambda text: text.encode("utf-8-sig"),
    "utf-16-le": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "gb18030": lambda text: text.encode("gb18030"),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
}


def _read(made, folder, data=None):
    path = folder / ("报告.md" if made.layout == "pipes" else "报告.txt")
    path.write_bytes(made.text.encode() if data is None else data)
    return read(path)


def _faults(made, report):
    """Every cell that may not be said, and every key that is missing or too much."""
    rows = {row["key"]: row for row in report.cells.iter_rows(named=True)}
    if tuple(rows) != form(made.edition).keys():
        return [f"keys: {len(rows)} of {len(made.cells)}, missing {[k for k in made.cells if k not in rows][:5]}"]
    return [said for key, row in rows.items() if (said := made.wrong(key, row["value"], row["state"]))]


def _fails(made, faults):
    if not faults:
        return
    text = "\n".join(faults[:12])
    pytest.fail(f"{len(faults)} cells of {made.layout}/{made.seed}/{made.edition}/{sorted(made.oddities)}:\n{text}")


def _check(made, folder, data=None):
    report = _read(made, folder, data)
    _fails(made, _faults(made, report))
    return report


@pytest.mark.parametrize(("layout", "seed"), PLAIN)
def test_layouts(layout, seed, tmp_path):
    edition = EDITIONS[seed % 4 == 3]
    made = make(seed, layout=layout, edition=edition)
    report = _check(made, tmp_path)
    identity = report.identity
    assert (identity.organ, identity.county, identity.year) == (made.organ, made.county, made.year)
    assert (str(identity.period.start), str(identity.period.end)) == made.period


@pytest.mark.parametrize(("layout", "oddity"), SINGLE)
def test_single_oddities(layout, oddity, tmp_path):
    for seed in range(4):
        _check(make(seed, layout=layout, oddities={oddity}), tmp_path)


@pytest.mark.parametrize(("layout", "oddity"), ONLY_2019)
def test_signed_changes(layout, oddity, tmp_path):
    for seed in range(4):
        _check(make(seed, layout=layout, edition="2019", oddities={oddity}), tmp_path)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_combined_oddities(layout, edition, tmp_path):
    for seed, oddities in enumerate(combinations(layout, edition)):
        _check(make(seed, layout=layout, edition=edition, oddities=oddities), tmp_path)


@pytest.mark.parametrize("oddity", ["crumbs", "wrapped_title", "rowlike_prose", "tables_last"])
@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_identity_in_spite_of(layout, oddity, tmp_path):
    for seed in range(5):
        made = make(seed, layout=layout, oddities={oddity})
        identity = _read(made, tmp_path).identity
        assert (identity.organ, identity.county, identity.year) == (made.organ, made.county, made.year)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_encodings(layout, encoding, tmp_path):
    for seed in (1, 2):
        made = make(seed, layout=layout)
        _check(made, tmp_path, ENCODINGS[encoding](made.text))


@st.composite
def _reports(draw):
    layout, edition = draw(st.sampled_from(ALL_LAYOUTS)), draw(st.sampled_from(EDITIONS))
    names = applicable(layout, edition)
    oddities = draw(st.frozensets(st.sampled_from(names), max_size=4))
    return make(draw(st.integers(0, 10**6)), layout=layout, edition=edition, oddities=oddities)


@settings(deadline=None, max_examples=150, derandomize=True)
@given(made=_reports())
def test_nothing_is_silently_wrong(made):
    """Whatever is combined: a cell called reported has the number that stands there."""
    with tempfile.TemporaryDirectory() as folder:
        faults = _faults(made, _read(made, Path(folder)))
    _fails(made, [f for f in faults if "SILENT" in f or "do not fit" in f or f.startswith("keys")])
