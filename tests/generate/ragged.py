"""Tab-separated rows as a PDF-to-text conversion leaves them: columns that come and go.

Table three is ten columns wide with its values now in columns 2–8, now in 3–9; after the page break
the labels move left and 总计 has its values one column further left than its neighbours.
"""

import re
from random import Random

from .skeleton import Line, Printed

_HALF = str.maketrans("（）", "()")


def half_width(text: str) -> str:
    """Brackets as ASCII and a blank after the enumerator: (一) 予以公开, 1. 属于国家秘密."""
    text = text.translate(_HALF).replace("，", ", ").replace("开(", "开 (")
    return re.sub(r"^(\([一二三四五六七]\)|\d\.)", r"\1 ", text)


def _full(line: Line) -> list[str]:
    return [text for slot in line.slots for text in (slot.text, *[""] * (slot.span - 1))]


def _spaced_heads(line: Line) -> list[str]:
    """结果维持 as 结果 维持: the header cell was printed on two lines."""
    if line.kind != "header":
        return _full(line)
    return [f"{t[:2]} {t[2:]}" if len(t) == 4 and t[0] in "结其尚" else t for t in _full(line)]


def _request_header(line: Line, number: int) -> list[str]:
    """Header rows over columns 2–8, the total column named in the first of them."""
    texts = [s.text for s in line.slots if s.text]
    if number == 0:
        return [half_width(texts[0]), "", texts[1], *[""] * 5, "总计", ""]
    if number == 1:
        return ["", "", texts[0], texts[1], *[""] * 6]
    return ["", "", "", *texts, "", ""]


def _request_row(line: Line, page_two: bool) -> list[str]:
    """A data row of table three in ten columns."""
    lead = [half_width(s.text) for s in line.lead]
    values = [s.text for s in line.values]
    if not values:  # label and value in one cell
        return [*lead, *[""] * (10 - len(lead))]
    total = line.row == "processed" or line.lead[-1].text.startswith("（六）")
    if page_two and total:
        return [lead[-1], *values, "", ""]
    if page_two and len(lead) == 3 and not lead[1] and line.row in {"excessive", "reconfirm", "published_material"}:
        return [lead[-1], "", *values, ""]
    if page_two and len(lead) == 3:
        return [lead[1], lead[2], *values, ""]
    if len(lead) == 3:
        return [*lead, *values]
    first = lead[0] if len(lead) == 2 else lead[-1]
    second = lead[-1] if len(lead) == 2 else ""
    return [first, second, *values, ""]


def _requests(table: Printed, rng: Random) -> list[str]:
    breaks_at = rng.choice(("reconfirm", "reconfirm", "excessive", "published_material"))
    out: list[str] = []
    page_two = False
    for part in table.parts:
        out += part.before
        number = 0
        for line in part.lines:
            page_two = page_two or line.row in {breaks_at, "lapsed_uncorrected", "processed"}
            if line.kind == "header":
                out.append("\t".join(_request_header(line, number)))
                number += 1
            elif line.kind == "caption":
                out.append("\t".join(_full(line)))
            else:
                out.append("\t".join(_request_row(line, page_two)))
        out.append("")
    return out


def ragged(table: Printed, rng: Random) -> list[str]:
    if table.name == "requests":
        return ["", *_requests(table, rng)]
    return ["", *("\t".join(_spaced_heads(line)) for part in table.parts for line in part.lines), ""]
