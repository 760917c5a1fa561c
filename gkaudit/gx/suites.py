"""Suites (``expectations/*.json``): read, check, run, and what came out.

Reading and checking need no Great Expectations; :func:`run_suites` imports it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from gkaudit.errors import SuiteError, system_reason
from gkaudit.frames import SEVERITIES
from gkaudit.gx import rules

if TYPE_CHECKING:
    from gkaudit.gx.results import Results

__all__ = ["Entry", "Suite", "load_suite", "load_suites", "prepared", "run_suites"]

#: What the ``meta`` of every entry has to say.
REQUIRED = ("check_id", "title_zh", "title_en", "basis", "severity")
_SUITE_FIELDS = ("name", "meta", "expectations")
_ENTRY_FIELDS = ("type", "kwargs", "severity", "meta", "notes", "description", "id")
_GX_SEVERITY = {"error": "critical", "warning": "warning", "info": "info"}


@dataclass(frozen=True)
class Entry:
    """One expectation of a suite. ``index``: place among all entries; ``number``: place in its file, from 1."""

    index: int
    number: int
    file: str
    check_id: str
    severity: str
    type: str
    kwargs: Mapping[str, Any]
    rule: rules.Rule
    meta: Mapping[str, Any]

    @cached_property
    def lines(self) -> tuple[rules.Line, ...]:
        """The lines of the rule, in the order of the codes."""
        return self.rule.lines()

    def record(self) -> dict[str, Any]:
        """As GX takes it; ``meta.entry`` finds the result again."""
        return {
            "type": self.type,
            "kwargs": dict(self.kwargs),
            "severity": _GX_SEVERITY[self.severity],
            "meta": {"check_id": self.check_id, "entry": self.index},
        }


@dataclass(frozen=True)
class Suite:
    """One file of expectations."""

    name: str
    file: Path
    sha256: str
    meta: Mapping[str, Any]
    entries: tuple[Entry, ...]


def load_suites(folder: Path) -> tuple[Suite, ...]:
    """All suites of a folder, by file name.

    Raises :class:`~gkaudit.errors.SuiteError` naming file and entry where one is wrong, where the
    folder has none, or where two say the same.
    """
    try:
        files = sorted(p for p in folder.iterdir() if p.suffix == ".json" and p.is_file())
    except OSError as error:
        raise SuiteError(
            str(folder), "", f"读不了这个文件夹（{system_reason(error)}），请检查 --expectations"
        ) from None
    if not files:
        raise SuiteError(str(folder), "", "没有 *.json，请检查 --expectations 指的文件夹")
    suites: list[Suite] = []
    for file in files:
        suites.append(load_suite(file, start=sum(len(s.entries) for s in suites)))
    first: dict[str, Suite] = {}
    for suite in suites:
        other = first.setdefault(suite.name, suite)
        if other is not suite:
            raise SuiteError(suite.file.name, "", f"name “{suite.name}” 与 {other.file.name} 相同，请改名")
    _refuse_twins(entry for suite in suites for entry in suite.entries)
    return tuple(suites)


def load_suite(file: Path, start: int = 0) -> Suite:
    """One suite; ``start`` is the index of its first entry. Raises SuiteError."""
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise SuiteError(file.name, "", f"读不了（{system_reason(error)}）") from None
    except UnicodeDecodeError:
        raise SuiteError(file.name, "", "不是 UTF-8 编码，请另存为 UTF-8") from None
    data = _parse(file.name, text)
    entries = tuple(
        _entry(file.name, number, start + number - 1, item) for number, item in enumerate(data["expectations"], start=1)
    )
    return Suite(data["name"], file, hashlib.sha256(raw).hexdigest(), data.get("meta", {}), entries)


def _parse(file: str, text: str) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise SuiteError(file, "", f"同一个 {{…}} 里“{twice}”写了两次，请删去一个")
        return dict(pairs)

    try:
        data = json.loads(text, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}个字"
        raise SuiteError(file, "", f"{where}不是正确的 JSON（{error.msg}），请检查逗号、引号和括号") from None
    except RecursionError:
        raise SuiteError(file, "", "括号嵌套太深，不是正确的检查文件") from None
    if not isinstance(data, dict) or not isinstance(data.get("expectations"), list):
        raise SuiteError(file, "", "缺少 expectations 列表")
    if not isinstance(data.get("name"), str) or not data["name"]:
        raise SuiteError(file, "", "缺少 name")
    extra = next((name for name in data if name not in _SUITE_FIELDS), None)
    if extra is not None:
        raise SuiteError(file, "", f"不认识“{extra}”，这一层只有 {'、'.join(_SUITE_FIELDS)}")
    return data


def _entry(file: str, number: int, index: int, item: Any) -> Entry:
    where = f"第{number}条"
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise SuiteError(file, where, "缺少 type")
    type_, meta, kwargs = item["type"], item.get("meta"), item.get("kwargs", {})
    check_id = meta.get("check_id") if isinstance(meta, dict) else None
    where = f"第{number}条（{'，'.join(x for x in (type_, check_id) if isinstance(x, str))}）"
    extra = next((name for name in item if name not in _ENTRY_FIELDS), None)
    if extra is not None:
        raise SuiteError(file, where, f"不认识“{extra}”，一条检查只有 {'、'.join(_ENTRY_FIELDS)}")
    if not isinstance(kwargs, dict):
        raise SuiteError(file, where, "kwargs 要写成 {…}")
    try:
        rule = rules.build(type_, kwargs)
    except ValueError as error:
        raise SuiteError(file, where, str(error)) from None
    checked = _meta(file, where, meta)
    return Entry(index, number, file, checked["check_id"], checked["severity"], type_, kwargs, rule, checked)


def _meta(file: str, where: str, meta: Any) -> dict[str, Any]:
    if not isinstance(meta, dict):
        raise SuiteError(file, where, "缺少 meta")
    for name in REQUIRED:
        if not isinstance(meta.get(name), str) or not meta[name].strip():
            raise SuiteError(file, where, f"meta 缺少 {name}")
    if meta["severity"] not in SEVERITIES:
        raise SuiteError(file, where, f"meta.severity 只能是 {'、'.join(SEVERITIES)}，现在是“{meta['severity']}”")
    evidence = meta.get("evidence_for", [])
    if not isinstance(evidence, list) or not all(isinstance(x, str) for x in evidence):
        raise SuiteError(file, where, "meta.evidence_for 要写成检查编号的列表")
    return meta


def _refuse_twins(entries: Iterable[Entry]) -> None:
    """Two equal entries would count one fault twice - and GX would quietly keep one of them."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        same = json.dumps([entry.check_id, entry.type, entry.kwargs], sort_keys=True, ensure_ascii=False)
        first = seen.setdefault(same, entry)
        if first is not entry:
            where = f"第{entry.number}条（{entry.type}，{entry.check_id}）"
            raise SuiteError(entry.file, where, f"与 {first.file} 第{first.number}条完全相同，请删去一条")


def run_suites(suites: Iterable[Suite], wide: pl.DataFrame, known: pl.DataFrame | None = None) -> Results:
    """Validate the wide frame (:func:`gkaudit.wide.widened`), one GX run a suite for the whole batch.

    Needs the column ``report_id``. Raises SuiteError where GX did not take every entry. A check
    that cannot be computed does not raise: its outcome is ``failed``. ``known``: codes of reports that are
    what they were (:mod:`gkaudit.gx.codes`).
    """
    # Great Expectations takes 2.5 s to import; only a run pays for it.
    from gkaudit.gx.codes import completed, parted, to_judge  # noqa: PLC0415
    from gkaudit.gx.results import Results  # noqa: PLC0415
    from gkaudit.gx.validation import validate  # noqa: PLC0415

    listed = tuple(suites)
    entries = tuple(entry for suite in listed for entry in suite.entries)
    if known is None:
        whole = prepared(entries, wide)
        return Results(entries, whole, validate(listed, whole))
    single, others = parted(listed)
    new = to_judge(wide, known)
    # What needs no other report needs nothing that is prepared either, and is mostly polars' own work.
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(validate, single, new) if new.height else None
        whole = prepared(entries, wide)
        fresh = asked.result() if asked is not None else {}
    return Results(entries, whole, completed(single, whole, known, fresh) | validate(others, whole))


def prepared(entries: Iterable[Entry], wide: pl.DataFrame) -> pl.DataFrame:
    """The frame with what rules need of the whole batch: above all, whose texts have what in common."""
    kept: dict[str, Any] = {}
    for entry in entries:
        made = entry.rule.prepare(wide, kept)
        wide = wide.hstack([series.alias(name) for name, series in made.items()])
    return wide
