"""Composed reports as web pages: portals, Word exports, pasted fragments, wrong markup, every encoding.

Each quirk changes how the report is written, never what a reader sees.
"""

import base64
import re
from copy import deepcopy
from html import escape
from itertools import accumulate, pairwise
from random import Random

from tests.generate.formats import html_site as site
from tests.generate.formats.merged import Merged, merged
from tests.generate.formats.spaces import padded
from tests.generate.model import Composed, Words
from tests.generate.skeleton import Line, Part, Printed

__all__ = ["QUIRKS", "markup", "write"]

ENCODINGS = {
    "gbk_declared_gb2312": ("gb18030", "gb2312"),
    "gb18030_undeclared": ("gb18030", ""),
    "utf16_bom": ("utf-16", "utf-16"),
    "utf16_no_decl": ("utf-16-le", ""),
    "utf16_big_end": ("utf-16-be", "gb2312"),
    "utf8_declared_gbk": ("utf-8", "gbk"),
    "utf8_bom": ("utf-8-sig", "utf-8"),
    "no_charset": ("utf-8", ""),
}
#: What is done to tables, to text, to the page.
TABLE_QUIRKS = (
    "wrong_rowspan", "missing_spans", "unclosed", "nbsp_cells", "p_in_cells", "th_tags", "split_tables", "hidden_rows",
    "div_tables", "colspan_values", "inputs", "numbered_labels", "stray_forms", "own_tables", "empty_rows",
    "fine_spans", "width_row", "excel_export", "editor_nests", "odd_spaces",
)  # fmt: skip
TEXT_QUIRKS = ("div_soup", "entities", "comments", "uppercase_tags", "spans", "wrapped_source", "pictures")
PAGE_QUIRKS = (
    "portal", "word_export", "layout_table", "nested_layout", "mobile_copy", "hidden_copy", "meta_data", "fragment",
    "title_apart", "two_documents", "xhtml", "markdown",
)  # fmt: skip
QUIRKS = (*TABLE_QUIRKS, *TEXT_QUIRKS, *PAGE_QUIRKS, *ENCODINGS)

_LABEL_NUMBER = re.compile(r"^(\d)[.．](.+)$", re.DOTALL)


class _Writer:
    """One page being written."""

    def __init__(self, made: Composed, rng: Random, quirks: frozenset[str]) -> None:
        self.made, self.rng, self.quirks = made, rng, quirks
        self.pasted: dict[str, bytes] = {}
        self.word = "word_export" in quirks
        #: No head, and nothing that would stand in it.
        self.bare = not quirks.isdisjoint({"fragment", "markdown"})

    def on(self, name: str, share: float = 1.0) -> bool:
        return name in self.quirks and (share == 1 or self.rng.random() < share)

    # text

    def text(self, text: str) -> str:
        """Characters as markup; a line end is a break."""
        shown = escape(text, quote=False).replace("\n", self.rng.choice(("<br>", "<br/>", "<br />")))
        if self.on("entities"):
            shown = "".join(f"&#{ord(c)};" if c >= "\u3000" and self.rng.random() < 0.3 else c for c in shown)
            shown = shown.replace("—", "&mdash;").replace("“", "&ldquo;")
        if self.on("comments") and len(text) > 1:
            at = self.rng.randrange(len(text))
            head, tail = escape(text[:at], quote=False), escape(text[at:], quote=False)
            shown = f"{head}<!-- <td>7391</td> -->{tail}".replace("\n", "<br>")
        return shown

    def inline(self, text: str) -> str:
        """Text in the spans that editors leave."""
        if not (self.word or self.on("spans")) or "\n" in text or "<" in text or "&" in text:
            return self.text(text)
        out = ""
        while text:
            cut = self.rng.randint(1, 12)
            style = self.rng.choice(
                ("font-size:16.0pt;font-family:仿宋_GB2312", "mso-bidi-font-size:12pt", "color:black")
            )
            tag = self.rng.choice(("span", "span", "font", "b"))
            out += f"<{tag} style='{style}'>{self.text(text[:cut])}</{tag}>"
            text = text[cut:]
        return out + ("<o:p></o:p>" if self.word else "")

    def paragraph(self, words: Words) -> str:
        text = words.text
        number = re.match(r"^([一二三四五六]、)(.+)$", text)
        if self.word and number and words.kind == "heading":
            font = "<span style='font:7.0pt \"Times New Roman\"'></span>"
            ignored = f"<![if !supportLists]><span style='mso-list:Ignore'>{number[1]}{font}</span><![endif]>"
            return f"<p class=MsoListParagraph style='text-indent:-36pt;mso-list:l0 level1 lfo1'>{ignored}<b>{self.inline(number[2])}</b></p>\n"
        shown = self.inline(text)
        if words.kind == "title":
            tag = "h1" if self.rng.random() < 0.5 else 'p align="center"'
            return f"<{tag}>{shown}</{tag.split(maxsplit=1)[0]}>\n"
        if words.kind == "heading":
            return self.rng.choice(
                (f"<p><strong>{shown}</strong></p>\n", f"<h2>{shown}</h2>\n", f"<p>　　{shown}</p>\n")
            )
        indent = self.rng.choice(("", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;"))
        if self.on("div_soup"):
            return self.rng.choice(
                (
                    f"<div><div>{indent}{shown}</div></div>\n",
                    f"{indent}{shown}<br>\n",
                    f"<span>{indent}{shown}</span><br/><br/>\n",
                )
            )
        picture = (
            '<p align=center><img src="W020250118.jpg" width="600" height="400"></p>'
            if self.on("pictures", 0.2)
            else ""
        )
        kind = "class=MsoNormal style='text-indent:32.0pt'" if self.word else 'style="text-indent:2em"'
        return f"<p {kind}>{indent}{shown}</p>\n{picture}"

    # tables

    def tables(self, printed: Printed) -> str:
        if printed.name in self.pasted:
            code = base64.b64encode(self.pasted[printed.name]).decode()
            return f'<p align=center><img src="data:image/png;base64,{code}"></p>'
        parts = deepcopy(printed.parts)
        if self.on("split_tables") and printed.name == "requests":
            parts = _split(parts, self.rng)
        return "".join(
            "".join(self.paragraph(Words(text, "note")) for text in part.before) + self.table(part.lines, printed)
            for part in parts
        )

    def table(self, lines: list[Line], printed: Printed) -> str:
        if self.on("missing_spans"):
            for slot in (slot for line in lines for slot in line.slots):
                slot.above = False
        rows = merged(lines)
        if self.on("fine_spans"):
            self.refine(rows, printed.width)
        inner = "".join(f"<{tag}>{body}</{tag}>" if tag else body for tag, body in self.groups(rows, printed.width))
        if self.on("div_tables"):
            return self.divs(inner)
        kind = (
            "class=MsoNormalTable border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse'"
            if self.word
            else 'border="1"'
        )
        shown = f"<table {kind}>{inner}</table>\n"
        if self.on("stray_forms"):
            shown = f"<table {kind}><colgroup><col width=10><col></colgroup><form action=x>{inner}</form></table>\n"
        if self.on("own_tables"):
            shown = f"<table><tr><td>{shown}</td></tr></table>\n"
        return _torn(shown, self.rng) if self.on("unclosed") else shown

    def refine(self, rows: list[list[Merged]], width: int) -> None:
        """Columns as several of a finer grid, which has a line for every border that ever was."""
        ends = (cell.column + cell.colspan for row in rows for cell in row)
        fine = [self.rng.randint(1, 3) for _ in range(max(width, *ends))]
        at = list(accumulate(fine, initial=0))
        for cell in (cell for row in rows for cell in row):
            end = at[cell.column + cell.colspan]
            cell.column = at[cell.column]
            cell.colspan = end - cell.column

    def groups(self, rows: list[list[Merged]], width: int) -> list[tuple[str, str]]:
        """Rows in row groups, as they stand in the markup: tag and content."""
        height = len(rows)
        heads = next((n for n, row in enumerate(rows) if any(c.kind == "data" for c in row)), height)
        if self.on("th_tags") and 0 < heads < height:
            foot = height - 1 if sum(c.colspan for c in rows[-1]) == width and height - heads > 1 else height
            places = [("thead", 0, heads), ("tfoot", foot, height), ("tbody", heads, foot)]
        elif self.on("wrong_rowspan"):
            crossed = {n for row in rows for c in row for n in range(c.row + 1, c.row + c.rowspan)}
            cuts = [n for n in range(height + 1) if n not in crossed]
            places = [("tbody", a, b) for a, b in pairwise(cuts)]
        else:
            places = [(self.rng.choice(("", "tbody")), 0, height)]
        groups = []
        columns = max(cell.column + cell.colspan for row in rows for cell in row)
        for tag, start, end in places:
            bodies = [self.row(row, end) for row in rows[start:end]]
            if self.on("width_row") and (start, end) == (min(places)[1], max(places)[2]):
                bodies.insert(self.rng.choice((0, len(bodies))), site.widths(columns, self.rng))
            if self.on("empty_rows"):
                bodies.insert(self.rng.randrange(len(bodies) + 1), "<tr></tr>")
            groups.append((tag, "".join(bodies)))
        return [(tag, body) for tag, body in groups if body]

    def row(self, row: list[Merged], end: int) -> str:
        cells = "".join(self.cell(cell, end) for cell in row)
        hidden = ""
        if self.on("hidden_rows", 0.3):
            hidden = self.rng.choice(
                (
                    '<tr style="display:none"><td>行政许可</td><td>7391</td></tr>',
                    '<tr hidden><td colspan="4">7391</td></tr>',
                    f"<tr {'hidden' if self.bare else 'class=hide'}><td>总计</td><td>7391</td></tr>",
                )
            )
            cells += '<td style="display: none">7391</td>'
        style = " style='height:20.0pt'" if self.word else ""
        if self.on("excel_export"):
            style = " height=19 style='mso-height-source:userset;height:14.4pt'"
        return f"{hidden}<tr{style}>{cells}</tr>\n"

    def cell(self, cell: Merged, end: int) -> str:
        tag = "th" if self.on("th_tags") and cell.kind == "header" else "td"
        return f"<{tag}{self.looks(cell)}{self.spans(cell, end)}>{self.content(cell)}</{tag}>"

    def looks(self, cell: Merged) -> str:
        """Attributes that only say how a cell looks, and what Excel knows of its number."""
        if "div_tables" in self.quirks:
            return ""
        if self.on("excel_export"):
            number = self.rng.choice((" x:num", f' x:num="{cell.text}"', "")) if cell.text.isdecimal() else " x:str"
            return f" class=xl{self.rng.randint(65, 80)} style='mso-number-format:\"\\@\";border-top:none'{number}"
        if self.on("editor_nests"):
            return ' width="81" valign="top" style="word-break: break-all; border-width: 1px;"'
        return ""

    def spans(self, cell: Merged, end: int) -> str:
        column, row = cell.colspan, cell.rowspan
        out = ""
        if column > 1:
            shown = self.rng.choice((f'"{column}"', f"{column}", f"'0{column}'", f'" {column} "', f'"{column}px"'))
            out += f" colspan={shown}" if self.on("colspan_values") else f' colspan="{column}"'
        elif self.on("colspan_values", 0.3):
            out += self.rng.choice((' colspan="0"', ' colspan="1"', ' colspan=""', ' colspan="-2"', ' colspan="abc"'))
        to_the_end = cell.row + row == end and row > 1
        if to_the_end and self.on("wrong_rowspan"):
            return out + f' rowspan="{self.rng.choice((0, row + 2, 65534, 99999999999))}"'
        return out + (f' rowspan="{row}"' if row > 1 else "")

    def content(self, cell: Merged) -> str:
        text = cell.text
        if cell.key and self.on("inputs", 0.5):
            return f'<input type="text" value="{escape(text)}">'
        number = _LABEL_NUMBER.match(text)
        if self.on("numbered_labels") and number and not cell.key:
            return f'<ol start="{number[1]}"><li>{self.text(number[2])}</li></ol>'
        if self.on("odd_spaces", 0.6) and cell.key:
            text = padded(text, self.rng)
        shown = self.inline(text) if not cell.key else self.text(text)
        if self.on("excel_export") and cell.key:
            shown = self.rng.choice(
                (
                    "<span style='mso-spacerun:yes'>&nbsp; </span>{}",
                    '<font class="font5">{}</font>',
                    "{}<span\nstyle='display:none'></span>",
                )
            ).format(shown)
        if self.on("editor_nests"):
            shown = site.nested(shown, self.rng)
        if self.on("hidden_rows", 0.1):
            shown += self.rng.choice(('<span style="display:none">7391</span>', "<span class='sr-only'>7391</span>"))
        if self.on("nbsp_cells"):
            shown = self.rng.choice((f"&nbsp;{shown}", f"{shown}&nbsp;", f"&nbsp; {shown} &nbsp;", f"{shown}　"))
        if self.on("p_in_cells") or self.word:
            shown = self.rng.choice(
                (
                    f"<p>{shown}</p>",
                    f"<p class=MsoNormal align=center><span>{shown}</span></p>",
                    f"<p>&nbsp;</p><p>{shown}</p>",
                )
            )
        return shown

    def divs(self, inner: str) -> str:
        """The table as blocks that a style or a role makes a table."""
        styled = self.rng.random() < 0.5
        names = {
            "tr": 'style="display:table-row"' if styled else 'role="row"',
            "td": 'style="display: table-cell;"' if styled else 'role="cell"',
            "th": 'style="display:table-cell"' if styled else 'role="columnheader"',
            "tbody": 'style="display:table-row-group"' if styled else 'role="rowgroup"',
            "thead": 'style="display:table-header-group"' if styled else 'role="rowgroup"',
            "tfoot": 'style="display:table-footer-group"' if styled else 'role="rowgroup"',
        }
        if not styled:
            # Without a style nothing tells that the foot is shown last.
            inner = re.sub(r"(<tfoot>.*?</tfoot>)(<tbody>.*</tbody>)", r"\2\1", inner, flags=re.DOTALL)
        for tag, name in names.items():
            inner = re.sub(rf"<{tag}(?= style='height)[^>]*>", f"<{tag}>", inner)
            inner = re.sub(rf"<{tag}\b(?! (?:style|hidden|class))", f"<div {name}", inner).replace(
                f"</{tag}>", "</div>"
            )
            inner = re.sub(rf"<{tag}\b(?= (?:style|hidden|class))", "<div", inner)
        inner = inner.replace("colspan=", "aria-colspan=").replace("rowspan=", "aria-rowspan=")
        kind = 'style="display:table"' if styled else 'role="table"'
        return f"<div {kind}>{inner}</div>\n"

    # the page

    def body(self) -> str:
        pieces, blocks = [], list(self.made.blocks)
        title = [b for b in blocks if isinstance(b, Words) and b.kind == "title"]
        apart = self.on("title_apart") and len(title) == 1 and not self.bare
        for block in blocks:
            if isinstance(block, Words):
                if not (apart and block is title[0]):
                    pieces.append(self.paragraph(block))
                    if block.kind == "title" and self.on("portal"):
                        pieces.append(site.info(self.made, self.rng))
            else:
                pieces.append(self.tables(block))
        content = "".join(pieces)
        if self.on("nested_layout"):
            content = (
                f"<table width=100%><tr><td><table><tr><td colspan=3>{content}</td></tr></table></td></tr></table>"
            )
        if self.on("layout_table"):
            content = (
                f'<table width="980" align=center><tr><td>&nbsp;</td><td class="c">{content}</td><td width=5></td></tr>'
                "<tr><td colspan=3></td></tr></table>"
            )
        content = f'<div class="article"><div class="TRS_Editor" id="zoom">{content}</div></div>\n'
        if self.on("mobile_copy"):
            content += f'<div class="{site.mobile(self.rng)}">{content}</div>'
        if self.on("hidden_copy"):
            content += f'<div style="display:none">{re.sub(">([0-9]+)<", ">7391<", content)}</div>'
        if self.on("portal"):
            content = site.top(self.made, self.rng) + content + site.bottom(self.made, self.rng)
        return content


def _split(parts: list[Part], rng: Random) -> list[Part]:
    """Table three in several table elements, the later ones with a header or without."""
    out: list[Part] = []
    for part in parts:
        header = [line for line in part.lines if line.kind == "header"]
        rest = part.lines[len(header) :]
        if part.lines[: len(header)] != header or len(rest) < 4:
            out.append(part)
            continue
        cut = rng.randrange(2, len(rest) - 1)
        again = deepcopy(header) if rng.random() < 0.5 else []
        out += [Part(part.before, [*header, *rest[:cut]]), Part([], [*again, *rest[cut:]])]
    return out


def _torn(shown: str, rng: Random) -> str:
    """End tags that may be missing are, and some that may not."""
    for tag in ("td", "th", "tr", "p", "li"):
        shown = re.sub(rf"</{tag}>", lambda found: "" if rng.random() < 0.7 else found[0], shown)
    return re.sub(r"(<t[dh][^>]*>)(?=[^<\s]+<t[dh])", rf"\1<{rng.choice(('center', 'b', 'div', 'span'))}>", shown)


def _titled(made: Composed) -> str:
    return next(b.text for b in made.blocks if isinstance(b, Words) and b.kind == "title")


def _head(writer: _Writer, charset: str) -> str:
    made, rng = writer.made, writer.rng
    titles = [b.text for b in made.blocks if isinstance(b, Words) and b.kind == "title"]
    if writer.on("title_apart") and len(titles) == 1:
        title = f"{titles[0]}_{made.county}人民政府"
    else:
        title = rng.choice((f"{made.county}人民政府网", "年报详情", ""))
    out = f"<title>{title}</title>\n"
    if charset:
        out = (
            rng.choice(
                (
                    f'<meta charset="{charset}">',
                    f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">',
                    f"<META content='text/html;charset={charset}' http-equiv=Content-Type>",
                )
            )
            + out
        )
    if writer.on("meta_data"):
        out += (
            f'<meta name="ArticleTitle" content="{"".join(titles)}">\n'
            f'<meta name="PubDate" content="{made.year + 1}-01-20 10:22:33"><meta name="ContentSource" content="{made.organ}">'
            f'<meta name="SiteName" content="{made.county}人民政府"><meta name="ColumnName" content="政府信息公开年报">'
            '<meta name="Url" content="http://www.example.invalid/art/1.html">'
        )
    if writer.word:
        out += site.WORD_HEAD
    return out + "<style>.hide{display:none}</style>"


def markup(
    made: Composed,
    rng: Random,
    quirks: frozenset[str],
    charset: str = "utf-8",
    pasted: dict[str, bytes] | None = None,
) -> str:
    """The page as text; ``charset`` is what it says of its encoding."""
    writer = _Writer(made, rng, quirks)
    writer.pasted = pasted or {}
    body = writer.body()
    if writer.on("wrapped_source"):
        body = re.sub(
            r"([\u4e00-\u9fff])([\u4e00-\u9fff])", lambda f: f"{f[1]}\n{f[2]}" if rng.random() < 0.05 else f[0], body
        )
    if writer.on("uppercase_tags"):
        body = re.sub(r"</?[a-z][a-z0-9]*", lambda found: found[0].upper(), body)
    if writer.on("fragment"):
        return body
    head = _head(writer, charset)
    opening = site.WORD_OPEN if writer.word else "<!DOCTYPE html>\n<html>"
    if writer.on("xhtml"):
        opening = f'<?xml version="1.0" encoding="{charset or "utf-8"}"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\n<html xmlns="http://www.w3.org/1999/xhtml">'
    if writer.on("two_documents"):
        body = f"<!--#include top--></body></html>\n<html><head><title>x</title></head><body>{body}"
    end = "" if writer.on("unclosed") else "</body></html>\n"
    return f"{opening}<head>{head}</head><body>{body}{end}"


def _markdown(made: Composed, rng: Random, quirks: frozenset[str]) -> str:
    """A text whose tables are HTML, as converters write it."""
    writer = _Writer(made, rng, quirks & {"wrong_rowspan", "missing_spans", "nbsp_cells", "th_tags", "colspan_values"})
    sign = {"title": "# ", "heading": "## "}
    return "\n\n".join(sign.get(b.kind, "") + b.text if isinstance(b, Words) else writer.tables(b) for b in made.blocks)


def write(made: Composed, rng: Random, quirks: frozenset[str], pasted: dict[str, bytes] | None = None) -> bytes:
    """The report as the bytes of a page; ``pasted`` are pictures (PNG) in place of tables, by the table's name."""
    chosen = sorted(quirks & ENCODINGS.keys())
    encoding, charset = ENCODINGS[rng.choice(chosen)] if chosen else ("utf-8", "utf-8")
    text = _markdown(made, rng, quirks) if "markdown" in quirks else markup(made, rng, quirks, charset, pasted)
    return text.encode(encoding)
