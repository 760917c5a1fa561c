"""Composed reports as web archives (.mht): the page of :mod:`.html` as one part of a MIME message.

``write`` takes the quirks of this module and those of a page that do not touch its bytes.
"""

import quopri
import re
from base64 import encodebytes
from random import Random

from tests.generate.formats import html
from tests.generate.model import Composed

__all__ = ["PAGE_QUIRKS", "PIXEL", "QUIRKS", "write"]

QUIRKS = (
    "base64", "eight_bit", "charset_in_header", "charset_nowhere", "frames", "lone_page", "no_end", "word_archive", "linefeeds",
    "with_pictures", "mixed_message", "start_named", "style_first", "odd_boundary", "byte_mark",
)  # fmt: skip
PAGE_QUIRKS = tuple(q for q in html.QUIRKS if q not in {*html.ENCODINGS, "markdown"})
#: A PNG of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c020000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)


def _part(headers: dict[str, str], body: bytes, coding: str) -> bytes:
    encoded = {"base64": encodebytes, "quoted-printable": quopri.encodestring}.get(coding, bytes)(body)
    lines = [f"{name}: {value}" for name, value in {**headers, "Content-Transfer-Encoding": coding}.items()]
    return "\n".join(lines).encode() + b"\n\n" + encoded


def _message(parts: list[bytes], kind: str, boundary: str, head: str, *, closed: bool = True) -> bytes:
    marks = b"".join(b"\n--" + boundary.encode() + b"\n" + part for part in parts)
    end = f"\n--{boundary}--\n".encode() if closed else b""
    start = f'{head}Content-Type: {kind}; boundary="{boundary}"\n\n'.encode()
    return start + b"This is a multi-part message in MIME format.\n" + marks + end


def write(made: Composed, rng: Random, quirks: frozenset[str]) -> bytes:
    """The report as the bytes of a web archive."""
    coding = "base64" if "base64" in quirks else "8bit" if "eight_bit" in quirks else "quoted-printable"
    simplified = "charset_in_header" in quirks or rng.random() < 0.3
    declared = "gb2312" if simplified else "utf-8"
    said = "" if quirks & {"charset_in_header", "charset_nowhere"} else declared
    pictures = "with_pictures" in quirks and "lone_page" not in quirks
    plain = {"entities", "comments", "spans"} if pictures else set()
    page = html.markup(made, rng, (quirks & set(html.QUIRKS)) - plain, said)
    place = (
        "file:///C:/3A0C1B2E/report.htm"
        if "word_archive" in quirks
        else "http://www.example.invalid/art/2025/1/20/art_1.html"
    )
    names = (
        ["report.files/image001.png"]
        if "word_archive" in quirks
        else ["../images/a%20b.png", "cid:picture-7@mhtml.blink"]
    )
    if pictures:
        # In the section after the tables, where nothing of the site can come before it.
        end = next((page.find(sign) for sign in ("五、", "存在", "问题") if sign in page), len(page))
        cut = [found.start() for found in re.finditer(r"(?i)<(?:p|h2|div|br)\b", page[:end])][-1]
        page = page[:cut] + "".join(f'<p><img src="{name}" width=200></p>' for name in names) + page[cut:]
    text = page.encode("gb18030" if simplified else "utf-8")
    text = b"\xef\xbb\xbf" + text if "byte_mark" in quirks and not simplified else text
    charset = f'; charset="{declared}"' if "charset_nowhere" not in quirks else ""
    headers = {"Content-Type": f"text/html{charset}", "Content-ID": "<frame-1@mhtml.blink>", "Content-Location": place}
    main = _part(headers, text, coding)
    if "lone_page" in quirks:
        archive = b"From: <Saved by a browser>\nMIME-Version: 1.0\n" + main
        return archive if "linefeeds" in quirks else archive.replace(b"\n", b"\r\n")
    parts = [main]
    if "frames" in quirks:
        outer = '<html><body><iframe src="cid:frame-1@mhtml.blink"></iframe></body></html>'
        parts.insert(
            0,
            _part(
                {**headers, "Content-ID": "<frame-0@mhtml.blink>", "Content-Location": f"{place}?outer"},
                outer.encode(),
                "8bit",
            ),
        )
    style = _part(
        {"Content-Type": "text/css", "Content-Location": "cid:css-1@mhtml.blink"}, b"td { color: black }", "8bit"
    )
    parts.insert(0 if "style_first" in quirks else len(parts), style)
    for name in names if pictures else ():
        own = {"Content-Type": "image/png"}
        own |= (
            {"Content-ID": f"<{name[4:]}>"} if name.startswith("cid:") else {"Content-Location": _absolute(name, place)}
        )
        parts.append(_part(own, PIXEL, "base64"))
    boundary = (
        "----=_NextPart 000'(1):?+"
        if "odd_boundary" in quirks
        else f"----MultipartBoundary--{rng.randrange(10**12)}----"
    )
    head = "From: <Saved by a browser>\nSubject: =?utf-8?Q?=E5=B9=B4=E6=8A=A5?=\nDate: Mon, 20 Jan 2025 10:00:00 +0800\nMIME-Version: 1.0\n"
    start = '; start="<frame-1@mhtml.blink>"' if "start_named" in quirks and "frames" not in quirks else ""
    closed = "no_end" not in quirks
    if "mixed_message" in quirks:
        inner = _message(parts, f'multipart/related; type="text/html"{start}', boundary, "", closed=True)
        archive = _message([inner], "multipart/mixed", f"outer{boundary[4:]}", head, closed=closed)
    else:
        archive = _message(parts, f'multipart/related; type="text/html"{start}', boundary, head, closed=closed)
    return archive if "linefeeds" in quirks else archive.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _absolute(name: str, place: str) -> str:
    if place.startswith("file:"):
        return f"{place.rpartition('/')[0]}/{name}"
    return f"http://www.example.invalid/art/2025/1/images/{name.rpartition('/')[2]}"
