"""PDF: text with its tables by ruling lines or by position; scanned pages as pictures for the recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gkaudit.document import Document
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.geometry import Page, compose
from gkaudit.readers.guards import MAX_PAGES
from gkaudit.readers.pdfium import Camera, Sight, read_page
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "read"]

FORMATS = ("pdf",)
#: The mark may stand behind some other bytes; every reader looks this far.
_MARK, _REACH = b"%PDF-", 1024
_PASSWORD, _SECURITY = 4, 5
_META = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
#: What was noticed on pages, as clauses for the auditor.
_CLAUSES = {
    "typed": "有填写的表单域或批注文字，已一并读取",
    "recognised": "是带文字层的扫描件，文字层由识别得来，须与原件核对",
    "scan": "没有文字，是扫描图片",
    "outlines": "文字已转为图形，按图片处理",
    "garbled": "文字无法提取（字体没有编码），按图片处理",
    "overflowing": "图形过多，按图片处理",
    "unseen": "的图片过大或过多，没有读取",
    "hidden": "有看不见的文字，没有读取",
    "slanted": "有倾斜的文字（疑为水印），没有读取",
    "pale": "有浅色大字（疑为水印），没有读取",
    "beyond": "页面范围以外有文字，没有读取",
    "broken": "打不开，没有读取",
}


def detect(source: Source) -> str | None:
    """``pdf`` by its mark."""
    return "pdf" if _MARK in source.data[:_REACH] else None


def read(source: Source) -> Document:
    """Read a PDF. Raises UnreadableError for passwords and broken files, TooLargeError for too many pages."""
    document = _opened(source)
    try:
        sight = Sight()
        blocks, doubts = compose(list(_pages(document, source.name, sight)), source.name)
        if not blocks:
            raise UnreadableError(source.name, "PDF 中没有任何文字或图片；请核对文件或重新导出")
        return Document(
            name=source.name,
            format="pdf",
            sha256=source.sha256,
            blocks=blocks,
            warnings=(*_about_file(document), *_clauses(sight), *doubts),
            meta=_meta(document),
        )
    finally:
        document.close()


def _opened(source: Source) -> Any:
    """The pypdfium2 document of a source, if it may be read."""
    import pypdfium2  # noqa: PLC0415 - loads only when a PDF is read

    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise UnreadableError(source.name, "文件有密码；请去除密码后再放入") from error
        if error.err_code == _SECURITY:
            raise UnreadableError(source.name, "文件的加密方式不受支持；请去除加密后再放入") from error
        raise UnreadableError(source.name, "PDF 已损坏，打不开；请重新导出或重新下载后再放入") from error
    count = len(document)
    if 0 < count <= MAX_PAGES:
        return document
    document.close()
    if count:
        raise TooLargeError(
            source.name, f"有 {count} 页，超过上限 {MAX_PAGES} 页，不像一份年度报告；请只放入年度报告正文"
        )
    raise UnreadableError(source.name, "PDF 没有页面，可能已损坏；请重新导出或重新下载后再放入")


def _pages(document: Any, name: str, sight: Sight) -> Iterator[Page]:
    import pypdfium2  # noqa: PLC0415 - loads only when a PDF is read

    camera = Camera()
    for index in range(len(document)):
        try:
            yield read_page(document, index, name, camera, sight)
        except pypdfium2.PdfiumError:
            sight.note("broken", index + 1)


def _clauses(sight: Sight) -> Iterator[str]:
    for kind, text in _CLAUSES.items():
        pages = sight.pages.get(kind)
        if pages:
            sample = sight.samples.get(kind, "")
            shown = f"：{sample[:20]}" if sample else ""
            yield f"第{'、'.join(map(str, pages))}页{text}{shown}"


def _about_file(document: Any) -> Iterator[str]:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loads only when a PDF is read

    if pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0:
        yield "PDF 内嵌附件，没有读取"
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
        yield "PDF 内含脚本，没有执行"
    if pdfium.FPDF_GetFormType(document.raw) in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        yield "PDF 是动态表单（XFA），表单内容可能没有读全"


def _meta(document: Any) -> dict[str, str]:
    found = {ours: document.get_metadata_value(theirs).strip() for theirs, ours in _META.items()}
    return {key: value for key, value in found.items() if value}
