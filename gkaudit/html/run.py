"""What the pages say about the run that made them: rules, versions, time, and what could not be read.

``data/catalogue.json`` is small however many reports there are; ``run.json`` grows with the batch and is
read only where failures are wanted, or where there is no catalogue.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gkaudit.errors import UsageError
from gkaudit.html.text import Words
from gkaudit.resources import folder

__all__ = ["Run", "load_run"]


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _records(value: Any) -> list[dict[str, Any]]:
    return [record for record in value if isinstance(record, dict)] if isinstance(value, list) else []


@dataclass(frozen=True)
class Run:
    """The run as pages quote it; everything may be missing, nothing raises.

    ``checks`` has by id ``title_zh``, ``title_en``, ``suite`` and ``rules`` (title, description,
    severity); ``suites`` are records with ``file``, ``name``, titles and ``sha256``; ``failures`` are
    records with ``name``, ``stage`` and ``reason``, empty unless asked for.
    """

    checks: Mapping[str, Any] = field(default_factory=dict)
    suites: tuple[dict[str, Any], ...] = ()
    versions: Mapping[str, Any] = field(default_factory=dict)
    started: str = ""
    failures: tuple[dict[str, Any], ...] = ()
    found: bool = False

    def title(self, check_id: str, lang: str) -> str:
        """The title of a check; its id where nobody names it."""
        title = _mapping(self.checks.get(check_id)).get(f"title_{lang}")
        return title if isinstance(title, str) and title else check_id

    def rule(self, check_id: str, title: str | None, lang: str) -> str:
        """The rule in plain words: the description of the entry with this title, else of the first one."""
        rules = _records(_mapping(self.checks.get(check_id)).get("rules"))
        own = [r for r in rules if r.get(f"title_{lang}") == title]
        said = (own or rules or [{}])[0].get(f"description_{lang}")
        return said if isinstance(said, str) else ""

    def group(self, check_id: str) -> str:
        """The suite that a check stands in; empty where that is not known."""
        return str(_mapping(self.checks.get(check_id)).get("suite") or "")

    def groups(self, lang: str) -> dict[str, str]:
        """Suites by name with their titles, in the order of their files."""
        return {str(s.get("name")): str(s.get(f"title_{lang}") or s.get("name")) for s in self.suites if s.get("name")}

    def facts(self, say: Words) -> list[tuple[str, str]]:
        """Suites with hash, versions and time, as pairs of name and value."""
        found = [
            (f"{say('suites')} {s.get('file') or s.get('name') or ''}", str(s.get("sha256") or "")) for s in self.suites
        ]
        if self.versions:
            found.append((say("versions"), say.join([f"{name} {version}" for name, version in self.versions.items()])))
        if self.started:
            found.append((say("run.time"), self.started))
        return found


def _json(path: Path) -> dict[str, Any]:
    """A JSON object; a damaged file is as good as none, the page says so."""
    try:
        return _mapping(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError):
        return {}


@cache
def _shipped() -> dict[str, dict[str, Any]]:
    """Titles in the suites that ship with gkaudit: only for ids that the run does not name."""
    found: dict[str, dict[str, Any]] = {}
    try:
        suites = sorted(folder("expectations").glob("*.json"))
    except UsageError:
        return found
    for path in suites:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            suite = json.loads(path.read_text("utf-8"))
            for entry in suite["expectations"]:
                meta = {**entry["meta"], "suite": suite["name"]}
                found.setdefault(meta["check_id"], {**meta, "rules": []})["rules"].append(meta)
    return found


def load_run(data_dir: str | Path, *, failures: bool = False) -> Run:
    """What is known about the run whose data lie in ``data_dir``; ``failures`` also reads ``run.json``."""
    where = Path(data_dir)
    told = _json(where / "catalogue.json")
    whole = _json(where.parent / "run.json") if failures or not told else {}
    told = told or whole
    checks = {**_shipped(), **_mapping(told.get("checks"))}
    return Run(
        checks=checks,
        suites=tuple(_records(told.get("suites"))),
        versions=_mapping(told.get("versions")),
        started=str(told.get("started") or told.get("started_at") or ""),
        failures=tuple(_records(whole.get("failures"))),
        found=bool(told),
    )
