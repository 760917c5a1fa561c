"""Fonts of the system for pages that are drawn: a Chinese one is needed, the others have a substitute."""

from functools import cache
from pathlib import Path

from PIL import ImageFont

__all__ = ["DIGITS", "cjk", "files", "font", "fonts_missing"]

_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "C:/Windows/Fonts")
_CJK = {
    "serif": ("NotoSerifCJK-Regular.ttc", "simsun.ttc"),
    "sans": ("NotoSansCJK-Regular.ttc", "wqy-microhei.ttc", "msyh.ttc"),
    "bold": ("NotoSansCJK-Bold.ttc", "wqy-microhei.ttc", "msyhbd.ttc"),
}
DIGITS = ("LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf", "DejaVuSans.ttf", "times.ttf", "arial.ttf", "")
#: The simplified Chinese face of a Noto collection.
_FACE = 2


@cache
def files() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for path in sorted(Path(folder).rglob("*.tt[fc]")) if Path(folder).is_dir() else ():
            found.setdefault(path.name, str(path))
    return found


def cjk(kind: str) -> str:
    names = [*_CJK[kind], *_CJK["sans"], *_CJK["serif"]]
    return next((files()[name] for name in names if name in files()), "")


def fonts_missing() -> bool:
    """Whether there is no font with Chinese characters."""
    return not cjk("sans")


@cache
def font(path: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, pixels, index=_FACE if "CJK" in path else 0)
