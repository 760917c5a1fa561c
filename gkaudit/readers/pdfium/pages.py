"""One PDF page: its text and rules where they can be trusted, its picture where they cannot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from gkaudit.document import Anchor, Picture
from gkaudit.readers.geometry import Box, Char, Figure, Page, View, lines_of
from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through, view
from gkaudit.readers.pdfium.drawn import drawn
from gkaudit.readers.pdfium.overlays import flattened, loose_values
from gkaudit.readers.pdfium.printed import UNKNOWN, printed
from gkaudit.readers.pdfium.rendering import Camera

__all__ = ["Sight", "read_page"]

#: A page with fewer characters has no text worth the name.
_FEW = 20
#: Shares of the page: a picture that is a scan, one that may be a table, one that covers the whole page.
_SCAN, _LARGE, _COVER = 0.4, 0.15, 0.8
#: So many drawings instead of text are text turned into outlines.
_OUTLINES = 30
#: Share of characters nobody can read above which a page's text is not used, and the least share of Chinese.
_UNKNOWN, _CHINESE, _ENOUGH = 0.2, 0.1, 40
#: Share of the page's texts that lie under a picture that covers them all.
_BENEATH = 0.9
_MOST_PICTURES = 200
_TOUCH = 2.0


@dataclass(slots=True)
class Sight:
    """What was noticed on the pages of one document: pages by kind, and a sample of the text."""

    pages: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    samples: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str, page: int, sample: str = "") -> None:
        """Note a kind of thing on a page."""
        if page not in self.pages[kind]:
            self.pages[kind].append(page)
        self.samples.setdefault(kind, sample)


def read_page(document: Any, index: int, name: str, camera: Camera, sight: Sight) -> Page:
    """Page number ``index`` (from 0) of a pypdfium2 document. Raises PdfiumError where it cannot be opened."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    page = document[index]
    try:
        box = pdfium.FS_RECTF()
        pdfium.FPDF_GetPageBoundingBox(page.raw, box)
        upright = View(
            *view((box.left, box.bottom, box.right, box.top), pdfium.FPDFPage_GetRotation(page.raw)),
        )
        typed: list[Char] = []
        if pdfium.FPDFPage_GetAnnotCount(page.raw):
            typed = loose_values(page, upright.matrix)
            if flattened(page):
                sight.note("typed", index + 1)
                page.close()
                page = document[index]
        return _Look(page, Anchor(file=name, page=index + 1), upright, camera, sight).page(typed)
    finally:
        page.close()


class _Look:
    """Everything known about one page while it is read."""

    def __init__(self, page: Any, here: Anchor, upright: View, camera: Camera, sight: Sight) -> None:
        self.raw, self.here, self.upright, self.camera, self.sight = page, here, upright, camera, sight
        self.number = here.page or 1
        self.drawn = drawn(page, upright.matrix)
        self.turns = self.drawn.turns.most_common(1)[0][0] if self.drawn.turns else 0
        self.view = upright.turned(self.turns)
        self.printed = printed(page, self.drawn.special, upright, self.turns)

    def page(self, typed: Sequence[Char]) -> Page:
        """The page, as text or as picture."""
        chars = [*self.printed.chars, *typed]
        many = _count(chars) >= _FEW
        layer = self._text_layer(chars)
        if layer:
            self.sight.note("recognised", self.number)
            return self._text(layer, recognised=True)
        self._note_left_out()
        reason = self._no_text(chars, many=many)
        if reason:
            self.sight.note(reason, self.number)
            return self._scan()
        return self._text(chars)

    def _text_layer(self, chars: list[Char]) -> list[Char]:
        """The text of a recogniser on a scan: over the picture or beneath it; empty where there is none."""
        if not any(self._share(image.box) > _COVER for image in self.drawn.images):
            return []
        hidden = self.printed.left_out["hidden"]
        if _count(hidden) >= max(_FEW, _count(chars)):
            return [*hidden, *chars]
        return chars if _count(chars) >= _FEW and self._beneath() else []

    def _no_text(self, chars: list[Char], *, many: bool) -> str:
        """Why the page has to be read as a picture; empty where its text will do."""
        drawn = self.drawn
        if drawn.overflowing:
            return "overflowing"
        if not many and sum(self._share(image.box) for image in drawn.images) > _SCAN:
            return "scan"
        if not many and len(drawn.scene.ink) >= _OUTLINES:
            return "outlines"
        return "garbled" if many and _garbled(chars) else ""

    # ── text ────────────────────────────────────────────────────────────────────────────────────

    def _text(self, chars: Sequence[Char], *, recognised: bool = False) -> Page:
        turn = self._turn()
        level, standing = self.drawn.scene.rules(turn)
        images = [] if recognised else self.drawn.images
        large = [b for b in _together([i.box for i in images]) if self._share(b) > _LARGE]
        small = [i.box for i in images if self._share(i.box) <= _LARGE]
        return Page(
            self.number,
            self.view.width,
            self.view.height,
            tuple(chars),
            level,
            standing,
            tuple(self._figures(large, chars, turn)),
            tuple(box_through(turn, *box) for box in (*self.drawn.scene.ink, *small)),
            recognised,
        )

    def _figures(self, boxes: Iterable[Box], chars: Sequence[Char], turn: Matrix) -> Iterable[Figure]:
        """Pictures that may be tables; one with text over it is a background."""
        for box in boxes:
            place = box_through(turn, *box)
            left, top, right, bottom = place
            over = sum(left < c.left < right and top < c.base < bottom and not c.text.isspace() for c in chars)
            if over < _FEW:
                yield Figure(self._picture(box, place), place)

    def _turn(self) -> Matrix:
        return (
            View(IDENTITY, self.upright.width, self.upright.height).turned(self.turns).matrix
            if self.turns
            else IDENTITY
        )

    # ── pictures ────────────────────────────────────────────────────────────────────────────────

    def _scan(self) -> Page:
        size = self.upright.width, self.upright.height
        whole = (0.0, 0.0, *size)
        figure = Figure(self._picture(None, whole), whole)
        return Page(self.number, *size, figures=(figure,))

    def _picture(self, part: Box | None, place: Box) -> Picture:
        left, top, right, bottom = place
        anchor = self.here.at(box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)))
        data, size, dpi = self.camera.shot(self.raw, (self.upright.width, self.upright.height), part)
        if not data:
            self.sight.note("unseen", self.number)
            return Picture(anchor, whole_page=part is None)
        return Picture(anchor, data, size, round(dpi, 1), whole_page=part is None)

    def _share(self, box: Box) -> float:
        """Share of the page that a box (as shown, not turned) covers."""
        wide, high = self.upright.width, self.upright.height
        left, top, right, bottom = box
        return max(min(right, wide) - max(left, 0), 0) * max(min(bottom, high) - max(top, 0), 0) / (wide * high or 1)

    def _beneath(self) -> bool:
        """Whether a picture was painted over nearly all texts: what is seen is the picture."""
        texts = self.drawn.texts
        return any(
            self._share(image.box) > _COVER and not image.see_through and image.after_texts >= _BENEATH * texts
            for image in self.drawn.images
        )

    def _note_left_out(self) -> None:
        for kind, chars in self.printed.left_out.items():
            if _count(chars):
                self.sight.note(kind, self.number, " ".join(line.text for line in lines_of(chars[:40])))


def _count(chars: Iterable[Char]) -> int:
    return sum(not c.text.isspace() for c in chars)


def _garbled(chars: Sequence[Char]) -> bool:
    """Text that came out as other letters than those seen: unknown ones, or hardly any Chinese."""
    shown = [c.text for c in chars if not c.text.isspace()]
    unknown = sum(t == UNKNOWN or "\ue000" <= t <= "\uf8ff" for t in shown)
    if unknown > _UNKNOWN * len(shown):
        return True
    letters = [t for t in shown if t.isalpha()]
    chinese = sum("\u3400" <= t[0] <= "\u9fff" or t[0] > "\uffff" for t in letters)
    return len(letters) >= _ENOUGH and chinese < _CHINESE * len(letters)


def _together(boxes: list[Box]) -> list[Box]:
    """Pictures that touch as one: scanners and converters cut them into strips."""
    found: list[Box] = []
    for box in boxes[:_MOST_PICTURES]:
        near = [b for b in found if _touch(b, box)]
        found = [b for b in found if b not in near]
        both = [box, *near]
        found.append(
            (min(b[0] for b in both), min(b[1] for b in both), max(b[2] for b in both), max(b[3] for b in both))
        )
    return found


def _touch(a: Box, b: Box) -> bool:
    return a[0] <= b[2] + _TOUCH and b[0] <= a[2] + _TOUCH and a[1] <= b[3] + _TOUCH and b[1] <= a[3] + _TOUCH
