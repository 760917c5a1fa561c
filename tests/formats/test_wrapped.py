"""Prose whose lines were broken at the margin of a page: the paragraphs that it was."""

import pytest

from gkaudit.chars import width
from gkaudit.readers import Source, read_source
from gkaudit.readers.lines import split_lines
from gkaudit.readers.wrapped import margin, rejoined
from tests.generate import make


def paragraphs(text: str) -> list[str]:
    document = read_source(Source.of(text.encode(), "青禾镇.txt"))
    return [block.text.strip() for block in document.blocks if hasattr(block, "text")]


def broken(text: str, size: int, indent: str = "") -> str:
    """Every long line of prose in lines of so many columns, the first of a paragraph indented."""
    out: list[str] = []
    for line in text.split("\n"):
        if width(line) <= size or line.startswith("（本列"):
            out.append(line)
            continue
        row = indent
        for char in line:
            if width(row + char) > size:
                out.append(row)
                row = ""
            row += char
        out.append(row)
    return "\n".join(out)


@pytest.mark.parametrize("indent", ["", "　　", "    "])
@pytest.mark.parametrize("size", [68, 84])
def test_paragraphs_are_whole_again(size, indent):
    """Where a line happens to end with a sentence the next may be a paragraph of its own; no word is cut."""
    for seed in range(20):
        made = make(seed, layout="tokens")
        whole, found = paragraphs(made.text), paragraphs(broken(made.text, size, indent))
        assert "".join(found) == "".join(whole)
        cuts = [text for text in found if text not in whole]
        assert all(text[-1] in "。；：！？”" or any(own.endswith(text) for own in whole) for text in cuts), (seed, cuts)


def test_a_paragraph_names_the_line_it_begins_in():
    made = make(2, layout="tokens")
    document = read_source(Source.of(broken(made.text, 76).encode(), "青禾镇.txt"))
    lines = broken(made.text, 76).split("\n")
    for block in document.blocks:
        if hasattr(block, "text"):
            assert block.text.strip().startswith(lines[block.anchor.line - 1].strip()[:10])


def joined(*texts: str) -> list[str]:
    lines = split_lines("\n".join(texts), "x")
    return [line.text for line in rejoined(lines, margin(lines))]


FULL = "为全面落实政务公开各项要求我镇今年来围绕群众关心的问题逐项梳理公开内容并及时更新"


def test_lines_that_are_not_full_stay():
    short = ("公开内容包括工作动态", "通知公告", "政策文件")
    assert joined(*short, *[FULL + "。"] * 3) == [*short, *[FULL + "。"] * 3]


def test_text_that_was_not_broken_stays():
    text = [FULL * 3, FULL, FULL, FULL, FULL]
    assert joined(*text) == text


def test_a_heading_or_a_numbered_point_begins_a_paragraph():
    text = (FULL, FULL, FULL, "一、总体情况", FULL, "（一）主动公开情况", FULL, "一是把关不严")
    assert joined(*text) == [FULL * 3, "一、总体情况", FULL, "（一）主动公开情况", FULL + "一是把关不严"]


def test_a_line_with_more_indent_begins_a_paragraph():
    assert joined(f"  {FULL[:-2]}", FULL, FULL, f"  {FULL[:-2]}", FULL) == [
        f"  {FULL[:-2]}{FULL * 2}",
        f"  {FULL[:-2]}{FULL}",
    ]


def page_of(lines: list[str]) -> list[str]:
    page = "<html><body>" + "".join(f"<p>{line}</p>" for line in lines) + "</body></html>"
    document = read_source(Source.of(page.encode(), "青禾镇.html"))
    return [block.text for block in document.blocks if hasattr(block, "text")]


def test_lines_pasted_as_paragraphs_are_one_again():
    """Who pastes the text of a page into Word or a web page gets a paragraph of every line."""
    lines = [
        "青禾镇2024年政府信息公开工作年度报告",
        "一、总体情况",
        FULL,
        FULL,
        "是。",
        FULL,
        FULL,
        "的。",
        "二、主动公开",
    ]
    assert page_of(lines) == [*lines[:2], f"{FULL}{FULL}是。", f"{FULL}{FULL}的。", lines[-1]]


def test_paragraphs_of_a_page_stay_where_one_is_longer_than_a_line():
    lines = ["青禾镇2024年政府信息公开工作年度报告", "一、总体情况", FULL * 4, FULL, FULL, FULL, "二、主动公开"]
    assert page_of(lines) == lines
