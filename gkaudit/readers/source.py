"""The bytes of one input, its format by content, and the guards against hostile files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from gkaudit.errors import TooLargeError, UnreadableError

__all__ = ["MAX_BYTES", "Source", "sniff"]

#: A report as text is about 10 kB; a hundred times the largest ever seen is still 20 MB.
MAX_BYTES = 20 * 1024 * 1024

_SAVE_AS = "请在 Word/WPS 中另存为“纯文本（UTF-8）”后再放入"
#: Magic numbers of formats that this version cannot read: (bytes, what it is, what to do).
_FOREIGN = (
    (b"%PDF", "这是 PDF 文件，本版本还不能读取", "请复制全文存为 .txt 后再放入"),
    (b"PK\x03\x04", "这是 Word 文档(docx)或压缩包，本版本还不能读取", _SAVE_AS),
    (b"\xd0\xcf\x11\xe0", "这是旧版 Word/WPS 文档(doc/wps)，本版本还不能读取", _SAVE_AS),
    (b"{\\rtf", "这是 RTF 文档，本版本还不能读取", _SAVE_AS),
    (b"\x89PNG", "这是图片，本版本还不能识别", "请录入或识别成文字后再放入"),
    (b"\xff\xd8\xff", "这是图片，本版本还不能识别", "请录入或识别成文字后再放入"),
    (b"GIF8", "这是图片，本版本还不能识别", "请录入或识别成文字后再放入"),
)
_HTML = (b"<!doctype html", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class Source:
    """One input: ``name`` for people (a path relative to the input folder), and its bytes."""

    name: str
    data: bytes
    sha256: str
    suffix: str

    @classmethod
    def load(cls, path: Path, name: str) -> Source:
        """Read the file, at most :data:`MAX_BYTES` of it."""
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                reason = (
                    f"文件有 {size // 1024 // 1024} MB，超过上限 {MAX_BYTES // 1024 // 1024} MB；请只放入年度报告正文"
                )
                raise TooLargeError(name, reason)
            data = path.read_bytes()
        except OSError as error:
            raise UnreadableError(
                name, f"打不开文件（{error.strerror or error}），请检查文件是否存在、有无读取权限"
            ) from error
        return cls(name, data, hashlib.sha256(data).hexdigest(), path.suffix.lower())


def sniff(source: Source) -> str:
    """Format by content (``txt`` or ``md``); raises UnreadableError for what cannot be read."""
    head = source.data[:1024]
    if not source.data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError(source.name, "文件是空的，没有任何内容；请重新导出报告")
    for magic, what, todo in _FOREIGN:
        if head.startswith(magic):
            raise UnreadableError(source.name, f"{what}；{todo}")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_HTML):
        raise UnreadableError(source.name, "这是网页文件，本版本还不能读取；请在浏览器中复制全文存为 .txt 后再放入")
    return "md" if source.suffix in (".md", ".markdown") else "txt"
