"""Any number of reports of invented bodies: ``python -m tests.generate.many 1000 --out DIR``.

The same arguments write the same bytes. Every body has a name of its own and reports for several years;
``--formats`` are dealt out in turn, and a share of the reports has a slip in table 三.
"""

import argparse
import importlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

from tests.generate import Composed, Words, compose, make
from tests.generate.skeleton import Printed

FORMATS = ("docx", "html", "pdf", "ofd", "mht", "txt")
#: Signs of which invented names are made; none of the places that come of them is meant to exist.
_FIRST, _SECOND, _THIRD = "霁枫芦槐墨鹭杉稻砚苇菱汀澄沅昀岚", "桥漪岫渚芷渡砚洛桐皎苇溪汀柯澜屿", "北南东西上下新旧"
_KINDS = ("镇", "乡", "街道")
_COUNTIES = ("澄岫县", "霁洛县", "砚桐县", "沅槐县", "岚皎县", "汀苇区", "昀溪市")


def town(number: int) -> str:
    """The name of a body; other numbers have other names up to about 6,000."""
    number, kind = divmod(number, len(_KINDS))
    number, one = divmod(number, len(_FIRST))
    number, two = divmod(number, len(_SECOND))
    more = _THIRD[(number - 1) % len(_THIRD)] if number else ""
    return f"{_FIRST[one]}{more}{_SECOND[two]}{_KINDS[kind]}"


def _place(made: Composed, county: str, name: str, year: int) -> Composed:
    """The report of another body and another year."""
    old = made.organ.removeprefix(made.county)
    office = "办事处" if name.endswith("街道") else "人民政府"
    short = old.removesuffix("人民政府").removesuffix("办事处")

    def said(text: str) -> str:
        text = text.replace(old, name + office).replace(short, name).replace(made.county, county)
        return text.replace(str(made.year), str(year))

    blocks = [Words(said(b.text), b.kind) if isinstance(b, Words) else b for b in made.blocks]
    return replace(made, blocks=blocks, organ=county + name + office, county=county, year=year)


def _slip(made: Composed, rng: Random) -> None:
    slots = [
        s for b in made.blocks if isinstance(b, Printed) for part in b.parts for line in part.lines for s in line.slots
    ]
    wrong = rng.choice([s for s in slots if s.key.startswith("requests.") and s.text.isdecimal()])
    wrong.text = str(int(wrong.text) + rng.choice((1, 2, 10)))


def report(number: int, kind: str, *, seed: int = 0, years: int = 3, slips: float = 0.2) -> tuple[str, bytes]:
    """Name and bytes of one report; ``years`` consecutive reports are of one body."""
    rng = Random(f"{seed}/{number}/{kind}")
    body, at = divmod(number, years)
    county, name, year = _COUNTIES[body % len(_COUNTIES)], town(body), 2021 + at % 5
    file = f"{county}/{name}{year}年政府信息公开工作年度报告.{kind}"
    if kind == "txt":
        plain = make(seed * 1_000_003 + number, layout="grid")
        old = plain.organ.removeprefix(plain.county).removesuffix("人民政府").removesuffix("办事处")
        text = plain.text.replace(plain.county, county).replace(old, name).replace(str(plain.year), str(year))
        return file, text.encode()
    made = _place(compose(seed * 1_000_003 + number), county, name, year)
    if rng.random() < slips:
        _slip(made, rng)
    writer = importlib.import_module(f"tests.generate.formats.{kind}")
    data: bytes = writer.write(made, rng, frozenset())
    return file, data


def write(
    count: int, folder: Path, formats: tuple[str, ...] = ("docx",), *, first: int = 0, **more: float
) -> Iterator[Path]:
    """Write reports ``first`` to ``first + count``; yields their paths."""
    for number in range(first, first + count):
        name, data = report(number, formats[number % len(formats)], **more)  # type: ignore[arg-type]
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        yield path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--formats", nargs="+", default=["docx"], choices=FORMATS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--years", type=int, default=3, help="reports of one body")
    parser.add_argument("--slips", type=float, default=0.2, help="share of reports with a slip")
    asked = parser.parse_args()
    made = write(asked.count, asked.out, tuple(asked.formats), seed=asked.seed, years=asked.years, slips=asked.slips)
    print(f"{sum(1 for _ in made)} reports in {asked.out}")


if __name__ == "__main__":
    main()
