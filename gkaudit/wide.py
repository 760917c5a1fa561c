"""The wide frame, one row a report: what Great Expectations validates. It is derived, never stored."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from gkaudit.chars import IN_OLD_FORMS, NEW_FORMS, OLD_FORMS
from gkaudit.form import all_keys
from gkaudit.frames import CLAIM, TEXTS
from gkaudit.prose import LEFTOVERS, SPACE

__all__ = ["widened"]

#: A print that says no more than its number.
_PLAIN = r"^\s*\d+\s*$"


def widened(
    reports: pl.DataFrame,
    cells: pl.DataFrame,
    prose: pl.DataFrame | None = None,
    claims: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row a report, for validation.

    Columns: those of ``reports``; ``text`` (the prose as printed, in one string) and :data:`gkaudit.frames.TEXTS`
    (null where the report has no passage there); ``claims`` (a list of :data:`gkaudit.frames.CLAIM`, in the order
    of the text, empty where nothing is stated); for every key of both editions ``<key>`` (Float64,
    null where no number is known), ``<key>|state`` (null where the cell is not on the report's form)
    and ``<key>|raw`` (the print, only where it is not a plain number). What looks across reports is
    added by :func:`gkaudit.panel.links.linked`.

    Raises nothing; cells with unknown keys are left out.
    """
    base = reports.select("report_id")
    return reports.hstack([*_numbers(base, cells), *_texts(base, prose), _claims(base, claims)])


def _numbers(base: pl.DataFrame, cells: pl.DataFrame) -> Iterator[pl.Series]:
    """The three columns of each key, in the order of ``base``.

    The reports stand below each other once for every key, so that one join fills all columns.
    """
    keys, size = all_keys(), base.height
    places = pl.DataFrame({"key": keys}, schema={"key": pl.String}).join(base, how="cross", maintain_order="left_right")
    odd = pl.when(~pl.col("raw").str.contains(_PLAIN)).then(pl.col("raw"))
    said = cells.select("report_id", pl.col("key").cast(pl.String), pl.col("value").cast(pl.Float64), "state", odd)
    whole = places.join(said, on=["key", "report_id"], how="left", maintain_order="left", validate="1:1")
    for at, key in enumerate(keys):
        part = whole.slice(at * size, size)
        yield part.get_column("value").alias(key)
        yield part.get_column("state").alias(f"{key}|state")
        yield part.get_column("raw").alias(f"{key}|raw")


def _texts(base: pl.DataFrame, prose: pl.DataFrame | None) -> list[pl.Series]:
    """Columns ``text`` and :data:`gkaudit.frames.TEXTS`, in the order of ``base``."""
    if prose is None:
        return [pl.Series(name, [None] * base.height, dtype=pl.String) for name in ("text", *TEXTS)]
    ordered = prose.sort("report_id", "order").with_columns(pl.col("text").fill_null(""))
    body = ordered.filter(pl.col("kind") != "heading").select("report_id", "section", plain=_plain())
    if (old := body.get_column("plain").str.contains(IN_OLD_FORMS)).any():
        newer = pl.col("plain").str.replace_many(list(OLD_FORMS), list(NEW_FORMS))
        body = body.with_columns(plain=pl.when(old).then(newer).otherwise("plain"))
    parts: dict[str, pl.DataFrame] = {"text": ordered.select("report_id", pl.col("text").alias("plain"))}
    parts |= {name: body.filter(pl.col("section") == name.removeprefix("text.")) for name in TEXTS}
    columns = []
    for name, part in parts.items():
        joined = part.group_by("report_id").agg(pl.col("plain").str.join("\n").alias(name))
        columns.append(base.join(joined, on="report_id", how="left", maintain_order="left").get_column(name))
    return columns


def _plain() -> pl.Expr:
    """The text as :func:`gkaudit.prose.plain` makes it, but for old forms of characters, which hardly any has."""
    return pl.col("text").str.replace_all(LEFTOVERS, "").str.normalize("NFKC").str.replace_all(SPACE, "")


def _claims(base: pl.DataFrame, claims: pl.DataFrame | None) -> pl.Series:
    """Column ``claims``, in the order of ``base``."""
    kind = pl.List(pl.Struct(CLAIM))
    if claims is None or claims.is_empty():
        return pl.Series("claims", [[]] * base.height, dtype=kind)
    made = pl.struct(pl.col(name).cast(dtype) for name, dtype in CLAIM.items())
    listed = claims.sort("report_id", "order").group_by("report_id").agg(made.alias("claims"))
    joined = base.join(listed, on="report_id", how="left", maintain_order="left")
    return joined.select(pl.col("claims").fill_null(pl.lit([], dtype=kind))).to_series()
