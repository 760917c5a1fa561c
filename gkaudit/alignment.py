"""Which printed row is which row of 表三: labels aligned in order with the statutory rows.

The statutory order is evidence as strong as the words: an alignment of all rows at once tells
``3.其他`` from the column 其他, and reads a mangled label between two sure ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from gkaudit.chars import enumerator, fold
from gkaudit.form import Row, TableForm
from gkaudit.grid import GridRow
from gkaudit.vocabulary import label_hit, row_labels

__all__ = ["SURE", "Match", "align"]

#: A row is taken for another label below this similarity …
ENOUGH = 0.62
#: … and is called a printed variant below this one.
SURE = 0.93
_BY_POSITION = 0.5
#: Share of what is left of a label that is its own, in its order.
_MOST = 0.6
#: A damaged label is told from another row's by at least this much.
_CLEAR = 0.1
#: Scores this near may make no difference in a sum.
_SAME = 0.01


@dataclass(frozen=True, slots=True)
class Match:
    """A printed row and the statutory row it is; ``how`` is exact, alias, similar, position or unknown.

    ``rivalled``: the label is so damaged that it is about as like another row of the form.
    """

    row: GridRow
    name: str
    score: float
    how: str
    rivalled: bool = False


def align(rows: list[GridRow], table: TableForm) -> tuple[list[Match], list[GridRow]]:
    """Matches in printed order, and the rows left over (repeated or unknown ones)."""
    columns = len(table.columns)
    # A row whose label got lost still shows as many numbers as the form has columns.
    candidates = [row for row in rows if row.labels or len(row.tokens) == columns]
    scores = [_scores(row, table) for row in candidates]
    path = _uncrossed(_monotone(scores), scores)
    matches = {i: _match(candidates[i], table.rows[j], scores[i][j]) for i, j in path}
    for i, j in path:
        if matches[i].how == "similar" and _rivalled(scores[i], j, held=_held((i, j), path)):
            matches[i] = replace(matches[i], rivalled=True)
    _make_room(candidates, scores, table, matches)
    taken = {m.name for m in matches.values()}
    _out_of_order(candidates, scores, table, matches, taken)
    _by_position(candidates, table, matches, taken)
    left = [row for i, row in enumerate(candidates) if i not in matches]
    return [matches[i] for i in sorted(matches)], left


def _make_room(rows: list[GridRow], scores: list[list[float]], table: TableForm, matches: dict[int, Match]) -> None:
    """Rows about as like their neighbour on the form are that one where the printed row beside them is like theirs.

    Of two damaged labels, one below the other, the second may be like both and the first, not like enough, like one.
    Where the first is like neither nobody knows which of them the second is.
    """
    names = [row.name for row in table.rows]
    for i, match in sorted(matches.items()):
        if not match.rivalled:
            continue
        for step in (1, -1):
            j, near = names.index(match.name), i - step
            other = j + step
            free = 0 <= near < len(rows) and near not in matches and rows[near].tokens and 0 <= other < len(names)
            if not free or names[other] in {m.name for m in matches.values()}:
                continue
            if scores[i][other] <= scores[i][j] - _CLEAR:
                continue
            if scores[near][j] >= _BY_POSITION and scores[near][j] >= scores[near][other]:
                matches[near] = Match(rows[near], names[j], scores[near][j], "position")
                matches[i] = replace(match, name=names[other], score=min(scores[i][other], 1.0))
            else:
                matches[i] = replace(match, how="unknown")
            break


@dataclass(frozen=True, slots=True)
class _Target:
    """A statutory row as it is compared: folded wordings and its enumerator."""

    labels: tuple[str, ...]
    enumerator: str


@cache
def _targets(table: TableForm) -> tuple[_Target, ...]:
    return tuple(_Target(row_labels(row), enumerator(row.label)) for row in table.rows)


@lru_cache(maxsize=4096)
def _likeness(text: str, table: TableForm) -> tuple[float, ...]:
    """Likeness of a printed label to every statutory row."""
    folded, own = fold(text), enumerator(text)
    return tuple(_similar(folded, own, target) for target in _targets(table))


@lru_cache(maxsize=4096)
def _is_group(folded: str, table: TableForm) -> bool:
    """Whether a label is more like one of a group than ENOUGH."""
    return max(_ratio(folded, group) for group in _groups(table)) >= ENOUGH


@cache
def _groups(table: TableForm) -> frozenset[str]:
    """Folded group labels such as （三）不予公开 that are not rows themselves."""
    return frozenset({fold(r.group) for r in table.rows if r.group} - {fold(r.label) for r in table.rows})


def _own_labels(row: GridRow, table: TableForm) -> list[str]:
    """Labels of a printed row without the group labels to the left of its own, damaged ones included."""
    texts = [cell.text for cell in row.labels]
    groups = _groups(table)
    own = [t for t in texts[:-1] if not _is_group(fold(t), table)]
    own += [t for t in texts[-1:] if fold(t) not in groups]
    return own or texts[-1:]


def _scores(row: GridRow, table: TableForm) -> list[float]:
    """Likeness of a printed row to every statutory row."""
    texts = _own_labels(row, table)
    if not texts:
        return [0.0] * len(table.rows)
    # The rightmost label is the row's own; what stands left of it is a group or its remains.
    weighed = [(text, 0.04 * place) for place, text in enumerate(reversed(texts))]
    if len(texts) > 1:
        weighed.append(("".join(texts), 0.05))
    if len(weighed) == 1:
        return list(_likeness(texts[0], table))
    likeness = [[score - malus for score in _likeness(text, table)] for text, malus in weighed]
    return list(map(max, *likeness))


def _similar(folded: str, own: str, target: _Target) -> float:
    if not folded:
        return 0.0
    score = max(_ratio(folded, label) for label in target.labels)
    # 总计 and 其他 are columns as well, 总计 even of two tables; their enumerator tells.
    if own and target.enumerator:
        score += 0.02 if own == target.enumerator else -0.12
    return min(score, 1.02)


@lru_cache(maxsize=65536)
def _ratio(text: str, label: str) -> float:
    if text == label:
        return 1.0
    shorter = min(len(text), len(label))
    if shorter <= 2:  # noqa: PLR2004
        # Two characters: 总记 for 总计 counts a little, anything else not at all.
        return 0.65 if len(text) == len(label) and sum(map(str.__eq__, text, label)) == 1 else 0.0
    return fuzz.ratio(text, label) / 100


def _plain_order(scores: list[list[float]]) -> list[tuple[int, int]] | None:
    """Each printed row with the statutory row that it is clearly most like; None where that is not in order.

    So it is in nearly every report, and no other pairs can have a greater sum.
    """
    pairs: list[tuple[int, int]] = []
    for i, row in enumerate(scores):
        best = max(row)
        if best < ENOUGH:
            continue
        j = row.index(best)
        if (pairs and j <= pairs[-1][1]) or sum([score > best - _SAME for score in row]) > 1:
            return None
        pairs.append((i, j))
    return pairs


def _monotone(scores: list[list[float]]) -> list[tuple[int, int]]:
    """Pairs (printed, statutory), both increasing, with the greatest sum of scores above ENOUGH."""
    if (plain := _plain_order(scores)) is not None:
        return plain
    height, breadth = len(scores), len(scores[0]) if scores else 0
    best = [[0.0] * (breadth + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        for j in range(breadth - 1, -1, -1):
            take = scores[i][j] - ENOUGH + 0.2 + best[i + 1][j + 1] if scores[i][j] >= ENOUGH else -1.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], take)
    pairs, i, j = [], 0, 0
    while i < height and j < breadth:
        if scores[i][j] >= ENOUGH and best[i][j] == scores[i][j] - ENOUGH + 0.2 + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _uncrossed(path: list[tuple[int, int]], scores: list[list[float]]) -> list[tuple[int, int]]:
    """Neighbouring rows printed in each other's place, told by labels that fit crosswise much better."""
    better = list(path)
    for at, ((i, j), (k, m)) in enumerate(pairwise(path)):
        if better[at] == (i, j) and scores[i][m] + scores[k][j] > scores[i][j] + scores[k][m] + 2 * _CLEAR:
            better[at], better[at + 1] = (i, m), (k, j)
    return better


def _rivalled(scores: list[float], chosen: int, *, held: bool) -> bool:
    """Whether another row of the form is nearly as like; between two sure neighbours it must be more like."""
    rival = max((s for j, s in enumerate(scores) if j != chosen), default=0.0)
    return scores[chosen] < SURE and rival > scores[chosen] - (0 if held else _CLEAR)


def _held(pair: tuple[int, int], path: list[tuple[int, int]]) -> bool:
    """Whether the printed rows before and after are the statutory rows before and after."""
    i, j = pair
    return (i - 1, j - 1) in path and (i + 1, j + 1) in path


def _match(row: GridRow, target: Row, score: float) -> Match:
    texts = {fold(cell.text) for cell in row.labels}
    if fold(target.label) in texts:
        how = "exact"
    elif texts & set(row_labels(target)):
        how = "alias"
    else:
        how = "similar"
    return Match(row, target.name, min(score, 1.0), how)


def _out_of_order(
    rows: list[GridRow], scores: list[list[float]], table: TableForm, matches: dict[int, Match], taken: set[str]
) -> None:
    """A row whose label is unmistakable is accepted wherever it stands."""
    for i, row in enumerate(rows):
        if i in matches or not row.values:
            continue
        score, j = max((s, j) for j, s in enumerate(scores[i]))
        target = table.rows[j]
        if score >= 1 and target.name not in taken and len(fold(target.label)) > 2:  # noqa: PLR2004
            matches[i] = _match(row, target, score)
            taken.add(target.name)


def _by_position(rows: list[GridRow], table: TableForm, matches: dict[int, Match], taken: set[str]) -> None:
    """Unknown rows between two known ones that leave room for exactly as many statutory rows."""
    names = [r.name for r in table.rows]
    known = sorted(matches)
    for before, after in pairwise(known):
        unknown = list(range(before + 1, after))
        room = names[names.index(matches[before].name) + 1 : names.index(matches[after].name)]
        if not unknown or len(unknown) != len(room) or taken & set(room):
            continue
        if all(rows[i].tokens and not _has_own_label(rows[i], table) for i in unknown):
            for i, name in zip(unknown, room, strict=True):
                how = "similar" if _is_torn(rows[i], table.row(name), len(table.columns)) else "position"
                matches[i] = Match(_without_worn_label(rows[i], table), name, _BY_POSITION, how)
                taken.add(name)


def _is_torn(row: GridRow, target: Row, columns: int) -> bool:
    """Whether most of what a recogniser left of a label is of the row of this place, in a true grid with all its cells.

    Printed text that is not the form's says something else; only where it is in doubt itself it may be misread.
    """
    before = (*row.labels, *row.values[:-columns])
    if not row.exact or not before or len(row.values) < columns or before[-1].confidence == 1:
        return False
    left = fold(before[-1].text)
    shared = max(LCSseq.similarity(left, label) for label in row_labels(target))
    # Of a short label (（七）总计) its number and a character may be all that is left.
    numbered = enumerator(before[-1].text) == enumerator(target.label) != ""
    return shared >= max(2, _MOST * len(left)) or (numbered and shared == len(left) > 0)


def _without_worn_label(row: GridRow, table: TableForm) -> GridRow:
    """A row of a true grid without the words before its numbers, if these are as many as the form has columns."""
    first, *others = row.values or (None,)
    worn = first is not None and first.kind == "text" and not any(cell.kind == "text" for cell in others)
    return replace(row, values=tuple(others)) if row.exact and worn and len(others) == len(table.columns) else row


def _has_own_label(row: GridRow, table: TableForm) -> bool:
    """Whether a row carries a label of the form, if not one of this place; the group it is in says nothing."""
    own = [text for text in _own_labels(row, table) if fold(text) not in _groups(table)]
    return any(hit.score == 1 for text in own for hit in label_hit(text))
