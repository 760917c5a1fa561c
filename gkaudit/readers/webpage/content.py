"""Which pieces of a page belong to the report, and which to the site around it.

The statutory tables and the section headings show where the report is: everything from its title to its
last section stays, whatever it looks like. Before and behind that, what is written inside the container
of the report stays unless it is plainly furniture; outside of it only prose stays, and nothing behind the
first line of furniture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from gkaudit.chars import squash
from gkaudit.readers.lines import heading_like, names_section
from gkaudit.readers.webpage.pieces import Grid, Line, Piece, Shot

__all__ = ["Content", "choose", "is_title"]

_TITLE = re.compile(r"(?:政府信息公开|政务公开|信息公开).{0,20}(?:年度报告|年报|工作报告|告年度报|情况报告)")
_TITLE_END = re.compile(r"(?:报告|年报|工作告年度报)(?:[(（].{1,8}[)）])?[》”]?$")
_SENTENCE = re.compile(r"[。；;：:！？]")
_YEAR = re.compile(r"20\d{2}|二[〇零○O0][一二]")
_CRUMB = re.compile(
    r"首页.{0,4}[>＞»›/／\\|－-]|(?:当前|您的|现在|所在)(?:的)?位置|^[^。，；<>＞»›]{1,12}(?:[>＞»›]{1,2}[^。，；<>＞»›]{1,20}){2,}$"
)
_LONGEST_TITLE, _TITLE_PIECES = 70, 3

#: Words of tools (打印 关闭 字体：大 中 小), longer ones first; a line that is empty without them is one of tools.
_TOOLS = re.compile(
    r"扫一扫(?:在手机打开当前页)?|语音(?:播报|阅读)?|视力保护色?|打印(?:本页|此页|文章|页面)?|关闭(?:本页|窗口|页面)?|收藏本页|复制链接"
    r"|新浪微博|qq(?:空间|好友)?|返回(?:顶部|首页|列表|上一页)?|(?:浏览|点击|阅读)(?:次数|量|数|率)?|无障碍(?:阅读|浏览)?|长者(?:模式|版)|关怀版"
    r"|我要纠错|设为首页|加入收藏|分享到?|字体(?:大小)?|收藏|转发|字号|超大|默认|微信|微博|下载|朗读|人气|手机版|纠错|搜索|登录|注册"
    r"|[大中小次]|[at][+-]?|\d+|[【】\[\]()（）:：|｜/、,，·+＋\-—_<>《》«»^↑]+",
    re.IGNORECASE,
)
_LONGEST_TOOLS = 120
_FURNITURE = re.compile(
    r"ICP备|公网安备|网站标识码|版权所有|技术支持[：:]|主办单位[：:]|承办单位[：:]|主办[：:]|承办[：:]|copyright|©|网站地图|^联系我们$|建议使用.{0,20}(?:浏览器|分辨率)"
    r"|未经.{0,10}(?:授权|许可).{0,10}转载|^(?:上一[篇条]|下一[篇条]|上页|下页)|^(?:相关(?:链接|阅读|文章|信息|新闻|稿件|文件|解读)|友情链接|热点推荐|推荐阅读|最新(?:信息|发布|公开)|网站导航)\W*$"
    r"|扫一扫|分享到|您访问的链接|即将离开|责任编辑[：:]|^本网站由|返回顶部|政府网站找错",
    re.IGNORECASE,
)
#: In prose only these words speak of the site.
_OWNER = re.compile(r"ICP备|公网安备|网站标识码|版权所有|转载|浏览器|本网站", re.IGNORECASE)
_SIGNATURE = re.compile(
    r"(?:[\u4e00-\u9fff]{2,30}(?:人民政府|办事处|委员会|局|办公室|中心))?(?:20\d\d年\d{1,2}月\d{1,2}日|二[〇零○]..年.{1,2}月.{1,3}日)?"
)
#: A day in figures; behind the name of a body it belongs to the signature.
_DAY = re.compile(r"[(（]?20\d\d[-./]\d{1,2}[-./]\d{1,2}[)）]?")
_NAME = re.compile(r"(?:政府|办事处|委员会|局|办公室|中心|[乡镇]|街道|管委会)[)）]?$")
_LONGEST_NAME, _LONGEST_DAY = 30, 40
_SHORT, _PROSE = 15, 20
_FEWEST_IN_LIST, _FEWEST_IN_COPY = 3, 3


@dataclass(frozen=True, slots=True)
class Content:
    """The pieces of the report.

    ``found``: tables or headings showed where it is; ``titled``: its title is among them; ``repeated``:
    something stands on the page twice and was taken once.
    """

    pieces: list[Piece]
    found: bool
    titled: bool
    repeated: bool


def is_title(text: str) -> bool:
    """Whether a line can be the title of an annual report."""
    plain = squash(text)
    return (
        len(plain) <= _LONGEST_TITLE
        and _TITLE.search(plain) is not None
        and _TITLE_END.search(plain) is not None
        and not _CRUMB.search(plain)
        and not _SENTENCE.search(plain)
    )


def choose(pieces: list[Piece]) -> Content:
    """The pieces of the report, in order."""
    whole = len(pieces)
    pieces, core = _without_copy(pieces, [n for n, piece in enumerate(pieces) if _is_core(piece)])
    title = _title(pieces, core[0] if core else len(pieces))
    marks = [*core, *([] if title is None else [title])]
    site = _Site(pieces, {number for n in marks for number in pieces[n].path}, _link_lists(pieces))
    places = _places(pieces, core, title, site) if core else _places_without_core(pieces, title, site)
    kept = _once([pieces[n] for n in places])
    return Content(kept, bool(core), title is not None, len(pieces) < whole or len(kept) < len(places))


def _places(pieces: Sequence[Piece], core: list[int], title: int | None, site: _Site) -> list[int]:
    first, last = core[0], core[-1]
    start = first if title is None else title
    inner = _common([pieces[n] for n in core])
    home = _common([pieces[n] for n in (start, *core)])
    kept = [n for n in range(start) if _within(pieces[n], home) and not site.is_furniture(n)]
    if title is None:
        # The report begins with its first sentence at the latest; above that a word or two may be anything.
        begun = next((n for n in kept if _is_prose(pieces[n].text)), start)
        kept = [n for n in kept if n > begun or not site.is_label(n)]
    kept += [n for n in range(start, first) if n == start or _within(pieces[n], inner) or not site.is_furniture(n)]
    return [*kept, *range(first, last + 1), *_tail(pieces, last + 1, inner, site)]


def _places_without_core(pieces: Sequence[Piece], title: int | None, site: _Site) -> list[int]:
    start = len(pieces) if title is None else title
    return [
        n
        for n in range(len(pieces))
        if n == start or not (site.is_furniture(n) or (site.is_label(n) and (n < start or site.is_link(n))))
    ]


def _without_copy(pieces: list[Piece], core: list[int]) -> tuple[list[Piece], list[int]]:
    """Pages hold a second copy of the report for telephones; it is left out where it says the same."""
    half, odd = divmod(len(core), 2)
    said = [pieces[n].text for n in core]
    if odd or half < _FEWEST_IN_COPY or said[:half] != said[half:]:
        return pieces, core
    first, second = (_common([pieces[n] for n in part]) for part in (core[:half], core[half:]))
    if first[: len(second)] == second or second[: len(first)] == first:
        return pieces, core
    kept = [piece for piece in pieces if not _within(piece, second)]
    return kept, [n for n, piece in enumerate(kept) if _is_core(piece)]


#: Headings up to this length come again in every report.
_SHORT_HEADING = 30
#: What a numbered heading begins with; other lines need no closer look.
_NUMBERED = re.compile(r"[#*>\-\s]*[第一二三四五六七八]")


def _is_heading(text: str) -> bool:
    return _short_heading(text) if len(text) <= _SHORT_HEADING else _heading(text)


def _heading(text: str) -> bool:
    return (_NUMBERED.match(text) is not None and heading_like(text)) or names_section(text)


_short_heading = lru_cache(maxsize=2048)(_heading)


def _is_core(piece: Piece) -> bool:
    if isinstance(piece, Grid):
        return piece.statutory
    return isinstance(piece, Line) and piece.linked * 2 < len(piece.text) and _is_heading(piece.text)


def _title(pieces: Sequence[Piece], end: int) -> int | None:
    """Where the title begins: the first with a year in it, else the first; it may be broken over lines."""
    found: list[tuple[int, bool]] = []
    lines = [(n, p) for n, p in enumerate(pieces[:end]) if isinstance(p, Line) and p.linked * 2 < len(p.text)]
    for at, (n, line) in enumerate(lines):
        if len(line.text) > _LONGEST_TITLE:
            continue
        joined = ""
        for distance, (m, more) in enumerate(lines[at : at + _TITLE_PIECES]):
            if m != n + distance or more.rank != line.rank:
                break
            joined += more.text
            if is_title(joined):
                found.append((n, _YEAR.search(joined) is not None))
                break
            if _SENTENCE.search(joined) or _CRUMB.search(joined):
                break
    return next((n for n, year in found if year), next((n for n, _ in found), None))


def _common(pieces: Sequence[Piece]) -> tuple[int, ...]:
    """The path of the smallest container of all pieces."""
    paths = [piece.path[:-1] if isinstance(piece, Line) else piece.path for piece in pieces]
    if not paths:
        return ()
    low, high = min(paths), max(paths)
    size = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[:size]


def _within(piece: Piece, path: tuple[int, ...]) -> bool:
    return piece.path[: len(path)] == path


def _link_lists(pieces: Sequence[Piece]) -> set[int]:
    """Pieces in runs of lines that are links and nothing else."""
    lists: set[int] = set()
    run: list[int] = []
    for n, piece in enumerate([*pieces, None]):
        if isinstance(piece, Line) and piece.linked * 2 > len(piece.text) and len(piece.text) <= _LONGEST_TITLE:
            run.append(n)
            continue
        if len(run) >= _FEWEST_IN_LIST:
            lists.update(run)
        run = []
    return lists


@dataclass(frozen=True, slots=True)
class _Site:
    """What can be said about the single pieces of a page; ``own`` are containers of the report."""

    pieces: Sequence[Piece]
    own: set[int]
    lists: set[int]

    def is_furniture(self, n: int) -> bool:
        """Whether a piece plainly belongs to the site: by its words, its links or its container."""
        piece = self.pieces[n]
        hinted = any(hint not in self.own for hint in piece.hints)
        if isinstance(piece, Shot):
            return hinted
        text = piece.text
        if _is_prose(text):
            return hinted and _OWNER.search(text) is not None
        if hinted:
            return _SIGNATURE.fullmatch(squash(text)) is None
        if isinstance(piece, Line) and _is_heading(text):
            return False
        plain = squash(text)
        if n in self.lists or self.is_tools(n) or _CRUMB.search(plain[:_LONGEST_TITLE]):
            return True
        return _FURNITURE.search(text) is not None or (isinstance(piece, Grid) and piece.linked * 2 > len(plain))

    def is_tools(self, n: int) -> bool:
        """Whether a piece has only names of tools in it (打印 关闭 字体：大 中 小)."""
        text = self.pieces[n].text
        return len(text) <= _LONGEST_TOOLS and not _TOOLS.sub("", squash(text))

    def is_link(self, n: int) -> bool:
        """Whether a piece is a link for the most part."""
        piece = self.pieces[n]
        return isinstance(piece, Line) and piece.linked * 2 > len(piece.text)

    def is_label(self, n: int) -> bool:
        """Whether a piece is a link, a picture, or a word or two that may be anything."""
        text = self.pieces[n].text
        return (
            isinstance(self.pieces[n], Shot) or self.is_link(n) or (len(squash(text)) < _SHORT and not _is_dated(text))
        )


def _is_prose(text: str) -> bool:
    """Whether a piece is a sentence, and so not the name of something."""
    if len("".join(text.split())) < _PROSE:
        return False
    return "。" in text or (("，" in text or "；" in text) and _OWNER.search(text) is None)


def _is_dated(text: str) -> bool:
    """Whether a short line can be the signature of a report."""
    return re.search(r"年.{1,3}月|人民政府|办事处|委员会|局$|办公室$", squash(text)) is not None


def _is_day(text: str) -> bool:
    """Whether a line is a day in figures and no more."""
    return len(text) <= _LONGEST_DAY and _DAY.fullmatch(squash(text)) is not None


def _signs(piece: Piece) -> bool:
    """Whether a line is the name of a body and no more."""
    plain = squash(piece.text)
    return len(plain) <= _LONGEST_NAME and _NAME.search(plain) is not None


def _tail(pieces: Sequence[Piece], start: int, inner: tuple[int, ...], site: _Site) -> list[int]:
    """What is kept behind the last heading or table: the end of its section, the signature, annexes.

    Behind the first furniture only prose is kept, and only in the container of the report.
    """
    kept: list[int] = []
    closed = False
    for n in range(start, len(pieces)):
        inside = _within(pieces[n], inner)
        if _is_day(pieces[n].text) and kept[-1:] == [n - 1] and _signs(pieces[n - 1]):
            kept.append(n)
        elif site.is_furniture(n):
            closed = closed or not inside or not site.is_tools(n)
        elif (
            (inside and not closed)
            or (_is_prose(pieces[n].text) and (inside or not closed))
            or (not inside and not closed and isinstance(pieces[n], Line) and not site.is_label(n))
        ):
            kept.append(n)
    return kept


def _once(pieces: Sequence[Piece]) -> list[Piece]:
    """Without statutory tables that stand there a second time with the same cells."""
    seen: list[Grid] = []
    kept: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Grid) and piece.statutory:
            if any(_same(piece, other) for other in seen):
                continue
            seen.append(piece)
        kept.append(piece)
    return kept


def _same(one: Grid, other: Grid) -> bool:
    """Whether two tables say the same in cells at the same places."""
    return one.texts == other.texts and one.layout == other.layout
