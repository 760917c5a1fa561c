"""The list of bodies that must report (编制主体名单): a CSV file with ``organ,county,parent,due``.

``parent`` is the body whose report sums this one up, ``due`` the last day of publication: a day
(``2025-01-20``, for the report of the year before) or ``01-20``, for every year. Only ``organ`` must be
filled in. UTF-8 or, as spreadsheets save it, GB18030.
"""

from __future__ import annotations

import csv
import io
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gkaudit.chars import squash
from gkaudit.errors import UsageError, system_reason
from gkaudit.panel.bodies import name_of

__all__ = ["Unit", "read_units"]

COLUMNS = ("organ", "county", "parent", "due")
_LABELS = {"机关": "organ", "单位": "organ", "县": "county", "上级": "parent", "汇总机关": "parent", "期限": "due"}
#: No list of bodies is as long as this (bytes).
_LARGEST = 8_000_000
_MONTHS = 12
_DAY = re.compile(r"(?:(20\d\d)[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Unit:
    """A body of the list. ``due``: year (None: every year), month and day, None where nothing is said."""

    organ: str
    county: str | None = None
    parent: str | None = None
    due: tuple[int | None, int, int] | None = None

    def due_for(self, year: int) -> date | None:
        """The last day of publication of the report of that year."""
        if self.due is None or self.due[0] not in (None, year + 1):
            return None
        _, month, day = self.due
        try:
            return date(year + 1, month, day)
        except ValueError:  # 02-29 in a common year
            return date(year + 1, month, day - 1)


def read_units(path: str | Path) -> tuple[Unit, ...]:
    """Read the list. Raises UsageError, in Chinese and naming the line, where it is wrong."""
    path = Path(path)
    rows = list(csv.reader(io.StringIO(_text(path))))
    head = [_LABELS.get(squash(name), squash(name).lower()) for name in rows[0]] if rows else []
    if "organ" not in head:
        raise UsageError(f"{path.name}：第1行要写列名 {','.join(COLUMNS)}（至少要有 organ）")
    extra = next((name for name in head if name and name not in COLUMNS), None)
    if extra is not None or len(set(head)) != len(head):
        raise UsageError(f"{path.name}：第1行的列名只能是 {','.join(COLUMNS)}，各写一次")
    units: list[Unit] = []
    seen: dict[tuple[str | None, str], int] = {}
    for number, row in enumerate(rows[1:], 2):
        if not any(map(str.strip, row)):
            continue
        if len(row) > len(head):
            raise UsageError(f"{path.name}：第{number}行有 {len(row)} 格，列名只有 {len(head)} 个")
        unit = _unit(path.name, number, dict(zip(head, map(str.strip, row), strict=False)))
        name = name_of(unit.organ, unit.county)
        key = (name.county if name else None, name.name if name else unit.organ)
        if key in seen:
            raise UsageError(f"{path.name}：第{number}行“{unit.organ}”与第{seen[key]}行是同一机关，请删去一行")
        seen[key] = number
        units.append(unit)
    if not units:
        raise UsageError(f"{path.name}：名单里没有机关")
    return tuple(units)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path.name}：文件太大，不像一份编制主体名单")
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}：读不了（{system_reason(error)}），请检查 --units") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UsageError(f"{path.name}：不是文字文件，请另存为 CSV（UTF-8）")


def _unit(file: str, number: int, cells: dict[str, str]) -> Unit:
    organ = cells.get("organ", "")
    if not squash(organ):
        raise UsageError(f"{file}：第{number}行没有机关名称（organ）")
    due = cells.get("due", "")
    return Unit(organ, cells.get("county") or None, cells.get("parent") or None, _due(file, number, due))


def _due(file: str, number: int, text: str) -> tuple[int | None, int, int] | None:
    if not text:
        return None
    found = _DAY.fullmatch(squash(text))
    year, month, day = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    # A leap year takes every day there is.
    if not (1 <= month <= _MONTHS and 1 <= day <= monthrange(year or 2024, month)[1]):
        raise UsageError(f"{file}：第{number}行的期限“{text}”要写成 2025-01-20 或 01-20")
    return year or None, month, day
