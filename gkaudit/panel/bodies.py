"""Which reports are of the same body (机关), whatever way its name is printed.

``岚皎县枫砚镇人民政府``, ``枫砚镇人民政府`` and ``枫砚镇`` are one body as long as only one county of the batch
has a town of that name. Bodies of different counties are never the same; where two of them could be meant,
none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gkaudit.chars import squash
from gkaudit.identity import level_of, regions_of, split_name

__all__ = ["NAMESAKES", "Body", "Name", "bodies_of", "name_of"]

#: Why a report has no body: several counties (or cities) have one of this name and it does not say which.
NAMESAKES = "namesakes"
_TOWNS = ("镇", "乡", "街道")
_GOVERNMENTS = ("县", "市", "省")
_OFFICE = re.compile(r"(?:人民政府|政府)$")
_STREET = re.compile(r"(?:人民政府|政府)?(?:街道办事处|街道办|街道)(?:人民政府|政府)?$")
#: 岚皎枫砚镇: so many characters in front of a town's name may be a county without its 县.
_STEMS = (2, 3, 4)
_COUNTY_SIGN = re.compile(r"(?:自治县|自治旗|林区|特区|新区|县|市|区|旗)$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. ``regions``: from the larger to the smaller, as far as they are known."""

    regions: tuple[str, ...]
    name: str
    #: Whether the body is the government of a county, city or province itself.
    government: bool

    @property
    def county(self) -> str | None:
        """The smallest region in front of the name."""
        return self.regions[-1] if self.regions else None

    @property
    def city(self) -> str | None:
        """The region in front of the county."""
        return self.regions[-2] if len(self.regions) > 1 else None


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a report within a batch; ``key`` is None where nobody can tell (``note`` says why)."""

    key: str | None
    name: Name | None = None
    note: str | None = None
    #: As the batch completes them; None where nobody says.
    county: str | None = None
    city: str | None = None


@lru_cache(maxsize=65536)
def name_of(organ: str | None, county: str | None = None) -> Name | None:
    """Take the printed name apart: ``云州市岚皎县枫砚镇人民政府`` → regions 云州市, 岚皎县 and name 枫砚镇.

    ``county``: what the report says of its county, in the name or elsewhere. None without a name.
    """
    plain = squash(organ or "")
    if not plain:
        return None
    level = level_of(plain)
    if level in _GOVERNMENTS:
        found = regions_of(_OFFICE.sub("", plain))
        if found:
            return Name(tuple(found[:-1]), found[-1], government=True)
        return Name((), _OFFICE.sub("", plain), government=True)
    regions, rest = split_name(plain)
    said = regions_of(squash(county)) or [squash(county)] if county else []
    # What the report says of its county, and the larger regions that only the name has.
    regions = [*regions[: -len(said)], *said] if said else regions
    if level in _TOWNS:
        rest = _STREET.sub("街道", _OFFICE.sub("", rest)) if level == "街道" else _OFFICE.sub("", rest)
    return Name(tuple(regions), rest, government=False)


def bodies_of(names: Sequence[Name | None]) -> list[Body]:
    """The body of each name, all names of a batch (and of a list of bodies) seen together."""
    groups: dict[str, list[int]] = {}
    full = _completed(names)
    for at, name in enumerate(full):
        if name is not None:
            groups.setdefault(name.name, []).append(at)
    found: list[Body] = [Body(None)] * len(full)
    for members in groups.values():
        for at, body in zip(members, _resolved([full[at] for at in members]), strict=True):
            found[at] = body
    return found


def _completed(names: Sequence[Name | None]) -> list[Name | None]:
    """Names whose county stands in front without its 县 (岚皎枫砚镇) take the county another report has."""
    known = {
        (_COUNTY_SIGN.sub("", name.county), name.name): name.regions
        for name in names
        if name is not None and name.county and not name.government
    }
    made: list[Name | None] = []
    for name in names:
        if name is not None and not name.government:
            for size in _STEMS:
                bare = name.name[size:]
                regions = known.get((name.name[:size], bare))
                if regions is not None and name.county in (None, regions[-1]):
                    name = Name(regions, bare, government=False)  # noqa: PLW2901
                    break
        made.append(name)
    return made


def _resolved(names: Sequence[Name | None]) -> Iterable[Body]:
    """Bodies of reports that share a bare name."""
    here = [name for name in names if name is not None]
    counties = {name.county for name in here if name.county is not None}
    cities: dict[str, set[str]] = {}
    for name in here:
        if name.county is not None and name.city is not None:
            cities.setdefault(name.county, set()).add(name.city)
    for name in here:
        county = name.county
        if county is None:
            if len(counties) > 1:
                yield Body(None, name, NAMESAKES)
                continue
            county = next(iter(counties), None)
        several = cities.get(county or "", set())
        if len(several) > 1 and name.city is None:
            yield Body(None, name, NAMESAKES)
            continue
        city = next(iter(several)) if len(several) == 1 else (name.city or "")
        key = "/".join(part for part in (city, county, name.name) if part)
        yield Body(key, name, None, county, city or None)
