"""The reference page of all checks, from the suites: ``python -m gkaudit.gx.reference docs/checks.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from gkaudit.files import write_text
from gkaudit.frames import SEVERITIES
from gkaudit.gx.suites import Entry, Suite, load_suites
from gkaudit.resources import folder

__all__ = ["main", "reference"]

_SEVERITY = {"error": "错误 error", "warning": "警告 warning", "info": "提示 info"}
_HEAD = """# 检查目录 / Checks

由 `expectations/` 生成（`python -m gkaudit.gx.reference docs/checks.md`），请勿手改。
每项检查的依据、做法和所在文件；同一编号可有几条，级别不同。

Generated from the suites; do not edit. A check may have several entries of different severity.

`error` 能由原文证明；`warning` 很可能有误；`info` 提请留意。结果有五种：holds 符合、broken 不符、
undetermined 无法判断、not_applicable 不适用、failed 检查本身出错。
"""


def _cell(text: str) -> str:
    """Text inside a table of Markdown."""
    return " ".join(text.split()).replace("|", "\\|")


def _checks(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    checks: dict[str, list[Entry]] = {}
    for entry in entries:
        checks.setdefault(entry.check_id, []).append(entry)
    return checks


def _row(entry: Entry) -> str:
    meta = entry.meta
    chinese = f"**{meta['title_zh']}**<br>{meta.get('description_zh', '')}<br>依据：{meta['basis']}"
    english = f"**{meta['title_en']}**<br>{meta.get('description_en', '')}"
    english += f"<br>Basis: {meta.get('basis_en', meta['basis'])}"
    place = f"`{entry.type}`"
    return f"| {_SEVERITY[entry.severity]} | {_cell(chinese)} | {_cell(english)} | {place} |"


def _suite(suite: Suite) -> list[str]:
    lines = [f"## {suite.meta.get('title_zh', suite.name)} / {suite.meta.get('title_en', suite.name)}", ""]
    lines += [f"`expectations/{suite.file.name}`", ""]
    for check_id, own in _checks(suite.entries).items():
        lines += [f"### {check_id}", "", "| 级别 | 检查 | Check | 类型 |", "|---|---|---|---|"]
        lines += [*(_row(entry) for entry in own), ""]
    return lines


def reference(suites: Sequence[Suite]) -> str:
    """The page as Markdown."""
    checks = _checks(entry for suite in suites for entry in suite.entries)
    counts = {s: sum(any(e.severity == s for e in own) for own in checks.values()) for s in SEVERITIES}
    said = "，".join(f"{_SEVERITY[s]} {n}" for s, n in counts.items())
    lines = [_HEAD, f"共 {len(checks)} 项检查（{said}；一项可有几种级别）。", ""]
    for suite in suites:
        lines += _suite(suite)
    return "\n".join(lines).rstrip() + "\n"


def main(argv: Sequence[str]) -> int:
    """Write the page to the path given, or to standard output."""
    text = reference(load_suites(folder("expectations")))
    if argv:
        write_text(text, Path(argv[0]))
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
