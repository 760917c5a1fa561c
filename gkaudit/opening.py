"""A finished run as an Audit again: its folder is opened, and the large tables are read when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path, PurePath
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.auditing import Audit, Failure
from gkaudit.errors import SuiteError, UsageError
from gkaudit.gx.profiles import DEFAULT, chosen, load_profile
from gkaudit.gx.suites import Suite, load_suites
from gkaudit.resources import folder

__all__ = ["OpenedAudit", "load"]


class _Lazy:
    """Tables in ``<out>/data``, each read when it is asked for."""

    out: Path

    def __getattr__(self, name: str) -> pl.DataFrame:
        """A table that was not read yet."""
        if "out" not in self.__dict__ or not isinstance(getattr(frames, name.upper(), None), dict):
            raise AttributeError(name)
        found = _scan(self.out, name).collect()
        self.__dict__[name] = found
        return found


class _Folder(_Lazy):
    """What was read, as it lies in a folder: the reports at once, the large tables when they are asked for."""

    cells: pl.DataFrame
    sections: pl.DataFrame
    claims: pl.DataFrame

    def __init__(self, out: Path) -> None:
        self.out = out
        self.reports = _scan(out, "reports").collect()

    def chunks(self, wanted: Collection[str] | None = None) -> Iterator[frames.Tables]:  # noqa: ARG002 - as Batch has it
        yield frames.Tables(self.reports, self.cells, self.sections, self.claims)

    def pieces(self, name: str) -> Iterator[pl.DataFrame]:
        yield getattr(self, name)


class OpenedAudit(_Lazy, Audit):
    """An audit whose frames lie in ``<out>/data``; ``out`` is the folder of the run, ``facts`` its manifest.

    ``suites`` are the rules of the run where they are at hand; else they are loaded from ``expectations``.
    """

    def __init__(
        self,
        out: Path,
        facts: dict[str, Any],
        *,
        expectations: Path | None = None,
        suites: tuple[Suite, ...] | None = None,
    ) -> None:
        failures = [f for f in facts.get("failures", ()) if isinstance(f, dict) and f.get("stage") == "read"]
        # The class is frozen, and what is not read now must not be there yet.
        self.__dict__.update(
            out=out,
            _expectations=expectations,
            failures=tuple(Failure(str(f.get("name")), str(f.get("reason"))) for f in failures),
            lang=str(facts.get("lang") or "zh"),
            profile=str(facts.get("profile") or DEFAULT),
            timings={},
            batch=_Folder(out),
            findings=_scan(out, "findings").collect(),
            **({} if suites is None else {"suites": suites}),
        )

    @cached_property
    def suites(self) -> tuple[Suite, ...]:
        """The rules of the run; none where they cannot be had: the results can be looked at without them."""
        try:
            place = self.__dict__["_expectations"] or folder("expectations")
            loaded = load_suites(place)
        except (SuiteError, UsageError):
            return ()
        try:
            # A profile that was a file of its own is known by its name only.
            return chosen(loaded, load_profile(PurePath(self.profile).stem, place))
        except (SuiteError, UsageError):
            return loaded

    def part(self, name: str, *report_ids: str) -> pl.DataFrame:
        """The rows of some reports, without reading the whole table."""
        if name in self.__dict__ or name in self.batch.__dict__:
            return super().part(name, *report_ids)
        return _scan(self.out, name).filter(pl.col("report_id").is_in(list(report_ids))).collect()


def load(out: str | Path = "audit_out", *, expectations: str | Path | None = None) -> OpenedAudit:
    """Open the folder of a finished run.

    ``expectations`` is the folder of suites that the run used, where it was another than the usual one.
    Raises UsageError where the folder has no results.
    """
    where = Path(out)
    if not (where / "data" / "reports.parquet").is_file():
        raise UsageError(f"{where} 里没有核查结果；请先运行 gkaudit run，或指明结果文件夹")
    chosen = folder("expectations", expectations) if expectations is not None else None
    return OpenedAudit(where, _manifest(where), expectations=chosen)


def _manifest(out: Path) -> dict[str, Any]:
    try:
        found = json.loads((out / "run.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _scan(out: Path, name: str) -> pl.LazyFrame:
    """A table of the run, with every column of this version: a run of an earlier one lacks the newest."""
    path = out / "data" / f"{name}.parquet"
    schema: dict[str, Any] = getattr(frames, name.upper())
    if not path.is_file():
        return pl.LazyFrame(schema=schema)
    found = pl.scan_parquet(path)
    lacking = set(schema).difference(found.collect_schema().names())
    return found.with_columns(
        pl.lit(None, dtype=schema[column]).alias(column) for column in schema if column in lacking
    )
