"""Input that nobody meant as a report: read or refused in one sentence, never an exception, never without bounds."""

import random

import pytest

from gkaudit.errors import GkauditError, TooLargeError
from gkaudit.readers.guards import MAX_BYTES
from gkaudit.readers.text import MAX_CELLS, MAX_CHARACTERS, MAX_LINES
from gkaudit.report import read
from tests.generate import ALL_LAYOUTS, make

HEAD = "青石镇2024年政府信息公开工作年度报告\n一、总体情况\n"
ODD = {
    "only tabs": HEAD + "\t" * (MAX_CELLS - 1),
    "only pipes": HEAD + "|" * (MAX_CELLS - 1),
    "one endless word": HEAD + "政府" * 20_000,
    "endless digits": HEAD + "统计期限2024年1月1日至" + "1" * 50_000,
    "endless glued digits": HEAD + "\t规章" + "0" * 50_000,
    "endless marks": HEAD + "规章\t" + "/" * 50_000,
    "one heading again and again": HEAD * 2_000,
    "one label again and again": HEAD + "其他\n" * 5_000,
    "one row again and again": HEAD + "规章\t0\t0\t0\n" * 2_000,
    "open brackets": HEAD + "（" * 50_000,
    "titles": "2024年2024年政府信息公开工作年度报告\n" * 2_000,
    "controls among text": HEAD + "规章\x00\t0\x07\t0\t0\n" + "正文。" * 5_000,
    "bidi overrides": HEAD + "\u202e规章\u202c\t\u20660\u2069\t0\t0\n行政许可\t\u202e17\n",
    "lone surrogates in the name of a cell": HEAD + "规章\t\ufffd\t0\t0\n",
}


def _read(tmp_path, text):
    path = tmp_path / "怪.txt"
    path.write_bytes(text.encode("utf-8", "replace"))
    return read(path)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_is_read_to_the_end(tmp_path, text):
    report = _read(tmp_path, text)
    assert report.cells.height in (198, 200)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("政" * (MAX_CHARACTERS + 1), "个字符"),
        (HEAD + "\n" * MAX_LINES, "行"),
        (HEAD + "\t" * (MAX_CELLS + 1), "格在一行内"),
    ],
)
def test_limits_are_named(tmp_path, text, reason):
    with pytest.raises(TooLargeError, match=rf"怪\.txt：有 \d+ {reason}"):
        _read(tmp_path, text)


def test_a_huge_file_is_refused_unread(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(TooLargeError, match=f"超过上限 {MAX_BYTES // 1024**2} MB"):
        read(path)


def _read_or_refuse(tmp_path, text):
    try:
        return _read(tmp_path, text)
    except GkauditError:
        return None


@pytest.mark.parametrize("layout", ALL_LAYOUTS)
def test_mutated_reports_never_raise(tmp_path, layout):
    """Bounded fuzzing, seeded: lines dropped, doubled, swapped; characters dropped, doubled, replaced."""
    chance = random.Random(layout)
    for seed in range(25):
        lines = make(seed, layout=layout).text.split("\n")
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(len(lines))
            kind = chance.randrange(6)
            if kind == 0:
                del lines[at]
            elif kind == 1:
                lines.insert(at, lines[chance.randrange(len(lines))])
            elif kind == 2:
                other = chance.randrange(len(lines))
                lines[at], lines[other] = lines[other], lines[at]
            else:
                place = chance.randrange(len(lines[at]) + 1)
                new = chance.choice(
                    ["", "\t", "|", "0", "/", " ", "\u3000", "一、", "总计", "\x00", "其他", "（", "9" * 40]
                )
                lines[at] = lines[at][:place] + new + lines[at][place + (kind == 3) :]
            lines = lines or [""]
        report = _read_or_refuse(tmp_path, "\n".join(lines))
        if report is None:
            continue
        assert report.cells.height in (198, 200)
        states = set(report.cells.get_column("state"))
        assert states <= {"reported", "inferred", "blank", "marked", "unreadable", "absent"}
        known = report.cells.filter(report.cells["state"].is_in(["reported", "inferred"]))
        assert known.get_column("value").null_count() == 0
        assert known.get_column("anchor").null_count() == 0
