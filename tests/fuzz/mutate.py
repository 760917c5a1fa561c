"""Changes to real files: bytes anywhere, and the structure inside (elements, attributes, members, objects).

Every function takes bytes and a seeded source of chance, and returns bytes; the same seed gives the same
change.
"""

import contextlib
import io
import re
import warnings
import zipfile
import zlib
from random import Random

__all__ = ["MUTATORS"]

NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"63",
    b"255",
    b"65536",
    b"2147483647",
    b"-2147483648",
    b"99999999999999999999",
    b"1e308",
    b"nan",
    b"",
    b"x",
)
WORDS = ("政府信息公开", "总计", "0", "/", "\u3000", "\x0b", "\u202e", "一、", "\ufffd", "<", "&amp;", "]]>", "９" * 30)
_TAG = re.compile(rb"<[^<>]{1,400}>")
_NUMBER = re.compile(rb"(?<=[\"' :(\[])-?\d+(?:\.\d+)?(?=[\"' )\]/])")
_ATTRIBUTE = re.compile(rb"\s[\w:]+=(?:\"[^\"]*\"|'[^']*')")
_TEXT = re.compile(rb">([^<>]+)<")
_OBJECT = re.compile(rb"\d+ 0 obj\b.*?endobj", re.DOTALL)
_CONTROL_WORD = re.compile(rb"\\[a-z]+-?\d*")


def _swap(data: bytes, rng: Random, pattern: re.Pattern[bytes], count: int) -> bytes:
    """Some hits of a pattern are dropped, doubled or put in the place of others."""
    for _ in range(count):
        hits = list(pattern.finditer(data))
        if not hits:
            return data
        hit, other = rng.choice(hits), rng.choice(hits).group()
        new = rng.choice((b"", hit.group() * 2, other, other + hit.group(), hit.group() * rng.choice((3, 300))))
        data = data[: hit.start()] + new + data[hit.end() :]
    return data


def _fill(data: bytes, rng: Random, pattern: re.Pattern[bytes], values: tuple[bytes, ...], count: int) -> bytes:
    for _ in range(count):
        hits = list(pattern.finditer(data))
        if not hits:
            return data
        hit = rng.choice(hits)
        data = data[: hit.start()] + rng.choice(values) + data[hit.end() :]
    return data


def flip(data: bytes, rng: Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 3, 20, 200))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def cut(data: bytes, rng: Random) -> bytes:
    """The end, the beginning or a piece is missing, or stands twice."""
    a, b = sorted(rng.randrange(len(data)) for _ in range(2))
    return rng.choice(
        (
            data[:a],
            data[b:],
            data[:a] + data[b:],
            data[:b] + data[a:],
            data + data[a:b],
            data[:a] + bytes(b - a) + data[b:],
        )
    )


def markup(data: bytes, rng: Random) -> bytes:
    """Elements, attributes, numbers and words of XML or HTML."""
    count = rng.randint(1, 12)
    change = rng.randrange(5)
    if change == 0:
        return _swap(data, rng, _TAG, count)
    if change == 1:
        return _swap(data, rng, _ATTRIBUTE, count)
    if change == 2:
        return _fill(data, rng, _NUMBER, NUMBERS, count)
    if change == 3:
        return _fill(data, rng, _TEXT, tuple(f">{word}<".encode() for word in WORDS), count)
    hits = [hit.end() for hit in _TAG.finditer(data)] or [0]
    a, b = sorted(rng.choice(hits) for _ in range(2))
    return rng.choice((data[:a] + data[b:], data[:b] + data[a:], data[:a]))


def package(data: bytes, rng: Random) -> bytes:
    """Members of a zip: changed inside, dropped, doubled, renamed, emptied."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, RuntimeError, IndexError):
        # Broken by an earlier change.
        return flip(data, rng)
    main = [
        n for n, (name, _) in enumerate(members) if re.search(r"document\.xml$|Content\.xml$|styles|numbering", name)
    ]
    for _ in range(rng.randint(1, 3)):
        at = rng.choice(main) if main and rng.random() < 0.8 else rng.randrange(len(members))
        name, content = members[at]
        change = rng.randrange(10)
        if change < 7:
            members[at] = (name, markup(content, rng))
        elif change == 7:
            members[at] = (name, flip(content, rng) if content else b"x")
        elif change == 8:
            members[at] = (members[rng.randrange(len(members))][0], content)
        else:
            members[at] = (name, b"")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for name, content in members:
            with warnings.catch_warnings():
                # Two members of one name are meant.
                warnings.simplefilter("ignore")
                archive.writestr(name.replace("\\", "/") or "x", content)
    return out.getvalue()


def directory(data: bytes, rng: Random) -> bytes:
    """Bytes of the directory at the end of a zip."""
    start = data.rfind(b"PK\x01\x02", 0, max(1, len(data) - 100))
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        changed[rng.randrange(max(start, 0), len(changed))] = rng.choice((0, 1, 8, 99, 255))
    return bytes(changed)


def objects(data: bytes, rng: Random) -> bytes:
    """Objects of a PDF dropped, doubled or swapped; numbers replaced; packed streams changed inside."""
    change = rng.randrange(3)
    if change == 0:
        return _swap(data, rng, _OBJECT, rng.randint(1, 3))
    if change == 1:
        return _fill(data, rng, _NUMBER, NUMBERS, rng.randint(1, 12))
    return _inside(data, rng)


def _inside(data: bytes, rng: Random) -> bytes:
    places = [hit.end() for hit in re.finditer(rb"(?<!end)stream\r?\n", data)]
    if not places:
        return data
    start = rng.choice(places)
    end = data.find(b"endstream", start)
    if end < 0:
        return data
    with contextlib.suppress(zlib.error):
        content = zlib.decompress(data[start:end].strip(b"\r\n"))
        packed = zlib.compress(_fill(content, rng, re.compile(rb"-?\d+(?:\.\d+)?"), NUMBERS, rng.randint(1, 20)))
        # A wrong length is one more thing a library has to live with.
        return data[:start] + packed + b"\n" + data[end:]
    return data


def groups(data: bytes, rng: Random) -> bytes:
    """Control words and braces of RTF."""
    return _swap(data, rng, _CONTROL_WORD if rng.random() < 0.7 else re.compile(rb"[{}]"), rng.randint(1, 12))


#: What is done to a format, the likelier more often.
MUTATORS = {
    "docx": (package, package, package, directory, flip, cut),
    "ofd": (package, package, package, directory, flip, cut),
    "html": (markup, markup, markup, flip, cut),
    "mht": (markup, flip, cut),
    "pdf": (objects, objects, flip, cut),
    "rtf": (groups, groups, flip, cut),
    "doc": (flip, flip, cut),
    "txt": (flip, cut),
    "csv": (flip, cut),
    "png": (flip, cut),
    "tif": (flip, cut),
    "zip": (directory, flip, cut),
}
