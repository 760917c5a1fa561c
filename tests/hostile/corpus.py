"""Files that break readers, built when they are needed: bombs, lies, halves, wrong names. None is kept.

``KINDS`` has one entry for each file: how to build it, which reason is a good one (a pattern), and whether
reading it, or what is whole of it, is fine as well.
"""

import base64
import io
import itertools
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.generate import compose
from tests.generate.formats import docx, html, pdf
from tests.hostile.compound import compound

__all__ = ["GOOD", "KINDS", "Kind", "good"]

MB = 1024 * 1024
GOOD = compose(11)
CHECK = "不像政府信息公开|没有中文|找不到"


@dataclass(frozen=True)
class Kind:
    """One hostile file. ``reason`` is a pattern for the refusal, empty where it must be read."""

    name: str
    build: Callable[[], bytes]
    reason: str = ""
    reads: bool = False


KINDS: list[Kind] = []


def kind(name, reason="", *, reads=False):
    def add(build):
        KINDS.append(Kind(name, build, reason, reads or not reason))
        return build

    return add


@cache
def good(suffix: str) -> bytes:
    """The good report in a format."""
    if suffix == "txt":
        return b"\n".join(line.encode() for line in _text())
    return {"docx": docx, "html": html, "pdf": pdf}[suffix].write(GOOD, Random(1), frozenset())


def _text():
    from tests.generate import make

    return make(11, layout="grid").text.split("\n")


# ── zip based ───────────────────────────────────────────────────────────────────────────────────


def _packed(entries, level=6):
    """A zip; a member given as a number has so many MB of blanks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name, data in entries:
            if isinstance(data, int):
                with made.open(name, "w", force_zip64=True) as part:
                    for _ in range(data):
                        part.write(b" " * MB)
            else:
                made.writestr(name, data)
    return file.getvalue()


def _parts():
    with zipfile.ZipFile(io.BytesIO(good("docx"))) as made:
        return {name: made.read(name) for name in made.namelist()}


def _docx(change=None, **parts):
    """The good report with its text changed, and other or further parts."""
    own = _parts()
    if change:
        own["word/document.xml"] = change(own["word/document.xml"].decode()).encode()
    return _packed({**own, **{k.replace("__", "/"): v for k, v in parts.items()}}.items())


def _main(data):
    return _packed({**_parts(), "word/document.xml": data}.items(), 1)


def _word(body):
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {space}><w:body>{body}</w:body></w:document>'.encode()


kind("一个部件600MB.docx", "一个部件|展开后|压缩")(lambda: _main(600))
kind("总共展开过大.docx", "展开后|一个部件|压缩")(
    lambda: _packed([*_parts().items(), *((f"word/media/{n}.bin", 45) for n in range(8))], 1)
)
kind("压缩比过高.docx", "压缩")(lambda: _main(40))
kind("五千个部件.docx", "部件")(lambda: _packed([*_parts().items(), *((f"x/{n}", b"x") for n in range(5000))]))
kind("部件目录过大.docx", "部件|损坏|文件太多")(lambda: _packed([(f"{n:0200}", b"") for n in range(20_000)]))
kind("没有正文.docx", "正文|损坏|不是|Word")(
    lambda: _packed([(n, d) for n, d in _parts().items() if n != "word/document.xml"])
)
kind("正文是空的.docx", "损坏|空|没有")(lambda: _main(b""))
kind("正文不是XML.docx", "损坏")(lambda: _main(b"\x00\x01 <w:document"))


def _billion(root):
    names = [f"a{n}" for n in range(12)]
    made = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in itertools.pairwise(names))
    return f'<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a0 "lol">{made}]>'


SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
kind("实体炸弹.docx", "文档类型声明|实体|损坏")(
    lambda: _main(
        f"{_billion('w:document')}<w:document {SPACE}><w:body><w:p><w:r><w:t>&a11;</w:t></w:r></w:p></w:body></w:document>".encode()
    )
)


def _outside(address):
    head = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "{address}">]>'
    return f"{head}<w:document {SPACE}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>".encode()


kind("外部实体文件.docx", "文档类型声明|实体")(lambda: _main(_outside("file:///etc/passwd")))
kind("外部实体网络.docx", "文档类型声明|实体")(lambda: _main(_outside("http://127.0.0.1:9/x")))
kind("外部实体UTF16.docx", "文档类型声明|实体|损坏")(
    lambda: _main(_outside("file:///etc/passwd").decode().encode("utf-16"))
)
kind("跨二十亿列.docx", "单元格|上限|列|表格", reads=True)(
    lambda: _docx(lambda t: t.replace('<w:gridSpan w:val="', '<w:gridSpan w:val="2000000000'))
)
kind("跨列是负数.docx", "单元格|上限|列|表格", reads=True)(
    lambda: _docx(lambda t: t.replace('<w:gridSpan w:val="', '<w:gridSpan w:val="-'))
)
kind("纵向合并混乱.docx", "表格|" + CHECK, reads=True)(
    lambda: _docx(lambda t: t.replace("</w:tcPr>", "<w:vMerge/></w:tcPr>"))
)
kind("嵌套十万层.docx", "损坏|嵌套|层")(
    lambda: _main(_word("<w:tbl><w:tr><w:tc>" * 100_000 + "</w:tc></w:tr></w:tbl>" * 100_000))
)
kind("一百万个单元格.docx", "单元格|上限")(
    lambda: _main(_word("<w:tbl>" + ("<w:tr>" + "<w:tc><w:p/></w:tc>" * 1000 + "</w:tr>") * 1000 + "</w:tbl>"))
)
kind("三十万段.docx", "段|上限|" + CHECK)(lambda: _main(_word("<w:p><w:r><w:t>字</w:t></w:r></w:p>" * 300_000)))


@kind("同一部件两次.docx", "损坏|重复", reads=True)
def _twice():
    data = good("docx").replace(b"word/settings.xml", b"word/document.xml")
    return data if data != good("docx") else _packed([*_parts().items()])


for share in (5, 50, 95):
    kind(f"截断{share}.docx", "损坏|不完整")(lambda share=share: good("docx")[: len(good("docx")) * share // 100])
kind("截断.zip", "损坏")(lambda: _packed([("a.txt", good("txt"))])[:-40])
kind("表格.xlsx", "Excel")(lambda: _packed([("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]))
kind("幻灯.pptx", "PPT")(lambda: _packed([("[Content_Types].xml", b"<x/>"), ("ppt/presentation.xml", b"<x/>")]))
kind("文档.odt", "OpenDocument")(lambda: _packed([("mimetype", b"application/vnd.oasis.opendocument.text")]))
kind("空.zip", "没有文件")(lambda: _packed([]))
kind("有密码.zip", "有密码")(lambda: _locked(_packed([("a.txt", good("txt")), ("b.txt", b"x")])))
kind("三千个文件.zip", "3000 个文件")(lambda: _packed([(f"{n}.txt", b"x") for n in range(3000)]))
kind("越界名.zip")(
    lambda: _packed((n, good("txt")) for n in ("../../a.txt", "/abs/b.txt", "C:\\c.txt", "..\\d.txt", "好/../e.txt"))
)
kind("成员炸弹.zip", "压缩炸弹|MB")(lambda: _packed([("a.txt", 150), ("b.txt", 30)], 1))
kind("四层.zip", "超过 2 层")(lambda: _nested(4))


def _locked(data):
    data = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        infos, at = made.infolist(), made.start_dir
    for info in infos:
        data[info.header_offset + 6] |= 1
        data[at + 8] |= 1
        at += 46 + len(info.orig_filename) + len(info.extra)
    return bytes(data)


def _nested(levels):
    data = _packed([("底.txt", good("txt"))])
    for n in range(levels - 1):
        data = _packed([(f"{n}.zip", data)])
    return data


@kind("自称很小.zip", "损坏")
def _lying():
    """A member of 20 MB whose entries say 100 bytes."""
    data = bytearray(_packed([("a.txt", bytes(20 * MB))]))
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        start = made.start_dir
    struct.pack_into("<I", data, 22, 100)
    struct.pack_into("<I", data, start + 24, 100)
    return bytes(data)


# ── OFD ─────────────────────────────────────────────────────────────────────────────────────────

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def _ofd(content, location="Pages/Page_0/Content.xml"):
    area = "<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
    page = f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer ID='2'>{content}</ofd:Layer></ofd:Content></ofd:Page>"
    document = (
        f"<ofd:Document {_OFD}><ofd:CommonData>{area}</ofd:CommonData><ofd:Pages>"
        f"<ofd:Page ID='1' BaseLoc='{location}'/></ofd:Pages></ofd:Document>"
    )
    root = f"<ofd:OFD {_OFD} DocType='OFD'><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    entries = (("OFD.xml", root), ("Doc_0/Document.xml", document), ("Doc_0/Pages/Page_0/Content.xml", page))
    return _packed((name, text.encode()) for name, text in entries)


def _words(delta, text="青石镇政府信息公开工作年度报告"):
    return (
        "<ofd:TextObject ID='3' Boundary='20 20 170 10' Font='1' Size='5'>"
        f"<ofd:TextCode X='0' Y='5' DeltaX='{delta}'>{text}</ofd:TextCode></ofd:TextObject>"
    )


kind("字距二十亿.ofd", "上限|OFD|没有|不像|损坏", reads=True)(lambda: _ofd(_words("g 2000000000 1")))
kind("字距是乱码.ofd", "OFD|没有|不像|损坏", reads=True)(lambda: _ofd(_words("g g g 1e999 nan -1")))
kind("位置越界.ofd", "OFD|没有|不像|损坏|找不到|缺")(lambda: _ofd(_words("5"), "../../../../../../etc/passwd"))
kind("实体炸弹.ofd", "文档类型声明|实体|损坏|OFD|没有")(
    lambda: _packed([("OFD.xml", f"{_billion('OFD')}<OFD>&a11;</OFD>".encode())])
)
kind("页面嵌套.ofd", "OFD|没有|不像|损坏|层")(
    lambda: _ofd("<ofd:PageBlock ID='9'>" * 5000 + _words("5") + "</ofd:PageBlock>" * 5000)
)
kind("五十万个字块.ofd", "上限|OFD|损坏|没有|不像")(lambda: _ofd(_words("5") * 500_000))


# ── OLE and RTF ─────────────────────────────────────────────────────────────────────────────────


def _word97(flags=0):
    return compound({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(6) + struct.pack("<H", flags) + bytes(5000)})


kind("有密码.docx", "有密码")(lambda: compound({"EncryptedPackage": b"x" * 9000, "EncryptionInfo": b"y"}))
kind("有密码.doc", "有密码")(lambda: _word97(0x100))
kind("正文全零.doc", "无法转换|LibreOffice|没有|不像")(_word97)
kind("截断.doc", "不完整")(lambda: _word97()[:3000])
kind("只有文件头.doc", "不完整")(lambda: _word97()[:512])
kind("目录成环.doc", "不完整|没有正文|无法转换|LibreOffice|损坏")(
    lambda: _word97().replace(b"\xfe\xff\xff\xff", b"\x01\0\0\0")
)
kind("表格.xls", "Excel")(lambda: compound({"Workbook": b"\x09\x08"}))
kind("幻灯.ppt", "PPT")(lambda: compound({"PowerPoint Document": b"x"}))
kind("邮件.msg", "Outlook")(lambda: compound({"__properties_version1.0": b"x"}))
kind("百万括号.rtf", "组|嵌套|不完整")(lambda: b"{\\rtf1" + b"{" * 1_000_000)
kind("深.rtf", "嵌套")(lambda: b"{\\rtf1" + b"{" * 2000 + b"}" * 2001)
kind("半份.rtf", "不完整|LibreOffice")(lambda: b"{\\rtf1\\ansi{\\fonttbl{\\f0 SimSun;}}\\f0 \\u25919?")
kind("乱码.rtf", "转换|不完整|LibreOffice|没有中文|不像")(
    lambda: b"{\\rtf1 " + Random(5).randbytes(50_000).translate(None, b"{}\\") + b"}"
)

# ── PDF ─────────────────────────────────────────────────────────────────────────────────────────


def _pdf(objects, trailer=""):
    """A PDF of the objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + (body if isinstance(body, bytes) else body.encode()) + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\n"
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode()


def _stream(data, extra=""):
    return f"<</Length {len(data)}{extra}>>stream\n".encode() + data + b"\nendstream"


def _pages(count, box="0 0 595 842", content=b"q Q", extra=""):
    kids = " ".join(f"{4 + n} 0 R" for n in range(count))
    page = f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 3 0 R>>"
    return _pdf(
        ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>", _stream(content, extra)]
        + [page] * count
    )


def _deflated(megabytes, piece=b"0 0 m 1 1 l S "):
    packer = zlib.compressobj(9)
    block = piece * (MB // len(piece))
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def _secret_pdf():
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 100, "report")
    canvas.save()
    return file.getvalue()


kind("五百页.pdf", "500 页|页")(lambda: _pages(500))
kind("巨页.pdf", "页|像素|没有|不像|PDF")(lambda: _pages(1, "0 0 200000 200000"))
kind("页面大小是乱码.pdf", "PDF|页|没有|不像")(lambda: _pages(1, "nan -1e99 0 99999999999999999999"))
kind("有密码.pdf", "有密码")(_secret_pdf)
kind("页面成环.pdf", "PDF|没有|损坏")(
    lambda: _pdf(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[2 0 R 2 0 R 2 0 R]/Parent 2 0 R>>"])
)
kind("内容流炸弹.pdf", "PDF|上限|没有|不像|过多|复杂")(
    lambda: _pages(1, content=_deflated(200), extra="/Filter/FlateDecode")
)
kind("字符过多.pdf", "PDF|上限|没有|不像|过多|字")(
    lambda: _pages(1, content=b"BT " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 100_000 + b" ET")
)
kind("线过多.pdf", "PDF|上限|没有|不像|过多|线")(
    lambda: _pages(
        1,
        content=b"".join(
            b"%d 0 m %d 800 l S 0 %d m 500 %d l S " % (n % 500, n % 500, n % 800, n % 800) for n in range(100_000)
        ),
    )
)
for share in (1, 40, 95):
    kind(f"截断{share}.pdf", "PDF|损坏|不完整|没有", reads=share > 40)(
        lambda share=share: good("pdf")[: len(good("pdf")) * share // 100]
    )
kind("交叉表损坏.pdf", "PDF|损坏", reads=True)(lambda: good("pdf").replace(b"startxref", b"startxxxx"))

# ── pictures ────────────────────────────────────────────────────────────────────────────────────

_IMAGE = "图|像素|OCR|识别|rapidocr|没有|不像|损坏"


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width, height, data=b""):
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _tiff(frames):
    """Frames of one white pixel."""
    out = b"II*\0" + struct.pack("<I", 8)
    for n in range(frames):
        at = len(out)
        fields = (
            (256, 4, 1),
            (257, 4, 1),
            (258, 3, 1),
            (259, 3, 1),
            (262, 3, 1),
            (273, 4, 0),
            (278, 4, 1),
            (279, 4, 1),
        )
        entries = b"".join(struct.pack("<HHII", tag, size, 1, value) for tag, size, value in fields)
        following = at + 2 + len(entries) + 4 if n + 1 < frames else 0
        out += struct.pack("<H", len(fields)) + entries + struct.pack("<I", following)
    return out


def _zeros(count):
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MB)) for _ in range(count)) + packer.flush()


kind("巨图只有头.png", _IMAGE)(lambda: _png(30_000, 30_000))
kind("巨图炸弹.png", _IMAGE)(lambda: _png(30_000, 30_000, _zeros(110)))
kind("像素炸弹.png", _IMAGE)(lambda: _png(6_000, 6_000, _zeros(200)))
kind("白纸.png", _IMAGE)(lambda: _png(1000, 1000, zlib.compress((b"\0" + b"\xff" * 125) * 1000)))
kind("零宽.png", _IMAGE)(lambda: _png(0, 0))
kind("截断.png", _IMAGE)(lambda: _png(2000, 2000, _zeros(1))[:60])
kind("一万帧.tif", _IMAGE + "|页|帧")(lambda: _tiff(10_000))
kind("目录成环.tif", _IMAGE + "|页|帧")(lambda: _tiff(1)[:-4] + struct.pack("<I", 8))
kind("半张.jpg", _IMAGE)(
    lambda: (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03"
    )
)
kind("点.gif", _IMAGE)(
    lambda: b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)

# ── web pages ───────────────────────────────────────────────────────────────────────────────────

_PAGE = "网页|超过|标签|嵌套|层|单元格|上限|MB|过大|过多|" + CHECK


def _page(body):
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>x</title></head><body>{body}</body></html>".encode()
    )


def _into(extra):
    """The good page with something put before its end."""
    return good("html").replace(b"</body>", extra.encode() + b"</body>")


kind("跨一亿列.html", _PAGE, reads=True)(
    lambda: _into("<table><tr><td colspan=100000000 rowspan=99999999>字</td></tr></table>")
)
kind("嵌套五万层.html", _PAGE)(lambda: _page("<div>" * 50_000 + "政府信息公开"))
kind("好页后面嵌套.html", _PAGE, reads=True)(lambda: _into("<div>" * 50_000 + "字"))
kind("表格套两千层.html", _PAGE)(lambda: _page("<table><tr><td>" * 2_000 + "字"))
kind("十万个单元格.html", _PAGE)(
    lambda: _page("<table>" + ("<tr>" + "<td>字</td>" * 100 + "</tr>") * 1000 + "</table>")
)
kind("一百万个标签.html", _PAGE)(lambda: _page("<b>字</b>" * 1_000_000))
kind("一万个属性.html", _PAGE)(lambda: _page("<p " + " ".join(f"a{n}='{n}'" for n in range(200_000)) + ">字</p>"))
kind("实体炸弹.html", _PAGE + "|实体|声明")(f"{_billion('html')}<html><body>&a11;</body></html>".encode)
kind("外部实体.html", _PAGE + "|实体|声明")(
    lambda: (
        b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>&x;</body></html>'
    )
)
kind("未知编码.html", _PAGE, reads=True)(lambda: good("html").replace(b"utf-8", b"x-klingon"))
kind("只有脚本.html", _PAGE)(lambda: _page("<script>" + "var a=1;" * 100_000 + "</script>"))
kind("未闭合注释.html", _PAGE)(lambda: _page("<!-- " + "政府信息公开 " * 100_000))


def _mht(parts):
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B; type=text/html\r\n\r\n"
    body = "".join(
        f"--B\r\nContent-Type: {what}\r\nContent-Transfer-Encoding: base64\r\n\r\n{base64.b64encode(data).decode()}\r\n"
        for what, data in parts
    )
    return f"{head}{body}--B--\r\n".encode()


kind("一万个部件.mht", "部件|个|MHT|网页", reads=True)(
    lambda: _mht([("text/html", good("html")), *(("image/png", b"x") for _ in range(10_000))])
)
kind("没有网页.mht", "MHT|网页")(lambda: _mht([("image/png", b"x")]))
kind("邮件套邮件.mht", "MHT|网页|层|嵌套")(lambda: _deep_mht(300))


def _deep_mht(levels):
    head = "".join(
        f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B{n}\r\n\r\n--B{n}\r\n" for n in range(levels)
    )
    return f"{head}Content-Type: text/html\r\n\r\n<html>".encode()


# ── wrong names, no documents, text ─────────────────────────────────────────────────────────────

kind("网页.doc")(lambda: good("html"))
kind("新版.doc")(lambda: good("docx"))
kind("新版.pdf")(lambda: good("docx"))
kind("旧版.docx", "无法转换|LibreOffice|没有|不像")(_word97)
kind("便携.txt")(lambda: good("pdf"))
kind("图片.pdf", _IMAGE)(lambda: _png(1000, 1000, zlib.compress((b"\0" + b"\xff" * 125) * 1000)))
kind("文本.docx")(lambda: good("txt"))
kind("文本.pdf")(lambda: good("txt"))
kind("CON.txt")(lambda: good("txt"))
kind("nul.docx")(lambda: good("docx"))
kind("程序.docx", "程序文件")(lambda: b"MZ" + bytes(5000))
kind("归档.rar", "RAR")(lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100))
kind("手机照片.heic", "HEIC 照片")(lambda: b"\x00\x00\x00\x18ftypheic" + bytes(400))
kind("手机照片.jpg", "HEIC 照片")(lambda: b"\x00\x00\x00\x24ftypmif1" + bytes(400))
kind("论文.caj", "CAJ")(lambda: b"CAJ\x00" + bytes(400))
kind("归档.7z", "7z")(lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100))
kind("归档.gz", "gzip")(lambda: b"\x1f\x8b\x08" + bytes(100))
kind("空.docx", "空的")(lambda: b"")
kind("空白.txt", "空的")(lambda: b" \r\n\t" * 1000)
kind("全零.pdf", "空的")(lambda: bytes(100_000))
kind("随机.bin", "不是文本|二进制|不认识")(lambda: Random(1).randbytes(200_000))
kind("随机.docx", "不是文本|二进制|不认识|损坏")(lambda: b"PK\x03\x04" + Random(2).randbytes(200_000))
kind("一行一百兆.txt", "个字符")(lambda: "政".encode() * (33 * MB))
kind("过大.txt", "超过上限 100 MB")(lambda: b"x" * (100 * MB + 1))
kind("utf7.txt", "没有中文")(lambda: "政府信息公开工作年度报告".encode("utf-7") * 100)
kind("文字方向.txt")(lambda: good("txt") + "\n\u202e\u2066尾\u2069".encode())
kind("词典.txt", CHECK)(lambda: "白菜，萝卜。\n".encode() * 1000)
