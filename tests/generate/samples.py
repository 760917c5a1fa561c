"""The samples in ``reports_in/`` that are no text files: ``python -m tests.generate.samples``.

They are reports of invented towns with errors that a newcomer will see found. The PDF is made by
LibreOffice from the Word file with a free font (Noto Serif CJK SC, SIL Open Font License), of which it
embeds the characters used.
"""

import subprocess
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from gkaudit.readers import soffice
from tests.generate import Composed, Words, compose
from tests.generate.formats import docx, html
from tests.generate.skeleton import Printed

FOLDER = Path(__file__).parents[2] / "reports_in"
COUNTY = "岚皎县"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample: whose report, from which generated one, and what is wrong in it (key → print)."""

    town: str
    seed: int
    suffix: str
    slips: dict[str, str]
    words: tuple[tuple[str, str], ...] = ()
    quirks: frozenset[str] = frozenset()


SAMPLES = (
    # 表三: the total of the row （一）予以公开 is one too many.
    Sample("砚芷镇", 3, ".docx", {"requests.full_grant.total": "+1"}),
    # 统计期限 of the year before, and 规章 left empty.
    Sample(
        "鹭岫街道",
        30,
        ".html",
        {f"disclosure.government_rules.{c}": "" for c in ("issued", "repealed", "in_force")},
        (("统计期限", "-1"),),
        frozenset({"portal", "meta_data"}),
    ),
    # 表三 does not balance: 结转下年 is not what is left over.
    Sample("菱漪镇", 60, ".pdf", {"requests.pending_end.natural_person": "+2", "requests.pending_end.total": "+2"}),
)


def _slots(made: Composed):
    for block in made.blocks:
        if isinstance(block, Printed):
            yield from (slot for part in block.parts for line in part.lines for slot in line.slots if slot.key)


def _with_slips(made: Composed, sample: Sample) -> Composed:
    for slot in _slots(made):
        slip = sample.slips.get(slot.key)
        if slip is not None:
            slot.text = str(int(slot.text) + int(slip)) if slip else ""
    return made


def _said(text: str, made: Composed, sample: Sample) -> str:
    old = made.organ.removeprefix(made.county)
    office = "办事处" if sample.town.endswith("街道") else "人民政府"
    town = old.removesuffix("人民政府").removesuffix("办事处")
    text = text.replace(old, sample.town + office).replace(town, sample.town).replace(made.county, COUNTY)
    for word, years in sample.words:
        if word in text:
            text = text.replace(str(made.year), str(made.year + int(years)))
    return text


def composed(sample: Sample) -> Composed:
    """The report behind a sample."""
    seed = next(s for s in range(sample.seed, 10_000) if compose(s).year == 2024 and _modest(compose(s)))
    made = _with_slips(compose(seed), sample)
    blocks = [Words(_said(b.text, made, sample), b.kind) if isinstance(b, Words) else b for b in made.blocks]
    return replace(made, blocks=blocks, county=COUNTY, organ=_said(made.organ, made, sample))


def _modest(made: Composed) -> bool:
    """A town with a few requests, as most are."""
    return 3 <= made.values["requests.received.total"] <= 60


def _pdf(word: bytes) -> bytes:
    program = soffice.find()
    if program is None:
        raise SystemExit("LibreOffice is needed to make the PDF sample")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.docx"
        path.write_bytes(word)
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        call = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(path)]
        subprocess.run(call, check=True, capture_output=True, timeout=180)
        return path.with_suffix(".pdf").read_bytes()


def main() -> None:
    """Write the samples into ``reports_in/``."""
    for sample in SAMPLES:
        made = composed(sample)
        rng = Random(sample.seed)
        if sample.suffix == ".html":
            data = html.write(made, rng, sample.quirks)
        else:
            data = docx.write(made, rng, frozenset())
            data = _pdf(data) if sample.suffix == ".pdf" else data
        path = FOLDER / f"{sample.town}2024年政府信息公开工作年度报告{sample.suffix}"
        path.write_bytes(data)
        print(path.name, len(data))


if __name__ == "__main__":
    main()
