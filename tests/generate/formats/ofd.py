"""Composed reports as OFD, written by hand on the pages of :mod:`.drawing`."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from xml.sax.saxutils import escape, quoteattr

from tests.generate.formats import drawing
from tests.generate.formats.drawing import Area, Mark, Sheet, Stroke
from tests.generate.model import Composed

#: Those of every drawn page, and the ways in which OFD writers differ.
QUIRKS = (
    *drawing.QUIRKS, "delta_runs", "no_delta", "transformed", "template", "blocks", "composite", "relative_paths",
    "default_namespace", "one_path", "turned_text",
)  # fmt: skip
NAMESPACE = "http://www.ofdspec.org/2016"
_MM = 25.4 / 72


def measure(text: str, font: str, size: float) -> float:
    """Width of a text in points: Chinese characters as wide as high, others about half of that."""
    other = 0.56 if font == "digits" else 0.5
    return sum(size if char >= "\u2e80" else size * other for char in text)


def write(made: Composed, rng: Random, quirks: frozenset[str]) -> bytes:
    """The report as an OFD file."""
    sheets = drawing.lay_out(made, rng, quirks, measure)
    return _Package(made, rng, quirks).packed(sheets)


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip file of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def _mm(value: float) -> str:
    return f"{value * _MM:.4f}".rstrip("0").rstrip(".")


class _Package:
    """Writes the parts of one file."""

    def __init__(self, made: Composed, rng: Random, quirks: frozenset[str]) -> None:
        self.made, self.rng, self.quirks = made, rng, quirks
        self.units: list[str] = []

    def packed(self, sheets: list[Sheet]) -> bytes:
        first = sheets[0]
        width, height = self._turned(first.width, first.height)
        absolute = "relative_paths" not in self.quirks
        doc = "/Doc_0/" if absolute else ""
        pages = [self._page(sheet) for sheet in sheets]
        listed = "".join(
            f'<ofd:Page ID="{n + 1}" BaseLoc="{doc}Pages/Page_{n}/Content.xml"/>' for n in range(len(sheets))
        )
        template = (
            f'<ofd:TemplatePage ID="900" BaseLoc="{doc}Tpls/Tpl_0/Content.xml"/>' if "template" in self.quirks else ""
        )
        parts: dict[str, str | bytes] = {
            "OFD.xml": self._xml(
                f'<ofd:OFD xmlns:ofd="{NAMESPACE}" Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
                f"<ofd:DocID>0</ofd:DocID><ofd:Title>{self.made.organ}{self.made.year}</ofd:Title>"
                f"<ofd:Author>{self.made.organ}</ofd:Author></ofd:DocInfo>"
                f"<ofd:DocRoot>{'/' if absolute else ''}Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
            ),
            "Doc_0/Document.xml": self._xml(
                f'<ofd:Document xmlns:ofd="{NAMESPACE}"><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>'
                f"<ofd:PageArea><ofd:PhysicalBox>0 0 {_mm(width)} {_mm(height)}</ofd:PhysicalBox></ofd:PageArea>"
                f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>{template}</ofd:CommonData>"
                f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
            ),
            **{f"Doc_0/Pages/Page_{n}/Content.xml": page for n, page in enumerate(pages)},
        }
        if template:
            line = Stroke(72, height - 60, width - 72, height - 60)
            content = f'<ofd:Content><ofd:Layer ID="901">{self._stroke(line)}</ofd:Layer></ofd:Content>'
            parts["Doc_0/Tpls/Tpl_0/Content.xml"] = self._xml(f'<ofd:Page xmlns:ofd="{NAMESPACE}">{content}</ofd:Page>')
        units = "".join(
            f'<ofd:CompositeGraphicUnit ID="{800 + n}" Width="500" Height="500"><ofd:Content>{unit}</ofd:Content>'
            "</ofd:CompositeGraphicUnit>"
            for n, unit in enumerate(self.units)
        )
        parts["Doc_0/PublicRes.xml"] = self._xml(
            f'<ofd:Res xmlns:ofd="{NAMESPACE}" BaseLoc="Res"><ofd:Fonts><ofd:Font ID="3" FontName="宋体"/></ofd:Fonts>'
            f"<ofd:CompositeGraphicUnits>{units}</ofd:CompositeGraphicUnits></ofd:Res>"
        )
        return packed(parts)

    def _xml(self, text: str) -> str:
        if "default_namespace" in self.quirks:
            text = text.replace("xmlns:ofd", "xmlns").replace("<ofd:", "<").replace("</ofd:", "</")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'

    def _turned(self, width: float, height: float) -> tuple[float, float]:
        return (height, width) if "turned_text" in self.quirks else (width, height)

    def _page(self, sheet: Sheet) -> str:
        body = "".join(self._area(area) for area in sheet.areas)
        body += (
            self._one_path(sheet.strokes) if "one_path" in self.quirks else "".join(map(self._stroke, sheet.strokes))
        )
        body += "".join(map(self._mark, sheet.marks))
        if "turned_text" in self.quirks:
            # The page as a unit that is turned as a whole: up on the sheet is right on the page.
            body = self._unit(body, f"0 -1 1 0 0 {_mm(sheet.width)}")
        elif "composite" in self.quirks:
            body = self._unit(body, "1 0 0 1 0 0")
        if "blocks" in self.quirks:
            body = f'<ofd:PageBlock ID="70"><ofd:PageBlock ID="71">{body}</ofd:PageBlock></ofd:PageBlock>'
        width, height = self._turned(sheet.width, sheet.height)
        template = '<ofd:Template TemplateID="900" ZOrder="Background"/>' if "template" in self.quirks else ""
        return self._xml(
            f'<ofd:Page xmlns:ofd="{NAMESPACE}">{template}<ofd:Area><ofd:PhysicalBox>0 0 {_mm(width)} {_mm(height)}'
            f'</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer Type="Body" ID="5">{body}</ofd:Layer></ofd:Content>'
            "</ofd:Page>"
        )

    def _unit(self, body: str, ctm: str) -> str:
        self.units.append(body)
        number = 799 + len(self.units)
        return f'<ofd:CompositeObject ID="{number + 100}" ResourceID="{number}" Boundary="0 0 500 500" CTM="{ctm}"/>'

    # ── objects ─────────────────────────────────────────────────────────────────────────────────

    def _stroke(self, s: Stroke) -> str:
        data = f"M 0 0 L {_mm(s.right - s.left)} {_mm(s.bottom - s.top)}"
        return self._path(s.left, s.top, data, f'LineWidth="{_mm(s.width)}"')

    def _one_path(self, strokes: list[Stroke]) -> str:
        data = " ".join(f"M {_mm(s.left)} {_mm(s.top)} L {_mm(s.right)} {_mm(s.bottom)}" for s in strokes)
        return self._path(0, 0, data, 'LineWidth="0.18"') if strokes else ""

    def _area(self, a: Area) -> str:
        wide, high = _mm(a.right - a.left), _mm(a.bottom - a.top)
        data = f"M 0 0 L {wide} 0 L {wide} {high} L 0 {high} C"
        colour = f"<ofd:FillColor Value={quoteattr(_colour(a.colour))}/>"
        return self._path(a.left, a.top, data, 'Stroke="false" Fill="true"', colour)

    def _path(self, left: float, top: float, data: str, options: str, inside: str = "") -> str:
        ctm = ""
        if "transformed" in self.quirks:
            data = " ".join(_halved(piece) for piece in data.split())
            ctm = ' CTM="2 0 0 2 0 0"'
        return (
            f'<ofd:PathObject ID="11" Boundary="{_mm(left)} {_mm(top)} 500 500" {options}{ctm}>{inside}'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    def _mark(self, mark: Mark) -> str:
        if "single_glyphs" in self.quirks and len(mark.text) > 1 and mark.spread is not None:
            return "".join(map(self._mark, _glyphs(mark)))
        size = mark.size * _MM
        steps = [measure(c, mark.font, size) + (mark.spread or 0.0) * size for c in mark.text]
        delta = f' DeltaX="{self._delta(steps[:-1])}"' if len(steps) > 1 else ""
        if "no_delta" in self.quirks and mark.spread is None:
            delta = ""
        left, top = mark.x, mark.y - mark.size
        own_x, own_y, own_size, ctm = 0.0, size, size, ""
        if "transformed" in self.quirks:
            own_y, own_size, ctm = size / 2, size / 2, ' CTM="2 0 0 2 0 0"'
            delta = f' DeltaX="{self._delta([s / 2 for s in steps[:-1]])}"' if delta else ""
        if mark.angle:
            ctm = ' CTM="0.7071 -0.7071 0.7071 0.7071 0 0"'
        hidden = ' Visible="false"' if mark.hidden else ""
        colour = f"<ofd:FillColor Value={quoteattr(_colour(mark.colour))}/>" if any(mark.colour) else ""
        return (
            f'<ofd:TextObject ID="9" Boundary="{_mm(left)} {_mm(top)} 300 20" Font="3" Size="{own_size:.4f}"{ctm}{hidden}>'
            f'{colour}<ofd:TextCode X="{own_x:g}" Y="{own_y:.4f}"{delta}>{escape(mark.text)}</ofd:TextCode></ofd:TextObject>'
        )

    def _delta(self, steps: list[float]) -> str:
        if "delta_runs" not in self.quirks:
            return " ".join(f"{s:.4f}" for s in steps)
        out: list[str] = []
        at = 0
        while at < len(steps):
            end = at
            while end < len(steps) and abs(steps[end] - steps[at]) < 1e-9:
                end += 1
            out.append(f"g {end - at} {steps[at]:.4f}" if end - at > 1 else f"{steps[at]:.4f}")
            at = end
        return " ".join(out)


def _glyphs(mark: Mark) -> Iterator[Mark]:
    """Each character of some words by itself."""
    x = mark.x
    for char in mark.text:
        yield replace(mark, text=char, x=x, spread=None)
        x += measure(char, mark.font, mark.size) + (mark.spread or 0.0) * mark.size


def _halved(piece: str) -> str:
    return piece if piece.isalpha() else f"{float(piece) / 2:.5f}"


def _colour(parts: tuple[float, ...]) -> str:
    return " ".join(str(round(255 * part)) for part in parts)
