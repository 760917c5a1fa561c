"""Where the things lie that users may edit: suites and notebooks.

In order: the folder the caller names; the folder of that name where the command is run; the checkout
that gkaudit is installed from; the copy inside the installed package.
"""

from __future__ import annotations

from pathlib import Path

from gkaudit.errors import UsageError

__all__ = ["folder"]

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str, chosen: str | Path | None = None) -> Path:
    """The ``expectations`` or ``notebooks`` folder. Raises UsageError where the chosen one is missing."""
    if chosen is not None:
        path = Path(chosen)
        if not path.is_dir():
            raise UsageError(f"{path}：没有这个文件夹，请检查 --{name} 的路径")
        return path.resolve()
    candidates = (Path.cwd() / name, _PACKAGE.parent / name, _PACKAGE / "_shipped" / name)
    found = next((path for path in candidates if path.is_dir() and _has_content(path)), None)
    if found is None:
        raise UsageError(f"找不到 {name} 文件夹；请在项目目录下运行，或重新安装 gkaudit")
    return found.resolve()


def _has_content(path: Path) -> bool:
    suffix = {"expectations": "*.json", "notebooks": "*.ipynb"}[path.name]
    return next(path.glob(suffix), None) is not None
