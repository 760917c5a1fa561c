"""OFD (GB/T 33190): text and lines by position, like PDF; pages of pictures for the recogniser."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gkaudit.document import Anchor, Document, Picture
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.geometry import Char, Figure, Notices, Page, View, compose
from gkaudit.readers.geometry.legible import (
    COVER,
    FEW,
    LARGE,
    OUTLINES,
    SCAN,
    backgrounds,
    count,
    garbled,
    printed_over,
    share,
    sized,
)
from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through
from gkaudit.readers.geometry.page import rounded
from gkaudit.readers.guards import MAX_PAGES, open_zip
from gkaudit.readers.ofd_content import POINTS, Drawing, Package, Placed, child, children, numbers
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("ofd",)
_ENTRY = "ofd.xml"
_A4 = [0.0, 0.0, 210.0, 297.0]
#: Share of the texts of a page that lie under a picture that covers them all, and pictures of one page that count.
_BENEATH, _MOST_PICTURES = 0.9, 20
_META = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Creator": "creator",
    "CreatorVersion": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}


def detect(source: Source) -> str | None:
    """``ofd``: a zip file with an OFD.xml at its root."""
    if not source.data.startswith(b"PK"):
        return None
    try:
        names = zipfile.ZipFile(io.BytesIO(source.data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError):
        return None
    return "ofd" if any(name.lower() == _ENTRY for name in names) else None


def read(source: Source) -> Document:
    """Read an OFD file. Raises UnreadableError where it is broken, TooLargeError beyond a limit."""
    package = Package(open_zip(source.data, source.name), source.name)
    paths = package.pages()
    if len(paths) > MAX_PAGES:
        raise TooLargeError(
            source.name, f"有 {len(paths)} 页，超过上限 {MAX_PAGES} 页，不像一份年度报告；请只放入年度报告正文"
        )
    notices = Notices()
    budget: Counter[str] = Counter()
    pages = [_page(package, path, number, notices, budget) for number, path in enumerate(paths, 1)]
    blocks, doubts = compose(pages, source.name)
    if not blocks:
        raise UnreadableError(source.name, "OFD 中没有任何文字或图片；请核对文件或重新导出")
    return Document(
        name=source.name,
        format="ofd",
        sha256=source.sha256,
        blocks=blocks,
        warnings=(*_about_file(package), *notices.clauses(), *doubts),
        meta=_meta(package),
    )


def _about_file(package: Package) -> Iterator[str]:
    if package.documents > 1:
        yield f"OFD 内含 {package.documents} 份文档，只读取了第一份"
    if child(package.document, "Attachments") is not None:
        yield "OFD 内嵌附件，没有读取"
    if child(package.document, "Annotations") is not None:
        yield "OFD 有批注，没有读取"


def _meta(package: Package) -> dict[str, str]:
    found = {}
    for theirs, ours in _META.items():
        element = child(package.info, theirs) if package.info is not None else None
        text = (element.text or "").strip() if element is not None else ""
        if text:
            found[ours] = text
    return found


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


def _page(package: Package, path: str, number: int, notices: Notices, budget: Counter[str]) -> Page:
    """One page with the templates under it, as text or as picture."""
    root, base = package.part(path, package.base)
    for link in children(root, "PageRes"):
        package.add_resources((link.text or "").strip(), base)
    left, top, width, height = _area(root, package)
    drawing = Drawing(package, (POINTS, 0, 0, POINTS, -left * POINTS, -top * POINTS), budget)
    for template in children(root, "Template"):
        below = package.template(template.get("TemplateID"))
        if below:
            drawing.draw(package.part(below, package.base)[0])
    drawing.draw(root)
    view, chars = drawing.finish(width * POINTS, height * POINTS)
    return _Look(package, number, drawing, view, (width * POINTS, height * POINTS), notices).page(chars)


def _area(root: Any, package: Package) -> list[float]:
    """Left, top, width and height of a page in millimetres."""
    for element in (child(root, "Area", "PhysicalBox"), child(package.common, "PageArea", "PhysicalBox")):
        box = numbers(element.text) if element is not None else []
        if len(box) == 4 and min(box[2:]) > 0:  # noqa: PLR2004
            return box
    return _A4


@dataclass(frozen=True, slots=True)
class _Look:
    """Everything known about one page while it is judged; ``size`` is that of the page before its text is turned."""

    package: Package
    number: int
    drawing: Drawing
    view: View
    size: tuple[float, float]
    notices: Notices

    def page(self, chars: list[Char]) -> Page:
        """The page, as text or as pictures."""
        chars, specks = sized(chars)
        if specks:
            self.drawing.left_out["hidden"] += specks
        layer = self._text_layer(chars)
        if layer:
            self.notices.note("recognised", self.number)
            return self._text(layer, recognised=True)
        self.notices.left_out(self.number, self.drawing.left_out)
        few = count(chars) < FEW
        if not few and garbled(chars):
            self.notices.note("unnamed", self.number)
            return self._text([])
        if few and self._pictured() > SCAN:
            self.notices.note("scan", self.number)
            return self._text([], least=0.0)
        if few and len(self.drawing.scene.ink) >= OUTLINES:
            self.notices.note("drawn", self.number)
        return self._text(chars)

    def _text_layer(self, chars: list[Char]) -> list[Char]:
        """The text of a recogniser on a scan: hidden over the picture or beneath it; empty where there is none."""
        covers = [p for p in self.drawing.pictures if share(p.box, *self.size) > COVER]
        hidden = self.drawing.left_out["hidden"]
        if covers and count(hidden) >= max(FEW, count(chars)):
            return [*hidden, *chars]
        if not covers:
            return []
        beneath = any(p.after_texts >= _BENEATH * self.drawing.texts for p in covers)
        return chars if beneath and count(chars) >= FEW else []

    def _pictured(self) -> float:
        return sum(share(p.box, *self.size) for p in self.drawing.pictures)

    def _text(self, chars: Sequence[Char], *, least: float = LARGE, recognised: bool = False) -> Page:
        """The page with these characters, and the pictures that cover more than a share of it."""
        turn = View(IDENTITY, *self.size).turned(self.view.turns).matrix
        level, standing = self.drawing.scene.rules(turn)
        pictures = [] if recognised else self.drawing.pictures
        large = [p for p in pictures if share(p.box, *self.size) > least]
        small = [p.box for p in pictures if p not in large]
        figures = tuple(self._figures(large, chars, turn, whole=least == 0))
        return Page(
            self.number,
            self.view.width,
            self.view.height,
            tuple(chars),
            level,
            standing,
            figures,
            (
                *(box_through(turn, *box) for box in (*self.drawing.scene.ink, *small)),
                *backgrounds([p.box for p in large], turn, figures),
            ),
            recognised,
        )

    def _figures(self, large: list[Placed], chars: Sequence[Char], turn: Matrix, *, whole: bool) -> Iterator[Figure]:
        """Pictures that may be tables; one with text over it is a background."""
        for placed in large[:_MOST_PICTURES]:
            place = box_through(turn, *placed.box)
            if printed_over(place, chars) >= FEW:
                continue
            data = self.package.picture(placed.resource)
            if not data:
                self.notices.note("unseen", self.number)
            anchor = Anchor(file=self.package.name, page=self.number, box=rounded(place))
            yield Figure(Picture(anchor, data, whole_page=whole and len(large) == 1), place)
        if len(large) > _MOST_PICTURES:
            self.notices.note("unseen", self.number)
