"""All explanations of a very small table, found by trying every table that adds up."""

from dataclasses import dataclass
from itertools import product

from gkaudit.editing.acts import acts
from gkaudit.editing.explanation import _digits
from gkaudit.editing.settings import cost
from gkaudit.editing.symmetry import layout_of


@dataclass(frozen=True)
class Cover:
    """The cheapest acts that turn the table as read into another one."""

    cost: float
    acts: frozenset


def _able(act, change):
    """Changed cells that the act may account for, as sets; ``change`` is key → amount."""
    if act.shift:
        return [frozenset(k for k, _ in act.shift)] if all(change.get(k) == by for k, by in act.shift) else []
    if act.joint:
        amounts = {change.get(k, 0) for k in act.joint}
        return [frozenset(act.joint)] if len(amounts) == 1 and amounts != {0} else []
    hit = frozenset(k for k in act.free if k in change)
    return [hit] if hit else []


def cover(problem, possible, new):
    """The cheapest cover of the change to ``new``; None where no acts make it."""
    change = {k: v - problem.start[k] for k, v in new.items() if v != problem.start[k]}
    parts = [(at, cells) for at, act in enumerate(possible) for cells in _able(act, change)]
    best = {frozenset(): (0.0, frozenset())}
    for key in change:
        grown = {}
        for done, (price, used) in best.items():
            if key in done:
                grown[done] = min(grown.get(done, (9e9, frozenset())), (price, used), key=lambda x: x[0])
                continue
            for at, cells in parts:
                if key in cells and not cells & done and not _touched(possible, used, possible[at]):
                    total = (price + _price(problem, possible[at], new), used | {at})
                    grown[done | cells] = min(grown.get(done | cells, (9e9, frozenset())), total, key=lambda x: x[0])
        best = grown
    if not best:
        return None
    price, used = min(best.values(), key=lambda x: x[0])
    price += sum(s.cost for s in problem.statements if not s.holds(new))
    return Cover(round(price, 6), used)


def _touched(possible, used, act):
    return any(set(possible[at].keys) & set(act.keys) for at in used)


def _price(problem, act, new):
    key = act.keys[0]
    old = problem.readings[key].value
    digits = act.kind == "cell" and old and new[key] and _digits(str(old), str(new[key]))
    return act.cost - (cost("digits", "discount") if digits else 0.0)


def explanations(problem, inner, most):
    """Every table that adds up, by the changes it takes, with its cheapest cover; minimal ones only.

    ``inner`` are the cells that decide all others; each runs from 0 to ``most``.
    """
    layout = layout_of(problem, reduce=False)
    wrong = {key for e in problem.open for key in e.keys}
    wrong |= {key for s in problem.statements if not s.holds(problem.start) for key in s.keys}
    possible = [act for act in acts(problem, layout) if wrong & set(act.keys)]
    found = {}
    for numbers in product(range(most + 1), repeat=len(inner)):
        new = completed(dict(zip(inner, numbers, strict=True)))
        covered = cover(problem, possible, new)
        if covered is not None and covered.acts:
            repair = frozenset((k, v - problem.start[k]) for k, v in new.items() if v != problem.start[k])
            found[repair] = covered
    sets = {c.acts for c in found.values()}
    return {repair: c for repair, c in found.items() if not any(other < c.acts for other in sets)}


def completed(inner):
    """Two results by two applicants with their totals."""
    new = dict(inner)
    for column in ("natural_person", "business"):
        new[f"requests.processed.{column}"] = sum(inner[f"requests.{r}.{column}"] for r in ("full_grant", "no_records"))
    for row in ("full_grant", "no_records", "processed"):
        new[f"requests.{row}.total"] = sum(new[f"requests.{row}.{c}"] for c in ("natural_person", "business"))
    return new
