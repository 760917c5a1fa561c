"""PDF: text with its tables by ruling lines or by position; scanned pages as pictures for the recogniser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gkaudit.document import Document
from gkaudit.errors import TooLargeError, UnreadableError
from gkaudit.readers.geometry import Notices, Page, compose
from gkaudit.readers.guards import MAX_PAGES
from gkaudit.readers.pdfium import Camera, check_streams, read_page
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


def detect(source: Source) -> str | None:
    """``pdf`` by its mark."""
    return "pdf" if _MARK in source.data[:_REACH] else None


def read(source: Source) -> Document:
    """Read a PDF. Raises UnreadableError for passwords and broken files, TooLargeError for too many pages."""
    document = _opened(source)
    try:
        notices = Notices()
        blocks, doubts = compose(list(_pages(document, source.name, notices)), source.name)
        if not blocks:
            raise UnreadableError(source.name, "PDF 中没有任何文字或图片；请核对文件或重新导出")
        return Document(
            name=source.name,
            format="pdf",
            sha256=source.sha256,
            blocks=blocks,
            warnings=(*_about_file(document), *notices.clauses(), *doubts),
            meta=_meta(document),
        )
    finally:
        document.close()


def _opened(source: Source) -> Any:
    """The pypdfium2 document of a source, if it may be read."""
    import pypdfium2  # noqa: PLC0415 - loads only when a PDF is read

    check_streams(source.data, source.name)
    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        # pdfium may report the error of the file before; without this word there is no password.
        encrypted = b"/Encrypt" in source.data
        if encrypted and error.err_code == _PASSWORD:
            raise UnreadableError(source.name, "文件有密码；请去除密码后再放入") from error
        if encrypted and error.err_code == _SECURITY:
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


def _pages(document: Any, name: str, notices: Notices) -> Iterator[Page]:
    import pypdfium2  # noqa: PLC0415 - loads only when a PDF is read

    camera = Camera()
    for index in range(len(document)):
        try:
            yield read_page(document, index, name, camera, notices)
        except pypdfium2.PdfiumError:
            notices.note("broken", index + 1)


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
