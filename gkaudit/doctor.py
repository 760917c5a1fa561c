"""What this installation has: required packages, and optional parts with how to get them."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec

from gkaudit.readers import recognition, soffice

__all__ = ["Part", "examine"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it is for, whether it is here, which version, and what to do where it is not."""

    name: str
    purpose: str
    here: bool
    required: bool
    detail: str = ""
    remedy: str = ""


def examine() -> tuple[Part, ...]:
    """Every part, required ones first. Starts nothing and asks nobody: offline and without side effects."""
    return (_python(), *_packages(), _office(), _formulas(), _recognition(), *_explore())


def _python() -> Part:
    return Part("Python", "运行环境", here=True, required=True, detail=f"{platform.python_version()}，{sys.executable}")


def _packages() -> tuple[Part, ...]:
    """The packages that the project itself asks for, without extras."""
    try:
        wanted = [line.split(";")[0] for line in requires("gkaudit") or () if "extra ==" not in line]
    except PackageNotFoundError:
        # Run from a folder without installation: nothing says what is needed.
        return (Part("gkaudit", "本工具", here=False, required=True, remedy="在项目文件夹运行 pip install -e ."),)
    names = sorted(_name(line) for line in wanted)
    return tuple(_package(name) for name in names)


def _name(requirement: str) -> str:
    end = next((i for i, c in enumerate(requirement) if not (c.isalnum() or c in "-_.")), len(requirement))
    return requirement[:end]


def _package(name: str) -> Part:
    try:
        return Part(name, "必需的组件", here=True, required=True, detail=version(name))
    except PackageNotFoundError:
        return Part(name, "必需的组件", here=False, required=True, remedy=f"pip install {name}")


def _office() -> Part:
    program = soffice.find()
    remedy = "安装 LibreOffice（Linux：apt install libreoffice-writer；Windows：官方安装包），或把文件另存为 .docx"
    return Part(
        "LibreOffice",
        "读取 .doc、.wps、.rtf",
        here=program is not None,
        required=False,
        detail=program or "",
        remedy="" if program else remedy,
    )


def _formulas() -> Part:
    here = soffice.formulas()
    remedy = "安装 LibreOffice Math（Linux：apt install libreoffice-math；Windows 的官方安装包已包含）"
    return Part(
        "LibreOffice Math",
        "读取 .doc 中写在公式里的数字",
        here=here,
        required=False,
        detail="随 LibreOffice 安装" if here else "",
        remedy="" if here else remedy,
    )


def _recognition() -> Part:
    lacking = recognition.missing()
    return Part(
        "文字识别（OCR）",
        "读取扫描件和图片中的表格",
        here=not lacking,
        required=False,
        detail=f"缺少 {'、'.join(lacking)}" if lacking else "模型随安装包附带，不联网",
        remedy='pip install "gkaudit[ocr]"' if lacking else "",
    )


def _explore() -> tuple[Part, ...]:
    """The extra ``explore``, package by package."""
    purposes = {
        "anywidget": ("anywidget", "探索界面的表格和列表"),
        "jupyterlab": ("JupyterLab", "在浏览器中打开探索界面（gkaudit explore）"),
        "voila": ("Voilà", "把探索界面显示为网页（gkaudit explore --page）"),
    }
    return tuple(_optional(package, name, purpose) for package, (name, purpose) in purposes.items())


def _optional(package: str, name: str, purpose: str) -> Part:
    here = find_spec(package) is not None
    detail, remedy = (version(package), "") if here else ("", 'pip install "gkaudit[explore]"')
    return Part(name, purpose, here=here, required=False, detail=detail, remedy=remedy)
