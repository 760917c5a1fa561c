"""Changed reports of every format are read, or refused in a sentence; never anything else.

Bounded: ``GKAUDIT_FUZZ_SECONDS`` for each format (default 3). Seeded: a failure prints the seed, and
``GKAUDIT_FUZZ_SEED`` runs that one alone (``html/17``).
"""

import importlib
import io
import os
import time
import zipfile
from decimal import Decimal
from functools import cache
from random import Random

import pytest

from gkaudit.errors import GkauditError
from gkaudit.frames import STATES
from gkaudit.readers import Source, archive, office, ole, read_source
from gkaudit.report import understand
from tests.fuzz.mutate import MUTATORS
from tests.generate import compose, make
from tests.hostile.compound import compound

SECONDS = float(os.environ.get("GKAUDIT_FUZZ_SECONDS", "3"))
ONLY = os.environ.get("GKAUDIT_FUZZ_SEED", "")
ORIGINALS = 6
#: Seconds of computing one changed file may take (scans are recognised page by page), whatever else runs.
SLOWEST = 30


def _writer(name):
    try:
        return importlib.import_module(f"tests.generate.formats.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"tests.generate.formats.{name}":
            raise
        return None


@cache
def original(kind, number):
    """A whole report in a format, with two quirks of its writer; None where there is no writer."""
    rng = Random(f"{kind}/{number}")
    if kind in BUILT:
        return BUILT[kind](number, rng)
    writer = _writer(kind)
    if writer is None:
        return None
    quirks = frozenset(rng.sample(writer.QUIRKS, 2)) if number else frozenset()
    return writer.write(compose(number, edition=rng.choice(("2021", "2019"))), rng, quirks)


def _zip(_, __):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for n in range(3):
            made.writestr(f"镇{n}/报告.txt", make(n, layout="grid").text)
    return out.getvalue()


def _txt(number, rng):
    return make(number, layout="grid").text.encode(rng.choice(("utf-8", "gb18030", "utf-16")))


def _doc(_, __):
    return compound({"WordDocument": b"\xec\xa5" + bytes(9000), "1Table": bytes(5000), "\x05SummaryInformation": b"x"})


def _rtf(_, __):
    rows = b"{\\trowd\\cellx100\\intbl \\u25919?\\cell\\row}" * 30
    return b"{\\rtf1\\ansi{\\fonttbl{\\f0 SimSun;}}%b}" % rows


def _picture(kind, rng):
    from PIL import Image, ImageDraw

    image = Image.new("L", (600, 400), 255)
    draw = ImageDraw.Draw(image)
    for n in range(10):
        draw.line((20, 20 + 36 * n, 580, 20 + 36 * n), fill=0, width=2)
        draw.line((20 + 62 * n, 20, 20 + 62 * n, 344), fill=0, width=2)
        draw.text((rng.randrange(560), rng.randrange(330)), str(n), fill=0)
    out = io.BytesIO()
    image.save(out, {"png": "PNG", "tif": "TIFF"}[kind])
    return out.getvalue()


BUILT = {
    "zip": _zip,
    "txt": _txt,
    "doc": _doc,
    "rtf": _rtf,
    "png": lambda _, rng: _picture("png", rng),
    "tif": lambda _, rng: _picture("tif", rng),
}


def _use(source):
    """Read the changed file to the end, without LibreOffice, which is not ours."""
    if office.detect(source):
        office._check(source)
        ole.compound(source.data)
        return
    if source.suffix == ".zip":
        archive.detect(source)
        return
    report = understand(read_source(source))
    rows = report.cells
    assert rows.height in (198, 200)
    assert set(rows.get_column("state")) <= set(STATES)
    assert all(isinstance(v, Decimal) for v in rows.get_column("value").drop_nulls())
    assert report.record("x")["format"] == report.document.format
    report.section_records("x")


def _one(kind, number):
    rng = Random(f"{kind}/{number}/change")
    data = original(kind, number % ORIGINALS)
    for _ in range(rng.choice((1, 1, 2, 4))):
        data = rng.choice(MUTATORS[kind])(data, rng) or b"x"
    begun, said = time.process_time(), "报告."
    try:
        _use(Source.of(data, f"报告.{kind}"))
    except GkauditError as error:
        said = str(error)
    except Exception as error:
        error.add_note(f"GKAUDIT_FUZZ_SEED={kind}/{number} breaks it")
        raise
    assert said.startswith("报告.")
    assert "\n" not in said
    assert time.process_time() - begun < SLOWEST, f"GKAUDIT_FUZZ_SEED={kind}/{number} takes too long"


@pytest.mark.parametrize("kind", MUTATORS)
def test_changed_reports_are_read_or_refused(kind):
    if original(kind, 0) is None:
        pytest.skip(f"no writer of {kind}")
    if ONLY:
        wanted, _, number = ONLY.partition("/")
        if wanted == kind:
            _one(kind, int(number))
        return
    end, number = time.monotonic() + SECONDS, 0
    while number < 5 or time.monotonic() < end:
        _one(kind, number)
        number += 1
    print(f"{kind}: {number} changed files")


@pytest.mark.parametrize("kind", MUTATORS)
def test_the_same_seed_gives_the_same_file(kind):
    if original(kind, 0) is None:
        pytest.skip(f"no writer of {kind}")
    made = []
    for _ in range(2):
        rng = Random("same")
        made.append(rng.choice(MUTATORS[kind])(original(kind, 0), rng))
    # Times in a zip are all that may differ.
    assert len(made[0]) == len(made[1])
