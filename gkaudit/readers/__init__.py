"""Readers: one file a format, each turning a source into a :class:`~gkaudit.document.Document`.

A reader is a module of this package that has

- ``FORMATS``: names of the formats it reads,
- ``detect(source) -> str | None``: which of them the *content* is; None where it is none of them,
- ``read(source) -> Document``.

Nothing has to be registered: a new format is a new file. ``detect`` must be cheap and must not import
anything heavy; ``read`` imports its library when it is called, and refuses in one sentence
(UnreadableError, TooLargeError) what it cannot read. Plain text is what is left when nobody else says
that the content is theirs.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from gkaudit.document import Document
from gkaudit.errors import UnreadableError
from gkaudit.readers import text
from gkaudit.readers.pictures import recognised
from gkaudit.readers.source import Source
from gkaudit.readers.typed import with_typed_tables
from gkaudit.readers.wrapped import with_whole_paragraphs

__all__ = ["Source", "detect", "formats", "open_document", "read_source"]

_ZIP = b"PK\x03\x04"
#: Magic numbers of what is no document, and where they stand: (bytes, place, what it is, what to do).
_FOREIGN = (
    (b"Rar!\x1a\x07", 0, "这是 RAR 压缩包，无法打开", "请解压后放入，或改用 ZIP 压缩"),
    (b"7z\xbc\xaf\x27\x1c", 0, "这是 7z 压缩包，无法打开", "请解压后放入，或改用 ZIP 压缩"),
    (b"\x1f\x8b", 0, "这是 gzip 压缩包，无法打开", "请解压后放入，或改用 ZIP 压缩"),
    (b"MZ", 0, "这是程序文件，不是报告", "请核对文件，并注意是否为病毒"),
    (b"\x7fELF", 0, "这是程序文件，不是报告", "请核对文件"),
    *(
        (kind, 4, "这是手机的 HEIC 照片，无法读取", "请在手机或看图软件中另存为 JPG，或扫描成 PDF 后再放入")
        for kind in (b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1")
    ),
    (b"CAJ\x00", 0, "这是 CAJ 文件，无法读取", "请用阅读器另存为 PDF 后再放入"),
)


@cache
def _readers() -> tuple[ModuleType, ...]:
    """Every module of the package that says what it reads; plain text last."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return (*(m for m in modules if hasattr(m, "FORMATS") and m is not text), text)


def formats() -> tuple[str, ...]:
    """Names of all formats that can be read."""
    return tuple(dict.fromkeys(name for module in _readers() for name in module.FORMATS))


def detect(source: Source) -> tuple[str, ModuleType]:
    """The format by content, and its reader; raises UnreadableError for what nobody reads."""
    if not source.data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError(source.name, "文件是空的，没有任何内容；请重新导出报告")
    for magic, place, what, todo in _FOREIGN:
        if source.data.startswith(magic, place):
            raise UnreadableError(source.name, f"{what}；{todo}")
    for module in _readers():
        if module is text and source.data.startswith(_ZIP):
            reason = "不是可读的 Word 或 OFD 文件（压缩包里没有正文，或已损坏）；请重新导出后再放入"
            raise UnreadableError(source.name, reason)
        kind = module.detect(source)
        if kind is not None:
            return kind, module
    raise UnreadableError(source.name, "不认识这种文件；请另存为 docx、pdf、html 或 txt 后再放入")


def read_source(source: Source) -> Document:
    """The document of a source. Raises UnreadableError or TooLargeError naming file, reason and remedy."""
    _, reader = detect(source)
    document: Document = reader.read(source)
    return with_whole_paragraphs(with_typed_tables(recognised(document)))


def open_document(path: Path, name: str | None = None) -> Document:
    """Read one file; ``name`` is what messages and anchors call it (default: the file name)."""
    return read_source(Source.load(path, name or path.name))
