"""What the last run found, and what each report was judged by: what is unchanged is not worded or studied again.

The rows lie in the tables under ``data/``; kept here (``judged.json``) are hashes of everything that decides
about them, and the codes of rules that judge each report by itself (``codes.parquet``). Rules that look across
reports are computed on the whole batch in every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import polars as pl

from gkaudit import frames
from gkaudit.files import replacing, write_text
from gkaudit.gx.codes import codes_of
from gkaudit.gx.results import Results
from gkaudit.hashing import hash_of
from gkaudit.panel.links import LINKS
from gkaudit.store.pages import digest, file_digest

__all__ = ["Judged", "Unchanged"]

#: Tables with rows that are taken over, and what they are kept by.
_FINDINGS, _LEADS = ("findings",), ("leads", "implied")
_PRIOR = "prior.row"
#: Tables that decide about leads and implied values.
_STUDIED = ("reports", "cells", "claims")


@dataclass(frozen=True)
class Unchanged:
    """Reports whose findings, or leads and implied values, stay as they are; nothing does without an earlier run."""

    findings: frozenset[str] = frozenset()
    leads: frozenset[str] = frozenset()
    #: Reports of the batch in its order, and the folder of the tables.
    order: tuple[str, ...] = ()
    data: Path = Path()

    def completed(self, table: str, made: pl.DataFrame) -> pl.DataFrame:
        """Rows made now with those that stay, in the order of the batch."""
        same = self.findings if table in _FINDINGS else self.leads
        if not same:
            return made
        kept = frames.read(self.data / f"{table}.parquet").filter(pl.col("report_id").is_in(list(same)))
        places = {report_id: at for at, report_id in enumerate(self.order)}
        at = pl.col("report_id").replace_strict(places, return_dtype=pl.UInt32).alias("_at")
        whole = pl.concat([made, kept.select(made.columns)])
        return whole.with_columns(at).sort("_at", maintain_order=True).drop("_at")


class Judged:
    """What is known of the findings, leads and implied values of an output folder.

    ``given``: a hash of the program, the suites and whatever else decides besides the reports. It is read at
    once, before the run that asks touches the folder.
    """

    def __init__(self, out: Path, given: str, *, forget: bool = False) -> None:
        self._out, self._given = out, given
        self._file = out / ".gkaudit" / "judged.json"
        self._codes = out / ".gkaudit" / "codes.parquet"
        self._known = {} if forget else self._read()
        self._own: dict[str, str] = {}
        self._studied: dict[str, str] = {}
        self._keys: dict[str, dict[str, str]] = {}
        self._made: pl.DataFrame | None = None

    def look(self, tables: frames.Tables) -> None:
        """Take note of some reports of the batch; of all of them before anything else is asked."""
        ids = tables.reports.get_column("report_id")
        made = {name: digest({name: table}, ids, self._given) for name, table in tables._asdict().items()}
        for i in ids:
            self._own[i] = hash_of(made[name][i] for name in tables._fields)
            self._studied[i] = hash_of(made[name][i] for name in _STUDIED)

    @property
    def prints(self) -> dict[str, str]:
        """By report a hash of what was read of it and of what judges it."""
        return self._own

    def same(self) -> list[str]:
        """The reports that are what they were in the last run."""
        known = self._known.get("own", {})
        return [i for i, key in self._own.items() if known.get(i) == key]

    def codes(self) -> pl.DataFrame | None:
        """Codes of the reports that are what they were (:mod:`gkaudit.gx.codes`)."""
        same = self.same()
        if not same:
            return None
        return frames.read(self._codes).filter(pl.col("report_id").is_in(same))

    def compare(self, results: Results, verdicts: pl.DataFrame) -> Unchanged:
        """Find out which reports are judged by just what they were judged by before."""
        self._keys = _keys(results, verdicts, self._own, self._studied, self._given)
        self._made = codes_of(results)
        same = {
            kind: frozenset(i for i, key in keys.items() if self._known.get(kind, {}).get(i) == key)
            for kind, keys in self._keys.items()
        }
        order = tuple(results.wide.get_column("report_id"))
        return Unchanged(same["findings"], same["leads"], order, self._out / "data")

    def keep(self, made: Mapping[str, pl.DataFrame]) -> None:
        """Note what was judged by what; ``made`` are the tables as they are in memory, and they are written.

        Where they were written otherwise, with something covered, they are made anew the next time.
        """
        noted: dict[str, Any] = {"given": self._given, "files": self._seals()}
        for kind, names in (("findings", _FINDINGS), ("leads", _LEADS)):
            covered = {i for name in names for i in _covered(made[name])}
            noted[kind] = {i: key for i, key in self._keys.get(kind, {}).items() if i not in covered}
        noted["own"] = {} if self._made is None else self._own
        if self._made is not None:
            with replacing(self._codes) as partial:
                self._made.write_parquet(partial)
        noted["codes"] = file_digest(self._codes)
        write_text(json.dumps(noted, ensure_ascii=False) + "\n", self._file)

    def _read(self) -> dict[str, Any]:
        try:
            noted: dict[str, Any] = json.loads(self._file.read_text("utf-8"))
            same = noted["given"] == self._given and noted["files"] == self._seals()
            same = same and noted["codes"] == file_digest(self._codes)
            return noted if same and all(isinstance(noted[kind], dict) for kind in ("findings", "leads", "own")) else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}

    def _seals(self) -> dict[str, str]:
        return {name: file_digest(self._table(name)) for name in (*_FINDINGS, *_LEADS)}

    def _table(self, name: str) -> Path:
        return self._out / "data" / f"{name}.parquet"


def _keys(
    results: Results, verdicts: pl.DataFrame, own: Mapping[str, str], studied: Mapping[str, str], given: str
) -> dict[str, dict[str, str]]:
    """By table and report a hash of what decides."""
    ids = results.wide.get_column("report_id").to_list()
    outcomes = digest({"outcomes": verdicts.select("report_id", "check_id", "outcome")}, ids, given)
    problems = results.problems()
    links = [name for name in LINKS if name in results.wide.columns and not name.endswith(".row")]
    wrong = digest(
        {"problems": problems.select("report_id", "entry", "line"), "links": results.wide.select("report_id", *links)},
        ids,
        given,
    )
    around = _around(results)
    prior = _earlier(results.wide, ids)
    return {
        "findings": {
            i: hash_of((own[i], wrong[i], own.get(before or "", ""), *around.get(i, ())))
            for i, before in zip(ids, prior, strict=True)
        },
        "leads": {i: hash_of((studied[i], outcomes[i])) for i in ids},
    }


def _around(results: Results) -> dict[str, list[str]]:
    """By report what was measured where a rule looks at others: that, and nothing else of them, is told of them."""
    entries = [entry.index for entry in results.entries if entry.rule.around]
    asked = results.problems().filter(pl.col("entry").is_in(entries)).select("report", "entry", "line")
    found: dict[str, list[str]] = {}
    for at, lines in groupby(asked.iter_rows(), key=itemgetter(0)):
        row = results.row(at)
        found[row["report_id"]] = [repr(results.measure(entry, line, row)) for _, entry, line in lines]
    return found


def _earlier(wide: pl.DataFrame, ids: list[str]) -> list[str | None]:
    """The report of the year before of each report."""
    if _PRIOR not in wide.columns:
        return [None] * len(ids)
    return [None if at is None else ids[at] for at in wide.get_column(_PRIOR).to_list()]


def _covered(table: pl.DataFrame) -> Iterable[str]:
    """Reports with something in a table that is covered where it is written."""
    shown = frames.shown(table)
    changed = [name for name in table.columns if not shown.get_column(name).equals(table.get_column(name))]
    if not changed:
        return ()
    differs = pl.any_horizontal([pl.col(f"{name}_").ne_missing(pl.col(name)) for name in changed])
    both = table.hstack([shown.get_column(name).alias(f"{name}_") for name in changed])
    found: list[str] = both.filter(differs).get_column("report_id").to_list()
    return found
