"""Word documents (.docx, .docm, .dotx): the text as Word shows it, with true merged cells.

Changes are read as accepted, automatic numbers are written out, text boxes are read once, hidden text,
headers, footers, notes and comments are left out. No macro is run, no link followed.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from gkaudit.document import Document
from gkaudit.errors import InputError, UnreadableError
from gkaudit.readers.guards import MAX_DIRECTORY, directory_size, open_zip
from gkaudit.readers.ooxml.blocks import Flow
from gkaudit.readers.ooxml.lines import Speaker
from gkaudit.readers.ooxml.marks import Marks, faint_marks
from gkaudit.readers.ooxml.names import C, W
from gkaudit.readers.ooxml.numbering import Numbering
from gkaudit.readers.ooxml.package import Package
from gkaudit.readers.ooxml.properties import properties
from gkaudit.readers.ooxml.story import LOST_PICTURE, Story
from gkaudit.readers.ooxml.styles import Styles
from gkaudit.readers.ooxml.wrappers import simplify
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("docx",)

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_SUFFIXES = (".docx", ".docm", ".dotx", ".dotm")
_MAIN, _TYPES = "word/document.xml", "[Content_Types].xml"
#: In the list of content types: some part is the text of a Word document (strict or not, template or not).
_WORD = (b"wordprocessingml.", b"ms-word.document.", b"ms-word.template.")

_CHANGES = tuple(f"{W}{name}" for name in ("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge"))
#: Elements that hold something this reader does not read, and what to tell the auditor.
_UNREAD = (
    (_CHANGES, "含修订痕迹，按接受全部修订后的文本读取"),
    ((f"{W}commentReference",), "含批注，批注内容没有读取"),
    ((f"{W}altChunk", f"{W}subDoc"), "含嵌入的其他文档，其中内容没有读取，请在 Word 中另存后再放入"),
    ((f"{C}chart", "{http://schemas.microsoft.com/office/drawing/2014/chartex}chart"), "含图表，图表中的数据没有读取"),
    (("{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds",), "含 SmartArt 图形，其中文字没有读取"),
    (("{urn:schemas-microsoft-com:office:office}OLEObject",), "含嵌入对象（如 Excel 表），只读取其图片"),
)
_MACROS = "含宏，宏没有运行"


def detect(source: Source) -> str | None:
    """``docx`` for a zip file with the text of a Word document in it, whatever its name.

    A broken file that is called .docx raises UnreadableError or TooLargeError.
    """
    if not source.data.startswith(_MAGIC):
        return None
    try:
        if directory_size(io.BytesIO(source.data)) <= MAX_DIRECTORY and _is_word(source):
            return "docx"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, IndexError, InputError):
        pass
    else:
        return None
    if source.suffix in _SUFFIXES:
        open_zip(source.data, source.name)
        raise UnreadableError(source.name, "文件已损坏（压缩结构不完整）；请重新导出或重新下载后再放入")
    return None


def _is_word(source: Source) -> bool:
    names = {
        name.replace("\\", "/").lstrip("/").lower() for name in zipfile.ZipFile(io.BytesIO(source.data)).namelist()
    }
    if _MAIN in names:
        return True
    if _TYPES.lower() not in names:
        return False
    package = Package.open(source)
    return any(sign in package.data(_TYPES) for sign in _WORD) and package.has(package.main())


def read(source: Source) -> Document:
    """The document. Raises UnreadableError or TooLargeError where it is broken, hostile or empty."""
    package = Package.open(source)
    part = package.main()
    root = package.root(part)
    body = root.find(f"{W}body") if root.tag == f"{W}document" else None
    if body is None:
        raise UnreadableError(source.name, "文件已损坏（找不到正文）；请用 Word 打开后另存为 docx 再放入")
    styles = Styles(package.optional(package.related(part, "styles")))
    numbering = Numbering(package.optional(package.related(part, "numbering")), styles)
    meta = properties(package, root)
    unread = _unread(root, package, part)
    simplify(root)
    marks = Marks(root, (*styles.marks, *faint_marks(root)))
    story = Story(package, part, marks, Speaker(marks, styles), numbering)
    flow = Flow(source.name, _Pictures(package, story.warnings))
    flow.add(story.items(body))
    if not flow.blocks:
        raise UnreadableError(source.name, "文件里没有文字、表格或图片；请核对文件，必要时重新导出")
    return Document(
        name=source.name,
        format="docx",
        sha256=source.sha256,
        blocks=tuple(flow.blocks),
        warnings=(*unread, *story.warnings, *_broken(package)),
        meta=meta,
    )


class _Pictures:
    """The bytes of picture parts, each read once."""

    def __init__(self, package: Package, warnings: dict[str, None]) -> None:
        self._package, self._warnings = package, warnings
        self._known: dict[str, bytes] = {}

    def __call__(self, part: str) -> bytes:
        if part not in self._known:
            try:
                self._known[part] = self._package.data(part)
            except UnreadableError:
                self._known[part] = b""
            if not self._known[part]:
                self._warnings[LOST_PICTURE] = None
        return self._known[part]


def _unread(root: Any, package: Package, part: str) -> list[str]:
    found = [said for tags, said in _UNREAD if next(root.iter(*tags), None) is not None]
    kinds = {relationship.kind for relationship in package.relationships(part).values()}
    return [*found, *([_MACROS] if "vbaProject" in kinds or package.has("word/vbaProject.bin") else [])]


def _broken(package: Package) -> list[str]:
    return [f"部件 {part} 已损坏，没有读取" for part in dict.fromkeys(package.broken)]
