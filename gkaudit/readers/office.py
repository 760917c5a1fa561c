"""Old Word files (.doc), WPS files (.wps) and RTF: LibreOffice makes a docx of them, the docx reader reads it.

What the file is, is told before LibreOffice sees it: a password, a spreadsheet or half a file is named as
such. LibreOffice itself ends with success and without a result where it cannot read a file.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from itertools import accumulate

from gkaudit.document import Document
from gkaudit.errors import TooLargeError, UnreadableError, system_reason
from gkaudit.readers import merges, ole, soffice
from gkaudit.readers.guards import MAX_BYTES, MAX_DEPTH
from gkaudit.readers.notes import without_notes
from gkaudit.readers.source import Source

__all__ = ["FORMATS", "detect", "prepare", "read"]

FORMATS = ("doc", "wps", "rtf")

_MISSING = "这是旧版 Word/WPS 文档，需要 LibreOffice 才能读取；请安装 LibreOffice（或在 Word/WPS 中另存为 .docx）后重试"
_FAILED = "无法转换这份旧版文档（文件可能已损坏）；请在 Word/WPS 中打开并另存为 .docx 后再放入"
#: Streams by which a compound file tells what it is: name in lower case, what to say.
_FOREIGN = (
    ("encryptedpackage", "文件有密码；请去除密码后再放入"),
    ("workbook", "这是 Excel 文件，不是报告正文；请将报告另存为 .docx 后再放入"),
    ("book", "这是 Excel 文件，不是报告正文；请将报告另存为 .docx 后再放入"),
    ("powerpoint document", "这是 PPT 文件，不是报告正文；请将报告另存为 .docx 后再放入"),
    ("__properties_version1.0", "这是 Outlook 邮件，不是报告；请将邮件的附件另存后放入"),
    ("visiodocument", "这是 Visio 图形文件，不是报告；请核对文件"),
    ("quill", "这是 Publisher 文件；请另存为 .docx 后再放入"),
)
_WORD = "worddocument"
#: Word writes this number first; bit 8 of the word at offset 10 says that the text is encrypted.
_WORD_MAGIC, _FLAGS_AT, _PROTECTED = (b"\xec\xa5", b"\xdc\xa5"), 10, 0x100
_XML_2003 = re.compile(rb"<\?mso-application\s+progid=\"Word\.Document\"")
#: Groups in an RTF file; a report with all its tables has a few thousand.
_MOST_GROUPS = 300_000
_NOT_BRACE = bytes(set(range(256)) - set(b"{}"))
_CUT = "RTF 结构不完整（括号未配对，可能被截断），内容可能缺失"
_CUT_OFF = "文件不完整（RTF 括号未配对，可能下载中断）；请重新下载或重新导出后再放入"
#: Converted documents waiting to be read, by the hash of the source.
_READY: OrderedDict[str, merges.Prepared] = OrderedDict()
_MOST_READY = 32
_VERSION = re.compile(rb"<Application>LibreOffice/(\d+\.\d+)")


def detect(source: Source) -> str | None:
    """``doc``, ``wps`` or ``rtf`` by the first bytes; only the suffix tells WPS from Word."""
    head = source.data[:2048]
    if head.startswith(ole.MAGIC):
        return "wps" if source.suffix in (".wps", ".wpt") else "doc"
    if head[:64].lstrip(b"\xef\xbb\xbf \t\r\n\x00").startswith(b"{\\rtf"):
        return "rtf"
    return "doc" if _XML_2003.search(head) else None


def _check(source: Source) -> tuple[str, tuple[str, ...]]:
    """The suffix LibreOffice knows the file by, and warnings. Raises for what it must not or cannot read."""
    if source.data.startswith(ole.MAGIC):
        _check_compound(source)
        return ".doc", ()
    if detect(source) == "rtf":
        return ".rtf", _check_rtf(source)
    return ".xml", ()


def _check_compound(source: Source) -> None:
    found = ole.compound(source.data)
    for name, reason in _FOREIGN:
        if name in found.streams and (name == "encryptedpackage" or _WORD not in found.streams):
            raise UnreadableError(source.name, reason)
    if not found.whole:
        raise UnreadableError(source.name, "文件不完整（后半部分缺失，可能下载中断）；请重新下载或重新导出后再放入")
    if _WORD not in found.streams:
        raise UnreadableError(
            source.name, "不是 Word/WPS 文档（文件内没有正文）；请在 Word/WPS 中另存为 .docx 后再放入"
        )
    head = found.head(_WORD, 64)
    if head and not head.startswith(_WORD_MAGIC):
        raise UnreadableError(source.name, "文件已损坏（正文开头不是 Word 格式）；请重新导出后再放入")
    if head and int.from_bytes(head[_FLAGS_AT : _FLAGS_AT + 2], "little") & _PROTECTED:
        raise UnreadableError(source.name, "文件有密码；请去除密码后再放入")


def _check_rtf(source: Source) -> tuple[str, ...]:
    # Escaped braces are text; in binary data (\bin) they are anything, so that nothing can be counted.
    plain = source.data.replace(b"\\\\", b"").replace(b"\\{", b"").replace(b"\\}", b"")
    braces = plain.translate(None, _NOT_BRACE)
    if len(braces) > 2 * _MOST_GROUPS:
        raise TooLargeError(source.name, f"RTF 内有 {len(braces) // 2} 个组，超过上限 {_MOST_GROUPS} 个；请核对文件")
    depths = list(accumulate(1 if brace == ord("{") else -1 for brace in braces))
    if max(depths, default=0) > MAX_DEPTH:
        raise TooLargeError(source.name, f"RTF 的嵌套超过 {MAX_DEPTH} 层；请在 Word/WPS 中另存为 .docx 后再放入")
    return (_CUT,) if depths and depths[-1] > 0 and b"\\bin" not in plain else ()


def prepare(sources: Iterable[Source]) -> None:
    """Convert several files in one run, which takes hardly longer than one; :func:`read` then finds them.

    Nothing is raised: what did not come out of it is converted alone when it is read, and refused there.
    """
    program = soffice.find()
    todo: list[tuple[Source, str]] = []
    for source in sources:
        if detect(source) is None:
            continue
        try:
            todo.append((source, _check(source)[0]))
        except (UnreadableError, TooLargeError):
            continue
    if program is None or len(todo) < 2:  # noqa: PLR2004 - one file is converted when it is read
        return
    try:
        given = [_given(source) for source, _ in todo]
        made = soffice.convert(program, [(one.data, suffix) for one, (_, suffix) in zip(given, todo, strict=True)])
    except OSError:
        return
    for (source, _), one, data in zip(todo, given, made, strict=True):
        if data is not None:
            _READY[source.sha256] = merges.Prepared(data, one.marked)
    while len(_READY) > _MOST_READY:
        _READY.popitem(last=False)


def _given(source: Source) -> merges.Prepared:
    """The file as LibreOffice is given it, without what it cannot read."""
    return merges.prepared(without_notes(source.data))


def _converted(source: Source, suffix: str, failed: str) -> merges.Prepared:
    """The docx that LibreOffice makes of a file; ``marked`` where it is to be restored."""
    ready = _READY.pop(source.sha256, None)
    if ready is not None:
        return ready
    program = soffice.find()
    if program is None:
        raise UnreadableError(source.name, _MISSING)
    given = _given(source)
    try:
        (made,) = soffice.convert(program, [(given.data, suffix)])
    except TimeoutError as error:
        limit = f"{soffice.TIME_LIMIT:.0f} 秒"
        reason = f"LibreOffice 转换超过 {limit}，已停止；请在 Word/WPS 中另存为 .docx 后再放入"
        raise UnreadableError(source.name, reason) from error
    except OSError as error:
        raise UnreadableError(source.name, f"LibreOffice 无法启动（{system_reason(error)}）；请重新安装") from error
    if made is None:
        raise UnreadableError(source.name, failed)
    if len(made) > MAX_BYTES:
        raise TooLargeError(source.name, f"转换后有 {len(made) // 1024**2} MB，超过上限；请只放入年度报告正文")
    return merges.Prepared(made, given.marked)


def read(source: Source) -> Document:
    """Convert and read. Raises UnreadableError where LibreOffice is missing or cannot convert the file."""
    from gkaudit.readers import docx  # noqa: PLC0415 - lxml loads only when a document needs it

    kind = detect(source) or "doc"
    suffix, warnings = _check(source)
    made = _converted(source, suffix, _CUT_OFF if warnings else _FAILED)
    data = merges.restored(made.data, source.name) if made.marked else made.data
    document: Document = docx.read(Source.of(data, source.name))
    return replace(
        document,
        name=source.name,
        format=kind,
        sha256=source.sha256,
        warnings=(*warnings, *document.warnings),
        # The program that wrote the docx is no news: the converter did.
        meta={**{k: v for k, v in document.meta.items() if k != "application"}, "converter": _converter(data)},
    )


def _converter(data: bytes) -> str:
    """Name and version as LibreOffice wrote them into the result."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            told = _VERSION.search(archive.read("docProps/app.xml"))
    except (zipfile.BadZipFile, KeyError):
        told = None
    return f"LibreOffice{' ' + told[1].decode() if told else ''} → docx"
