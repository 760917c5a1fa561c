"""The ``ocr`` layout: ragged rows after bad character recognition.

Zeros and some numbers are gone, labels are garbled or printed twice, the header of table three
stands one column left of the data, the second page has only five value columns, and a label may
be glued to its value. What is still visible is right; what is gone must not be made up.
"""

from random import Random

from .model import LOST, SEEN, Cell, Printing
from .ragged import half_width
from .skeleton import Line, Printed, tables

GARBLED = {
    "pending_start": ("二、上主", "二、上年结转政府信息公开申请数量"),
    "partial_grant": ("(二)部分 不计其化", "}公开(区分处理的, 只计这一情形, 情形)"),
    "processed": ("(七)总计·", "(七)总计"),
    "pending_end": ("四、结牛", "四、结转下年度继续办理"),
}
GROUP_SCRAPS = {
    "exempt_third_party": "三、本",
    "exempt_internal_affairs": "年度办理结果",
    "exempt_process_info": "宝纪求",
}
SPLIT_GROUPS = {"published_material": "(五) 不", "excessive": "予处理"}
PAGE_TWO = ("improper_petition", "duplicate", "published_material", "excessive", "reconfirm", "lapsed_uncorrected")
PAGE_TWO += ("fee_unpaid", "other", "processed", "pending_end")


def _with_blanks(text: str, rng: Random) -> str:
    """A blank inside the words, as line ends of the scan leave it."""
    at = rng.randint(2, max(2, len(text) - 2))
    return f"{text[:at]} {text[at:]}" if len(text) > 8 and rng.random() < 0.3 else text


class Damage:
    """Prints the three tables of one report and keeps the truth about what is left."""

    def __init__(self, printing: Printing, rng: Random) -> None:
        self.printing = printing
        self.rng = rng
        self.keep_zero = rng.choice((0.0, 0.0, 0.1))
        self.keep = rng.choice((0.6, 0.8, 1.0))
        self.cells: dict[str, Cell] = {}

    def _seen(self, key: str) -> str:
        """The text of a cell, or nothing where recognition lost it."""
        value = self.printing.values[key]
        kept = self.rng.random() < (self.keep if value else self.keep_zero)
        self.cells[key] = Cell(value, SEEN) if kept else Cell(None, LOST)
        return self.printing.text[key] if kept else ""

    def disclosure(self, table: Printed) -> list[str]:
        out = [""]
        for line in table.parts[0].lines:
            if line.kind != "data":
                texts = [half_width(s.text) for s in line.slots]
                if line.kind == "header" and len(texts) == 2 and self.rng.random() < 0.5:
                    texts[1] = f"信息内容 {texts[1]}"
            else:
                texts = self._disclosure_row(line)
            out.append("\t".join([*texts, *[""] * (11 - len(texts))]))
        return [*out, ""]

    def _disclosure_row(self, line: Line) -> list[str]:
        label, keys = line.lead[0].text, [s.key for s in line.values]
        if len(keys) == 1 and self.rng.random() < 0.3:
            self.cells[keys[0]] = Cell(None, LOST)
            return [label, label]
        for key in keys:
            self.cells[key] = Cell(self.printing.values[key], SEEN)
        texts = [self.printing.text[k] for k in keys]
        if len(keys) == 1 and self.rng.random() < 0.5:
            texts = [f"{label} {texts[0]}"]
        return [label, *texts]

    def _header(self, note: str) -> list[str]:
        columns = ["商业 企业", "科研机构", "社会 公益 组织", "法律 服务 机构", "其他", "总计"]
        half = note[: len(note) // 2], note[len(note) // 2 :]
        rows = [[half[0], "", "申请人情况"], ["", "", "自然人"], [half[1], "", "", *columns]]
        return ["\t".join([*row, *[""] * (10 - len(row))]) for row in rows]

    def _row(self, line: Line, page_two: bool) -> list[str]:
        lead = [_with_blanks(half_width(s.text), self.rng) for s in line.lead]
        if line.row in GARBLED and self.rng.random() < 0.8:
            lead = list(GARBLED[line.row])
            if line.row in {"partial_grant", "processed"}:
                lead.insert(0, "")
        scrap = GROUP_SCRAPS.get(line.row, "")
        if len(lead) == 3:
            lead = [scrap, SPLIT_GROUPS.get(line.row, lead[1]), lead[2]]
        elif len(lead) == 2 and line.row in {"full_grant", "partial_grant"}:
            lead = ["", lead[1]]
        texts = self._page_two(line) if page_two else [self._seen(s.key) for s in line.values]
        tail = [] if page_two else [""]
        return [*lead, *[""] * (3 - len(lead)), *texts, *tail]

    def _page_two(self, line: Line) -> list[str]:
        """Five value columns for seven: the first is 自然人, the last 总计, nobody knows the rest."""
        keys = [s.key for s in line.values]
        for key in keys[1:-1]:
            self.cells[key] = Cell(None, LOST)
        noise = "·" if line.row == "pending_end" and self.rng.random() < 0.5 else ""
        first, last = self._seen(keys[0]), self._seen(keys[-1])
        return [first, "", "", "" if last else noise, last]

    def requests(self, table: Printed) -> list[str]:
        out = ["", *self._header(half_width(table.parts[0].lines[0].slots[0].text))]
        broken = False
        for line in table.parts[0].lines:
            if line.kind != "data":
                continue
            page_two = line.row in PAGE_TWO
            if page_two and not broken:
                out.append("")
                broken = True
            out.append("\t".join(self._row(line, page_two)))
        return [*out, ""]

    def remedies(self, table: Printed) -> list[str]:
        values = table.parts[0].lines[-1].values
        for slot in values:
            self.cells[slot.key] = Cell(self.printing.values[slot.key], SEEN)
        heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
        first = ["行政复议", "", "", "", "行政诉讼", *[""] * 10]
        second = ["结", "结", "其", "尚", "", "未经复议直接起诉", "", "", "", "复议后起诉", *[""] * 5]
        third = ["果维持", "果纠正", "(他) 结果", "未审结", "总计", *heads, *heads]
        return ["", *("\t".join(row) for row in (first, second, third, [s.text for s in values])), ""]


def ocr(printing: Printing, headings: dict[str, str], rng: Random) -> tuple[dict[str, list[str]], dict[str, Cell]]:
    """Lines of the three tables and the truth about them."""
    damage = Damage(printing, rng)
    printed = tables(printing, headings)
    lines = {name: getattr(damage, name)(printed[name]) for name in printed}
    return lines, {key: damage.cells[key] for key in printing.values}
