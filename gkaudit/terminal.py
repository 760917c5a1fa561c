"""What the command line prints: progress, summaries, the catalogue of checks."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from gkaudit.batch import Outcome
from gkaudit.console import PatientConsole, say
from gkaudit.doctor import Part
from gkaudit.frames import SEVERITIES
from gkaudit.gx.profiles import Profile
from gkaudit.gx.suites import Entry
from gkaudit.timings import Timings

__all__ = [
    "Progress",
    "report_outcome",
    "show_check",
    "show_checks",
    "show_parts",
    "show_timings",
]

_STAGES = {"read": "读取", "judge": "检查", "pages": "生成页面"}
_SEVERITY = {"error": "错误", "warning": "警告", "info": "提示"}
#: Without a terminal a line is written at most every so many seconds.
_EVERY = 10.0
_PATIENCE = 2.0


class Progress:
    """Progress on stderr: a bar in a terminal, now and then a line elsewhere, nothing when quiet.

    Nothing at all is shown for what ends within two seconds.
    """

    def __init__(self, *, quiet: bool) -> None:
        self._console = PatientConsole(stderr=True)
        self._quiet = quiet
        self._bar: Bar | None = None
        self._tasks: dict[str, Any] = {}
        self._begun = self._said = time.monotonic()
        self._first: dict[str, tuple[int, float]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that ``done`` of ``total`` items of a stage (read, judge, pages) are through."""
        now = time.monotonic()
        self._first.setdefault(stage, (done, now))
        if self._quiet or (now - self._begun < _PATIENCE and done < total):
            return
        if self._console.is_terminal:
            self._show(stage, done, total)
        elif now - self._said >= _EVERY or (done == total and now - self._begun >= _PATIENCE):
            self._said = now
            self._console.print(f"{_STAGES[stage]} {done}/{total}{self._pace(stage, done, total)}", highlight=False)

    def _pace(self, stage: str, done: int, total: int) -> str:
        """How fast it goes and how long it will take, where that is known."""
        first, since = self._first.setdefault(stage, (done, time.monotonic()))
        spent = time.monotonic() - since
        if done - first < 1 or spent <= 0 or total <= 1:
            return ""
        rate = (done - first) / spent
        return f"，每秒 {rate:.1f} 份" + (f"，还需约 {(total - done) / rate:.0f} 秒" if done < total else "")

    def _show(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            times = (TextColumn("{task.fields[pace]}"), TimeElapsedColumn(), TimeRemainingColumn())
            self._bar = Bar(*columns, *times, console=self._console, transient=True)
            self._bar.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(_STAGES[stage], total=total, pace="")
        pace = self._pace(stage, done, total).lstrip("，").partition("，")[0]
        self._bar.update(self._tasks[stage], completed=done, total=total, pace=pace)


def report_outcome(outcome: Outcome, *, quiet: bool) -> None:
    """The end of a run: what could not be read, what is missing, and where the results are."""
    audit, written = outcome.audit, outcome.written
    for failure in audit.failures:
        say(f"未能读取 {failure.source}：{failure.reason}\n", sys.stderr)
    for row in audit.reports.select("source", "note").drop_nulls().to_dicts():
        say(f"读取不全 {row['source']}：{row['note']}\n", sys.stderr)
    for row in audit.failed_checks().to_dicts():
        say(f"检查 {row['check_id']} 没有运行成功：{row['note']}\n", sys.stderr)
    for name, reason in sorted(written.page_failures.items()):
        say(f"页面 {name} 未生成：{reason}\n", sys.stderr)
    notebooks = written.manifest.get("notebooks", {})
    if notebooks.get("agree") is False:
        where = "、".join(notebooks["differences"])
        say(
            f"两种引擎运行 {notebooks['compared']} 的笔记本结果不同（{where}）；"
            "请用 --engine nbclient 重新运行，并反馈给开发者\n",
            sys.stderr,
        )
    if quiet:
        return
    counts = audit.counts()
    said = "，".join(f"{_SEVERITY[s]} {counts[s]}" for s in SEVERITIES)
    unread = f"；{len(audit.failures)} 份未能读取" if audit.failures else ""
    say(f"{audit.reports.height} 份报告：{said}{unread}\n", sys.stdout)
    target = written.index if written.pages else written.out / "data"
    say(f"结果：{target}{'（输入和检查没有变化，沿用上次的结果）' if outcome.reused else ''}\n", sys.stdout)


_TIMED = {
    "compare": "比对输入",
    "read": "读取",
    "judge": "检查",
    "write": "写数据",
    "pages": "生成页面",
    "list": "问题清单",
    "load": "载入上次结果",
}


def show_timings(timings: Timings) -> None:
    """Where the time went: a row a stage, seconds on the clock and of all processors, share of the clock."""
    shown = Table()
    shown.add_column("阶段")
    for name in ("用时（秒）", "处理器（秒）", "占比"):
        shown.add_column(name, justify="right")
    whole = sum(timings.wall.values()) or 1.0
    for stage, seconds in timings.wall.items():
        row = f"{seconds:.2f}", f"{timings.cpu[stage]:.2f}", f"{seconds / whole:.0%}"
        shown.add_row(_TIMED.get(stage, stage), *row)
    shown.add_row("合计", f"{whole:.2f}", f"{sum(timings.cpu.values()):.2f}", "", style="bold")
    PatientConsole(stderr=True).print(shown)


# ── gkaudit doctor ──────────────────────────────────────────────────────────────────────────────


def show_parts(parts: Sequence[Part], *, quiet: bool = False) -> None:
    """Each part on a line, what to do on a line of its own (it may be copied); ``quiet``: only what is missing."""
    console = PatientConsole(highlight=False)
    for part in parts:
        if quiet and part.here:
            continue
        sign, style = ("✓", "green") if part.here else ("✗", "red") if part.required else ("○", "yellow")
        said = part.detail if part.here else f"没有（{part.detail}）" if part.detail else "没有"
        line = Text.assemble((sign, style), f" {part.name}：{said}", (f"（{part.purpose}）", "dim"))
        console.print(line, soft_wrap=True)
        if part.remedy:
            console.print(Text(f"    补装：{part.remedy}", style=style), soft_wrap=True)


# ── gkaudit checks ──────────────────────────────────────────────────────────────────────────────


def show_checks(entries: Sequence[Entry], lang: str, profile: Profile | None = None) -> None:
    """The catalogue, read from the suites: one row a check, with the severities that ``profile`` runs it at."""
    console = PatientConsole()
    if profile is not None:
        title = (profile.title_zh if lang == "zh" else profile.title_en) or profile.name
        checks = len({entry.check_id for entry in entries})
        said = f"检查方案 {profile.name}（{title}）：运行 {checks} 项检查，{len(entries)} 条"
        if lang == "en":
            said = f"Profile {profile.name} ({title}): {checks} checks, {len(entries)} entries"
        console.print(Text(said))
    shown = Table(show_lines=False)
    for name in ("编号", "检查", "级别", "文件") if lang == "zh" else ("id", "check", "severity", "file"):
        shown.add_column(name, overflow="fold")
    by_check: dict[str, list[Entry]] = {}
    for entry in entries:
        by_check.setdefault(entry.check_id, []).append(entry)
    for check_id, own in by_check.items():
        severities = [s for s in SEVERITIES if any(e.severity == s for e in own)]
        words = "/".join(_SEVERITY[s] if lang == "zh" else s for s in severities)
        titles = "；".join(dict.fromkeys(e.meta[f"title_{lang}"] for e in own))
        shown.add_row(check_id, Text(titles), words, own[0].file)
    console.print(shown)


def show_check(entries: Sequence[Entry], lang: str) -> None:
    """One check: every entry with its basis, logic and place."""
    console = PatientConsole()
    labels = ("依据", "做法", "级别", "所在") if lang == "zh" else ("basis", "logic", "severity", "where")
    for entry in entries:
        console.print(Text(f"{entry.check_id}  {entry.meta[f'title_{lang}']}", style="bold"))
        basis = entry.meta.get(f"basis_{lang}", entry.meta["basis"])
        severity = _SEVERITY[entry.severity] if lang == "zh" else entry.severity
        place = (
            f"{entry.file}，第{entry.number}条，{entry.type}"
            if lang == "zh"
            else f"{entry.file}, entry {entry.number}, {entry.type}"
        )
        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for label, text in zip(
            labels, (basis, entry.meta.get(f"description_{lang}", ""), severity, place), strict=True
        ):
            grid.add_row(label, Text(text))
        console.print(grid)
