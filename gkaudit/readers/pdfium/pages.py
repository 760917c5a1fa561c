"""One PDF page: its text and rules where they can be trusted, its picture where they cannot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gkaudit.document import Anchor, Picture
from gkaudit.readers.geometry import Box, Char, Figure, Notices, Page, View
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
    together,
)
from gkaudit.readers.geometry.matrix import IDENTITY, Matrix, box_through, view
from gkaudit.readers.geometry.page import rounded
from gkaudit.readers.pdfium.drawn import drawn
from gkaudit.readers.pdfium.overlays import flattened, loose_values
from gkaudit.readers.pdfium.printed import printed
from gkaudit.readers.pdfium.rendering import Camera

__all__ = ["read_page"]

#: Share of the page's texts that lie under a picture that covers them all.
_BENEATH = 0.9


def read_page(document: Any, index: int, name: str, camera: Camera, notices: Notices) -> Page:
    """Page number ``index`` (from 0) of a pypdfium2 document. Raises PdfiumError where it cannot be opened."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    page = document[index]
    try:
        upright = _upright(page)
        typed: list[Char] = []
        if pdfium.FPDFPage_GetAnnotCount(page.raw):
            typed = loose_values(page, upright.matrix)
            if flattened(page):
                notices.note("typed", index + 1)
                again, page = page, document[index]
                again.close()
        return _Look(page, Anchor(file=name, page=index + 1), upright, camera, notices).page(typed)
    finally:
        page.close()


def _upright(page: Any) -> View:
    """The page as it is shown."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page.raw, box)
    return View(*view((box.left, box.bottom, box.right, box.top), pdfium.FPDFPage_GetRotation(page.raw)))


class _Look:
    """Everything known about one page while it is read."""

    def __init__(self, page: Any, here: Anchor, upright: View, camera: Camera, notices: Notices) -> None:
        self.raw, self.here, self.upright, self.camera, self.notices = page, here, upright, camera, notices
        self.number = here.page or 1
        self.drawn = drawn(page, upright.matrix)
        self.turns = self.drawn.turns.most_common(1)[0][0] if self.drawn.turns else 0
        self.view = upright.turned(self.turns)
        self.printed = printed(page, here.file, self.drawn, upright, self.turns)

    def page(self, typed: Sequence[Char]) -> Page:
        """The page, as text or as picture."""
        seen, specks = sized(self.printed.chars)
        if specks:
            self.printed.left_out["hidden"] += specks
        chars = [*seen, *typed]
        many = count(chars) >= FEW
        layer = self._text_layer(chars)
        if layer:
            self.notices.note("recognised", self.number)
            return self._text(layer, recognised=True)
        self.notices.left_out(self.number, self.printed.left_out)
        reason = self._no_text(chars, many=many)
        if reason:
            self.notices.note(reason, self.number)
            return self._scan()
        return self._text(chars)

    def _text_layer(self, chars: list[Char]) -> list[Char]:
        """The text of a recogniser on a scan: over the picture or beneath it; empty where there is none."""
        if not any(self._share(image.box) > COVER for image in self.drawn.images):
            return []
        hidden = self.printed.left_out["hidden"]
        if count(hidden) >= max(FEW, count(chars)):
            return [*hidden, *chars]
        return chars if count(chars) >= FEW and self._beneath() else []

    def _no_text(self, chars: list[Char], *, many: bool) -> str:
        """Why the page has to be read as a picture; empty where its text will do."""
        drawn = self.drawn
        if drawn.overflowing:
            # Not even rendered: a hundred thousand lines take pdfium a minute. Half of the rules are worse than none.
            self.notices.note("overflowing", self.number)
            return ""
        if not many and sum(self._share(image.box) for image in drawn.images) > SCAN:
            return "scan"
        if not many and len(drawn.scene.ink) >= OUTLINES:
            return "outlines"
        return "garbled" if many and garbled(chars) else ""

    # ── text ────────────────────────────────────────────────────────────────────────────────────

    def _text(self, chars: Sequence[Char], *, recognised: bool = False) -> Page:
        turn = self._turn()
        level, standing = self.drawn.scene.rules(turn) if not self.drawn.overflowing else ((), ())
        images = [] if recognised else self.drawn.images
        large = [b for b in together([i.box for i in images]) if self._share(b) > LARGE]
        small = [i.box for i in images if self._share(i.box) <= LARGE]
        figures = tuple(self._figures(large, chars, turn))
        return Page(
            self.number,
            self.view.width,
            self.view.height,
            tuple(chars),
            level,
            standing,
            figures,
            (
                *(box_through(turn, *box) for box in (*self.drawn.scene.ink, *small)),
                *backgrounds(large, turn, figures),
            ),
            recognised,
        )

    def _figures(self, boxes: Iterable[Box], chars: Sequence[Char], turn: Matrix) -> Iterable[Figure]:
        """Pictures that may be tables; one with text over it is a background."""
        for box in boxes:
            place = box_through(turn, *box)
            if printed_over(place, chars) < FEW:
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
        anchor = self.here.at(box=rounded(place))
        data, size, dpi = self.camera.shot(self.raw, (self.upright.width, self.upright.height), part)
        if not data:
            self.notices.note("unseen", self.number)
            return Picture(anchor, whole_page=part is None)
        return Picture(anchor, data, size, round(dpi, 1), whole_page=part is None)

    def _share(self, box: Box) -> float:
        """Share of the page that a box (as shown, not turned) covers."""
        return share(box, self.upright.width, self.upright.height)

    def _beneath(self) -> bool:
        """Whether a picture was painted over nearly all texts: what is seen is the picture."""
        texts = self.drawn.texts
        return any(
            self._share(image.box) > COVER and not image.see_through and image.after_texts >= _BENEATH * texts
            for image in self.drawn.images
        )
