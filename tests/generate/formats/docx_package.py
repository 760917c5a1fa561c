"""The package around a Word body: content types, relationships, styles, numbering, properties, pictures."""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

_OPEN = "http://schemas.openxmlformats.org"
_OFFICE = f"{_OPEN}/officeDocument/2006"
_MS = "http://schemas.microsoft.com/office"
NAMESPACES = {
    "w": f"{_OPEN}/wordprocessingml/2006/main",
    "r": f"{_OFFICE}/relationships",
    "m": f"{_OFFICE}/math",
    "wp": f"{_OPEN}/drawingml/2006/wordprocessingDrawing",
    "a": f"{_OPEN}/drawingml/2006/main",
    "pic": f"{_OPEN}/drawingml/2006/picture",
    "c": f"{_OPEN}/drawingml/2006/chart",
    "mc": f"{_OPEN}/markup-compatibility/2006",
    "wps": f"{_MS}/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w10": "urn:schemas-microsoft-com:office:word",
}
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DECLARED = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "application/vnd.openxmlformats-package"
_FIXED = "2024-01-18T01:02:03Z"
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:eastAsia="宋体" w:hAnsi="Times New Roman"/>'
    '<w:sz w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr>{number}'
    '<w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:sz w:val="32"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="hid"><w:name w:val="Hid"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="t"><w:name w:val="Table Grid"/></w:style>'
)


def element(name: str, content: str = "", **attributes: object) -> str:
    """One element; an attribute ``w_val`` is ``w:val``."""
    said = "".join(f" {key.replace('_', ':', 1)}={quoteattr(str(value))}" for key, value in attributes.items())
    return f"<{name}{said}>{content}</{name}>" if content else f"<{name}{said}/>"


def text_element(text: str, tag: str = "w:t") -> str:
    """``w:t`` or one of its kind; nothing for no text."""
    return f'<{tag} xml:space="preserve">{escape(text)}</{tag}>' if text else ""


def plain_run(text: str, properties: str = "") -> str:
    """A run; line breaks and tabs as the elements Word has for them."""
    signs = {"\n": "<w:br/>", "\t": "<w:tab/>"}
    pieces = [signs.get(piece) or text_element(piece) for piece in re.split(r"([\n\t])", text)]
    return f"<w:r>{element('w:rPr', properties) if properties else ''}{''.join(pieces)}</w:r>"


def whole(name: str, content: str) -> str:
    """A part: its root element with all namespaces."""
    return f"{_HEAD}<{name}{_DECLARED}>{content}</{name}>"


def png(width: int = 60, height: int = 20) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@dataclass
class Parts:
    """Parts beside the body, gathered while it is written."""

    main: str = "word/document.xml"
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    links: list[tuple[str, str, bool]] = field(default_factory=list)
    settings: str = ""
    settings_links: list[tuple[str, str, bool]] = field(default_factory=list)
    styles_number: str = ""
    numbering: str = ""
    core: dict[str, str] = field(default_factory=dict)
    app: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, path: str, content_type: str, data: str | bytes) -> str:
        """Add a part that the body refers to; its relationship id."""
        self.files[f"word/{path}"] = (content_type, data.encode() if isinstance(data, str) else data)
        return self.link(kind, path)

    def link(self, kind: str, target: str, *, external: bool = False) -> str:
        self.links.append((kind, target, external))
        return f"rId{len(self.links)}"

    def picture(self, data: bytes | None = None) -> str:
        """A new picture (PNG; white without data); its relationship id."""
        count = sum("media/" in path for path in self.files)
        return self.add("image", f"media/image{count + 1}.png", "image/png", data or png())


def _relationships(links: list[tuple[str, str, bool]]) -> str:
    def one(number: int, kind: str, target: str, external: bool) -> str:
        base = (
            f"{_OPEN}/package/2006/relationships/metadata" if kind == "core-properties" else f"{_OFFICE}/relationships"
        )
        mode = ' TargetMode="External"' if external else ""
        return f'<Relationship Id="rId{number}" Type="{base}/{kind}" Target={quoteattr(target)}{mode}/>'

    inside = "".join(one(number, *link) for number, link in enumerate(links, 1))
    return f'{_HEAD}<Relationships xmlns="{_OPEN}/package/2006/relationships">{inside}</Relationships>'


def _core(said: dict[str, str]) -> str:
    spaces = (
        f' xmlns:cp="{_OPEN}/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    dates = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{_FIXED}</dcterms:{name}>' for name in ("created", "modified")
    )
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items())
    return f"{_HEAD}<cp:coreProperties{spaces}>{inside}{dates}</cp:coreProperties>"


def _app(said: dict[str, str]) -> str:
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items())
    return f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties">{inside}</Properties>'


def _types(files: dict[str, tuple[str, bytes]]) -> str:
    defaults = {"rels": f"{_PACKAGE}.relationships+xml", "xml": "application/xml", "png": "image/png"}
    inside = "".join(f'<Default Extension="{e}" ContentType="{t}"/>' for e, t in defaults.items())
    inside += "".join(
        f'<Override PartName="/{path}" ContentType="{kind}"/>' for path, (kind, _) in files.items() if "xml" in kind
    )
    return f'{_HEAD}<Types xmlns="{_OPEN}/package/2006/content-types">{inside}</Types>'


def packed(parts: Parts, body: str) -> dict[str, bytes]:
    """All members of the package by name."""
    folder, _, file = parts.main.rpartition("/")
    parts.add(
        "styles", "styles.xml", f"{_WORD}.styles+xml", whole("w:styles", STYLES.format(number=parts.styles_number))
    )
    if parts.numbering:
        parts.add("numbering", "numbering.xml", f"{_WORD}.numbering+xml", whole("w:numbering", parts.numbering))
    parts.add("settings", "settings.xml", f"{_WORD}.settings+xml", whole("w:settings", parts.settings))
    files = {
        parts.main: (f"{_WORD}.document.main+xml", whole("w:document", f"<w:body>{body}</w:body>").encode()),
        "docProps/core.xml": (f"{_PACKAGE}.core-properties+xml", _core(parts.core).encode()),
        "docProps/app.xml": (
            "application/vnd.openxmlformats-officedocument.extended-properties+xml", _app(parts.app).encode(),
        ),
        **parts.files,
    }  # fmt: skip
    roots = [("officeDocument", parts.main, False), ("core-properties", "docProps/core.xml", False)]
    roots.append(("extended-properties", "docProps/app.xml", False))
    members = {
        "[Content_Types].xml": _types(files).encode(),
        "_rels/.rels": _relationships(roots).encode(),
        **{path: data for path, (_, data) in files.items()},
        f"{folder}/_rels/{file}.rels": _relationships(parts.links).encode(),
    }
    if parts.settings_links:
        members["word/_rels/settings.xml.rels"] = _relationships(parts.settings_links).encode()
    return members


def strict(data: bytes) -> bytes:
    """A part in the strict form of the standard."""
    text = data.decode()
    for name in ("wordprocessingml", "drawingml", "officeDocument"):
        text = text.replace(f"{_OPEN}/{name}/2006/", f"http://purl.oclc.org/ooxml/{name}/")
    return text.encode()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 18, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
