"""Profiles (``expectations/profiles/*.json``): which of the entries of the suites are run.

A profile names groups and checks that it takes (all where it names none), severities, and entries that it
leaves out (``DDL-03`` or, of one severity, ``DDL-03:info``). The suites stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from gkaudit.errors import SuiteError, UsageError, system_reason
from gkaudit.frames import SEVERITIES
from gkaudit.gx.suites import Entry, Suite
from gkaudit.resources import folder

__all__ = ["DEFAULT", "Profile", "chosen", "load_profile", "profiles"]

#: The profile of a run that names none.
DEFAULT = "default"
_FOLDER = "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """``groups`` and ``checks`` add up; empty both, every check is taken. ``without``: ``ID`` or ``ID:severity``."""

    name: str
    title_zh: str = ""
    title_en: str = ""
    groups: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severities: tuple[str, ...] = SEVERITIES
    without: tuple[str, ...] = ()

    def takes(self, entry: Entry) -> bool:
        """Whether an entry is run."""
        named = not (self.groups or self.checks) or (
            entry.check_id.partition("-")[0] in self.groups or entry.check_id in self.checks
        )
        left_out = {entry.check_id, f"{entry.check_id}:{entry.severity}"}.intersection(self.without)
        return named and entry.severity in self.severities and not left_out


def profiles(expectations: Path) -> dict[str, Path]:
    """Files of the profiles by name: those of the folder of suites, and the shipped ones it does not have."""
    found: dict[str, Path] = {}
    for place in (expectations, folder("expectations")):
        for path in sorted((place / _FOLDER).glob("*.json")):
            found.setdefault(path.stem, path)
    return found


def load_profile(name: str | Path, expectations: Path) -> Profile:
    """A profile by name, or a file of one.

    Raises UsageError where there is none of the name, SuiteError where its file is wrong.
    """
    path = Path(name)
    if path.suffix != ".json":
        known = profiles(expectations)
        if str(name) not in known:
            if str(name) == DEFAULT:
                return Profile(DEFAULT)
            raise UsageError(f"--checks {name}：没有这个检查方案；可用的有 {'、'.join(known)}")
        path = known[str(name)]
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"--checks {path}：读不了（{system_reason(error)}）") from None
    except ValueError as error:
        raise SuiteError(path.name, "", f"不是正确的 JSON（{error}）") from None
    return _profile(path.name, data)


def _profile(file: str, data: Any) -> Profile:
    names = [f.name for f in fields(Profile)]
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise SuiteError(file, "", "缺少 name")
    extra = next((name for name in data if name not in names), None)
    if extra is not None:
        raise SuiteError(file, "", f"不认识“{extra}”，检查方案只有 {'、'.join(names)}")
    made: dict[str, Any] = {}
    for name, value in data.items():
        single = name in ("name", "title_zh", "title_en")
        right = isinstance(value, str) if single else isinstance(value, list) and all(isinstance(v, str) for v in value)
        if not right:
            raise SuiteError(file, "", f"{name} 要写成{'文字' if single else '文字的列表 […]'}")
        made[name] = value if single else tuple(value)
    wrong = next((s for s in made.get("severities", ()) if s not in SEVERITIES), None)
    if wrong is not None:
        raise SuiteError(file, "", f"severities 里没有“{wrong}”，只有 {'、'.join(SEVERITIES)}")
    return Profile(**made)


def chosen(suites: Iterable[Suite], profile: Profile) -> tuple[Suite, ...]:
    """The suites with the entries of the profile. Raises SuiteError where none is left."""
    listed = tuple(suites)
    groups = {entry.check_id.partition("-")[0] for suite in listed for entry in suite.entries}
    taken = tuple(replace(s, entries=tuple(e for e in s.entries if profile.takes(e))) for s in listed)
    if not any(suite.entries for suite in taken):
        named = "、".join((*profile.groups, *profile.checks)[:8])
        raise SuiteError(
            f"{profile.name}.json", "", f"没有留下任何检查（{named}；检查文件里有 {'、'.join(sorted(groups))}）"
        )
    return taken
