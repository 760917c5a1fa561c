"""Image files: a scanned page, a photo of one, or several pages in one TIFF.

Nothing is recognised here: the document has one picture a page, of which only the header was looked at;
:mod:`gkaudit.readers.pictures` makes paragraphs and tables of them.
"""

from __future__ import annotations

from gkaudit.document import Anchor, Document, Picture
from gkaudit.errors import UnreadableError
from gkaudit.readers.guards import MAX_PAGES, image_size
from gkaudit.readers.recognition.headers import image_kind, read_header
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("png", "jpg", "tif", "bmp", "gif", "webp")


def detect(source: Source) -> str | None:
    """The image format by its first bytes."""
    return image_kind(source.data)


def read(source: Source) -> Document:
    """One picture for each page. All pictures of a TIFF share its bytes; ``anchor.page`` says which one.

    Raises UnreadableError for a broken or incomplete file and for animations, TooLargeError for a picture
    beyond the limit of pixels.
    """
    header = read_header(source.data)
    if header is None:
        raise UnreadableError(source.name, "图片已损坏（文件头不完整）；请重新扫描或重新导出后再放入")
    if header.animated:
        raise UnreadableError(source.name, "这是动画图片，不是扫描件；请另存为 PNG 或 PDF 后再放入")
    if not header.complete:
        raise UnreadableError(source.name, "图片不完整（文件被截断）；请重新下载或重新扫描后再放入")
    for frame in header.frames:
        image_size(frame.width, frame.height, source.name)
    pages = header.frames[:MAX_PAGES]
    warnings = (f"共有{len(header.frames)}页，只读取了前{MAX_PAGES}页",) if len(pages) < len(header.frames) else ()
    blocks = tuple(
        Picture(Anchor(source.name, page=number), source.data, dpi=frame.dpi, whole_page=True)
        for number, frame in enumerate(pages, 1)
    )
    return Document(source.name, header.kind, source.sha256, blocks, warnings=warnings)
