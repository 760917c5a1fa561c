"""Composed reports as Word documents: raw OOXML, with everything Word and WPS do to a simple report.

Each quirk changes how the report is written, never what a reader sees (but ``image_table``, which leaves a
picture in the place of the table :data:`PICTURED`, and takes its cells with it).
"""

import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

from tests.generate.formats.docx_package import Parts, element, packed, plain_run, strict, text_element, whole, zipped
from tests.generate.formats.docx_tables import Grid
from tests.generate.model import Composed, Words
from tests.generate.skeleton import Line, Printed

__all__ = ["PICTURED", "QUIRKS", "write"]

#: What is done to tables, to text, and to the package.
TABLE_QUIRKS = (
    "hmerge", "fine_grid", "slivers", "gridbefore", "layout_table", "nested", "boxed_table", "split_tables",
    "tracked_rows", "deleted_column", "image_table", "wrong_widths", "wrong_grid", "covered_text", "torn_merges",
)  # fmt: skip
TEXT_QUIRKS = (
    "text_box", "tracked", "content_controls", "auto_numbering", "smart_tags", "hidden_text", "field_codes",
    "comments", "tab_in_cells", "multi_run", "header_footer", "footnotes", "picture", "soft_breaks", "equations",
    "odd_spaces", "empty_paragraphs", "proofing",
)  # fmt: skip
PACKAGE_QUIRKS = ("strict_ns", "utf16", "other_main", "other_prefix", "backslashes")
QUIRKS = (*TABLE_QUIRKS, *TEXT_QUIRKS, *PACKAGE_QUIRKS)
#: The table that ``image_table`` turns into a picture.
PICTURED = "remedies"

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NUMBERED = (
    ("chinese", re.compile(r"^([一二三四五六七八九十]+)、")),
    ("bracket", re.compile(r"^（([一二三四五六七八九十]+)）")),
    ("decimal", re.compile(r"^(\d+)\.(?!\d)")),
)
_NUMERALS = "一二三四五六七八九十"
#: What old programs are told of the form of a text box, always with these words; LibreOffice loses the text without.
_SHAPE_TYPE = '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
_FOOTNOTE = re.compile(r"<w:r><w:rPr><w:vertAlign[^<]*></w:rPr><w:footnoteReference[^<]*></w:r>")


def _level(kind: str, text: str, number: int, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


class _Numbers:
    """Lists for automatic numbers: one for each kind, begun anew where the counting does not go on."""

    kinds = {  # noqa: RUF012
        "chinese": ("chineseCountingThousand", "%1、", '<w:suff w:val="nothing"/>'),
        "bracket": ("japaneseCounting", "（%1）", ""),
        "decimal": ("decimal", "%1.", '<w:suff w:val="space"/>'),
    }

    def __init__(self) -> None:
        self.lists: list[tuple[str, int]] = []
        self.at: dict[str, tuple[int, int]] = {}

    def property(self, kind: str, number: int) -> str:
        """``w:numPr`` that prints this number of this kind."""
        num, last = self.at.get(kind, (0, 0))
        if not num or last + 1 != number:
            self.lists.append((kind, number))
            num = len(self.lists)
        self.at[kind] = (num, number)
        return element("w:numPr", element("w:ilvl", w_val=0) + element("w:numId", w_val=num))

    def part(self) -> str:
        abstract = "".join(
            f'<w:abstractNum w:abstractNumId="{n}">{_level(kind, text, 0, extra)}</w:abstractNum>'
            for n, (kind, text, extra) in enumerate(self.kinds.values())
        )
        order = list(self.kinds)
        nums = "".join(
            f'<w:num w:numId="{n}"><w:abstractNumId w:val="{order.index(kind)}"/><w:lvlOverride w:ilvl="0">'
            f'<w:startOverride w:val="{start}"/></w:lvlOverride></w:num>'
            for n, (kind, start) in enumerate(self.lists, 1)
        )
        return abstract + nums


def _field(code: str, result: str) -> str:
    """A field with its code, and a field within the code."""

    def sign(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = (
        sign("begin")
        + f"<w:r>{text_element('PAGE', 'w:instrText')}</w:r>"
        + sign("separate")
        + plain_run("99")
        + sign("end")
    )
    begun = sign("begin") + f"<w:r>{text_element(code, 'w:instrText')}</w:r>" + inner
    return begun + sign("separate") + plain_run(result) + sign("end")


class _Writer:
    def __init__(
        self, made: Composed, rng: Random, quirks: frozenset[str], pasted: dict[str, bytes] | None = None
    ) -> None:
        self.made, self.rng, self.quirks = made, rng, quirks
        self.pasted = pasted or {}
        self.parts = Parts()
        self.numbers = _Numbers()
        self.ids = 0
        self.comments: list[str] = []
        self.footnotes: list[str] = []

    def has(self, quirk: str, share: float = 1.0) -> bool:
        return quirk in self.quirks and self.rng.random() < share

    def new_id(self) -> int:
        self.ids += 1
        return self.ids

    # ── text ────────────────────────────────────────────────────────────────────────────────────

    def change(self, name: str, content: str) -> str:
        return element(name, content, w_id=self.new_id(), w_author="校对员", w_date="2024-01-10T00:00:00Z")

    def deleted(self, text: str) -> str:
        return self.change("w:del", f"<w:r>{text_element(text, 'w:delText')}</w:r>")

    def wrong(self) -> str:
        return str(self.rng.randint(100, 999))

    def runs(self, text: str) -> str:
        """Runs that show a text."""
        pieces = list(text) if self.has("multi_run", 0.7) and len(text) < 40 else [text]
        between = ""
        if "proofing" in self.quirks:
            # What Word notes between runs: misspellings, places to go back to, where a page ended.
            pieces = [piece for piece in re.split(r"(?<=\d)|(?<=[\u4e00-\u9fff]{4})", text) if piece]
            marks = (
                '<w:proofErr w:type="spellStart"/>',
                '<w:bookmarkStart w:id="0" w:name="_GoBack"/><w:bookmarkEnd w:id="0"/>',
            )
            between = self.rng.choice((*marks, "<w:r><w:rPr><w:lang/></w:rPr><w:lastRenderedPageBreak/></w:r>"))
        return between.join(self.run(piece) for piece in pieces if piece)

    def run(self, text: str) -> str:
        done = plain_run(text, '<w:rFonts w:hint="eastAsia"/>' if self.rng.random() < 0.3 else "")
        if self.has("field_codes", 0.2) and "\n" not in text:
            done = _field(f"= {self.wrong()} + 1 ", text) if self.rng.random() < 0.6 else (
                element("w:fldSimple", done, w_instr=f" QUOTE {self.wrong()} ")
            )  # fmt: skip
        if self.has("smart_tags", 0.3):
            done = element("w:smartTag", f"<w:smartTagPr/>{done}", w_uri="urn:gk", w_element="chmetcnv")
        if self.has("content_controls", 0.2):
            done = self.control(done)
        if self.has("tracked", 0.2):
            done = self.deleted(self.wrong()) + self.change(self.rng.choice(("w:ins", "w:moveTo")), done)
        if self.has("tracked", 0.1):
            done += self.change("w:moveFrom", plain_run(self.wrong()))
        if self.has("hidden_text", 0.2):
            style = self.rng.choice(("<w:vanish/>", '<w:rStyle w:val="hid"/>', '<w:vanish w:val="1"/>'))
            done += plain_run(self.wrong(), style)
        if self.has("comments", 0.1):
            done = self.commented(done)
        if self.has("footnotes", 0.1):
            self.footnotes.append(f"表内数据 {self.wrong()} 另行说明。")
            mark = element("w:footnoteReference", w_id=len(self.footnotes) + 1)
            done += f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>{mark}</w:r>'
        return done

    def commented(self, done: str) -> str:
        self.comments.append(f"这里应为 {self.wrong()}？")
        number = len(self.comments)
        begin, end = element("w:commentRangeStart", w_id=number), element("w:commentRangeEnd", w_id=number)
        return begin + done + end + f"<w:r>{element('w:commentReference', w_id=number)}</w:r>"

    def control(self, content: str) -> str:
        return (
            f'<w:sdt><w:sdtPr><w:id w:val="{self.new_id()}"/></w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'
        )

    def number(self, text: str) -> tuple[str, str]:
        """The automatic number of a text that begins with one, and the rest of the text."""
        for kind, pattern in _NUMBERED if "auto_numbering" in self.quirks else ():
            found = pattern.match(text)
            number = (_NUMERALS.find(found[1]) + 1 or (int(found[1]) if found[1].isdigit() else 0)) if found else 0
            if found and number:
                return self.numbers.property(kind, number), text[found.end() :]
        return "", text

    def paragraph(self, text: str, properties: str = "", before: str = "") -> str:
        number, rest = self.number(text)
        inside = before + self.runs(rest)
        if self.has("equations", 0.1) and rest.isdigit():
            inside = f"<m:oMath><m:r><m:t>{rest}</m:t></m:r></m:oMath>"
        return f"<w:p>{element('w:pPr', number + properties) if number + properties else ''}{inside}</w:p>"

    def block(self, text: str, kind: str) -> str:
        """A paragraph of the body."""
        properties = '<w:jc w:val="center"/>' if kind == "title" else ""
        if self.has("text_box", 0.3 if kind == "paragraph" else 0.1) and kind != "title":
            return self.text_box(self.paragraph(text))
        if self.has("tracked", 0.2) and len(text) > 8 and kind == "paragraph":
            cut = self.rng.randrange(3, len(text) - 3)
            mark = element("w:pPr", element("w:rPr", self.change("w:del", "")))
            return f"<w:p>{mark}{self.run(text[:cut])}</w:p><w:p>{self.run(text[cut:])}</w:p>"
        done = self.paragraph(text, properties)
        return self.control(done) if self.has("content_controls", 0.2) else done

    def text_box(self, content: str) -> str:
        """A drawing with a text box, and its copy for old programs."""
        number = self.new_id()
        # In a text box Word allows no footnote, and LibreOffice dies of one.
        box = f"<w:txbxContent>{_FOOTNOTE.sub('', content)}</w:txbxContent>"
        place = (
            f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="5400000" cy="900000"/>'
            f'<wp:docPr id="{number}" name="文本框 {number}"/>'
        )
        shape = (
            '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="5400000" cy="900000"/></a:xfrm>'
            f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx>{box}</wps:txbx><wps:bodyPr/></wps:wsp>'
        )
        kind = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
        drawing = f'<w:drawing>{place}<a:graphic><a:graphicData uri="{kind}">{shape}</a:graphicData></a:graphic></wp:inline></w:drawing>'
        old = (
            f'<w:pict>{_SHAPE_TYPE}<v:shape id="s{number}" type="#_x0000_t202" style="width:425pt;height:70pt">'
            f"<v:textbox>{box}</v:textbox></v:shape></w:pict>"
        )
        both = f'<mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
        shown = old if self.rng.random() < 0.3 else element("mc:AlternateContent", both)
        return f"<w:p><w:r>{shown}</w:r></w:p>"

    def picture(self, data: bytes | None = None) -> str:
        link, number = self.parts.picture(data), self.new_id()
        inside = (
            f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="扫描件{number}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="300000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
        )
        graphic = f'<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">{inside}</a:graphicData></a:graphic>'
        return (
            f'<w:p><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="900000" cy="300000"/>'
            f'<wp:docPr id="{number}" name="图片 {number}" descr="公章"/>{graphic}</wp:inline></w:drawing></w:r></w:p>'
        )

    # ── tables ──────────────────────────────────────────────────────────────────────────────────

    def table(self, printed: Printed) -> str:
        if "image_table" in self.quirks and printed.name == PICTURED:
            return self.picture()
        if printed.name in self.pasted:
            return self.picture(self.pasted[printed.name])
        pieces = [(part.before, lines) for part in printed.parts for lines in self.pieces(part.lines)]
        done = ""
        for number, (before, lines) in enumerate(pieces):
            # Between two tables there is always a paragraph: without one Word makes them one.
            between = [self.rng.choice(("", "（续表）")) if "split_tables" in self.quirks else ""] if number else []
            done += "".join(self.paragraph(text) for text in before or between)
            done += Grid(self, lines).write()
        return done

    def pieces(self, lines: list[Line]) -> list[list[Line]]:
        """A table cut in two above the caption or the header of a block, or in the middle of a merged cell."""
        if self.has("torn_merges"):
            inside = [n for n, line in enumerate(lines) if line.kind == "data" and line.slots[0].above]
            cut = self.rng.choice(inside or [len(lines)])
            return [part for part in (lines[:cut], lines[cut:]) if part]
        starts = [
            n for n in range(2, len(lines)) if lines[n].kind in ("caption", "header") and lines[n - 1].kind == "data"
        ]
        if not starts or not self.has("split_tables"):
            return [lines]
        cut = self.rng.choice(starts)
        return [lines[:cut], lines[cut:]]

    def sequence(self) -> str:
        done = []
        waiting: list[str] = []
        for piece, following in pairwise([*self.made.blocks, None]):
            if not isinstance(piece, Words):
                done.append(self.framed(self.table(piece)))
            elif isinstance(following, Words) and self.has("soft_breaks", 0.5):
                waiting.append(piece.text)
            else:
                done.append(self.block("\n".join([*waiting, piece.text]), "several" if waiting else piece.kind))
                waiting.clear()
        if self.has("picture"):
            done.insert(self.rng.randrange(len(done)), self.picture())
        return "".join(done)

    def framed(self, table: str) -> str:
        """A table as it is, in the cell of another table, or in a text box."""
        if self.has("layout_table"):
            empty = "<w:tc><w:p/></w:tc>" if self.rng.random() < 0.5 else ""
            cells = f"{empty}<w:tc>{table}<w:p/></w:tc>"
            grid = '<w:gridCol w:w="4500"/>' * (2 if empty else 1)
            return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid><w:tr>{cells}</w:tr></w:tbl><w:p/>"
        if self.has("boxed_table"):
            return self.text_box(f"{table}<w:p/>")
        if self.has("content_controls", 0.5):
            return self.control(table)
        return table

    # ── package ─────────────────────────────────────────────────────────────────────────────────

    def finish(self, body: str) -> bytes:
        made, parts = self.made, self.parts
        parts.core = {"dc:title": "政府信息公开工作年度报告", "dc:creator": "文印室", "cp:lastModifiedBy": "校对员"}
        parts.app = {"Template": "年报模板.dotx", "Application": "Microsoft Office Word", "Company": made.county}
        parts.numbering = self.numbers.part() if self.numbers.lists else ""
        self.notes()
        if "other_main" in self.quirks:
            parts.main = "word/document2.xml"
        # Word has a paragraph behind every table.
        members = packed(parts, f"{body}<w:p/>{self.section()}")
        return zipped(_repacked(members, parts.main, self.quirks))

    def notes(self) -> None:
        for kind, texts in (("comment", self.comments), ("footnote", self.footnotes)):
            if not texts:
                continue
            first = 1 if kind == "comment" else 2
            inside = "".join(
                element(
                    f"w:{kind}",
                    f"<w:p>{plain_run(text)}</w:p>",
                    w_id=n,
                    **({"w_author": "校对员"} if first == 1 else {}),
                )
                for n, text in enumerate(texts, first)
            )
            self.parts.add(f"{kind}s", f"{kind}s.xml", f"{_WORD}.{kind}s+xml", whole(f"w:{kind}s", inside))

    def section(self) -> str:
        references = ""
        if "header_footer" in self.quirks:
            for kind, text in (("header", "行政许可 917 件"), ("footer", "第 1 页 共 9 页")):
                content = whole(f"w:{'hdr' if kind == 'header' else 'ftr'}", f"<w:p>{plain_run(text)}</w:p>")
                link = self.parts.add(kind, f"{kind}1.xml", f"{_WORD}.{kind}+xml", content)
                references += element(f"w:{kind}Reference", w_type="default", r_id=link)
        size = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/>'
        return f"<w:sectPr>{references}{size}</w:sectPr>"


def _repacked(members: dict[str, bytes], main: str, quirks: frozenset[str]) -> dict[str, bytes]:
    """The package in another form of the same."""
    change: Callable[[bytes], bytes]
    for quirk, change in (("strict_ns", strict), ("other_prefix", _other_prefix), ("utf16", _utf16)):
        if quirk in quirks:
            chosen = members if quirk == "strict_ns" else [main]
            members = members | {name: change(members[name]) for name in chosen if name.endswith((".xml", ".rels"))}
    if "backslashes" in quirks:
        members = {name.replace("/", "\\"): data for name, data in members.items()}
    return members


def _other_prefix(data: bytes) -> bytes:
    return re.sub(rb"(</?|\s|xmlns:)w(:|=\")", rb"\1ns0\2", data)


def _utf16(data: bytes) -> bytes:
    return data.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"', 1).encode("utf-16")


def write(
    made: Composed, rng: Random, quirks: frozenset[str] = frozenset(), pasted: dict[str, bytes] | None = None
) -> bytes:
    """The report as a .docx file; ``pasted`` are pictures (PNG) in place of tables, by the table's name."""
    writer = _Writer(made, rng, quirks, pasted)
    return writer.finish(writer.sequence())
