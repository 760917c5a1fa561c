"""分别: 行政许可、行政处罚分别为15件、3件 said one by one, so that the rest of the grammar need not know."""

from __future__ import annotations

from collections.abc import Sequence

from gkaudit.narrative.tokens import Token

__all__ = ["spread"]

_NAMES = (
    "subject",
    "outcome",
    "outcome_soft",
    "applicant",
    "channel",
    "verdict",
    "verdict_soft",
    "proposal",
    "request",
)
_ACTS = ("issue", "repeal", "in_force")
_JOINS = ("、", "filler", "sum", "approx")
_ENDS = (",", ";", "(", ")")
_WORDS = ("分别", "分别为", "分别是", "各为")
_FEW = 2
#: So many words before 分别 may belong to it.
_REACH = 40


def spread(tokens: list[Token]) -> list[Token]:
    """The tokens with every 分别 resolved where there are as many numbers as names."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.kind == "opener" and token.text in _WORDS:
            numbers, end = _numbers(tokens, at + 1)
            begin, names = _names(found)
            if len(names) == len(numbers) >= _FEW:
                found[begin:] = _paired(found[begin:], names, numbers)
                at = end
                continue
            acts = [i for i, t in enumerate(found[begin:]) if t.kind in _ACTS]
            if len(names) < _FEW <= len(acts) == len(numbers):
                # 制发、废止、现行有效的规范性文件分别为1件、2件、3件
                found[begin:] = _paired(found[begin:], acts, numbers)
                at = end
                continue
            if max(len(names), len(acts)) >= _FEW and numbers:
                # As many numbers as names are needed; others say nothing that can be told apart.
                found += [t._replace(kind="text", number=None) if t.kind == "number" else t for t in tokens[at:end]]
                at = end
                continue
        found.append(token)
        at += 1
    return found


def _numbers(tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """Numbers that follow each other, and the place behind the last of them."""
    numbers: list[Token] = []
    end = at
    for index in range(at, len(tokens)):
        if tokens[index].kind == "number":
            numbers.append(tokens[index])
            end = index + 1
        elif tokens[index].kind not in _JOINS:
            break
    return numbers, end


def _names(found: Sequence[Token]) -> tuple[int, list[int]]:
    """Where the names before 分别 begin, and the places of their words, counted from there."""
    begin = len(found)
    while begin > max(0, len(found) - _REACH) and found[begin - 1].kind not in (*_ENDS, "number"):
        begin -= 1
    return begin, [i for i, t in enumerate(found[begin:]) if t.kind in _NAMES]


def _paired(words: Sequence[Token], names: Sequence[int], numbers: Sequence[Token]) -> list[Token]:
    """Words before the names, then name and number in turn; the words behind the last name go with each."""
    tail = [t for t in words[names[-1] + 1 :] if t.kind not in _JOINS]
    made = list(words[: names[0]])
    for count, (name, number) in enumerate(zip(names, numbers, strict=True)):
        if count:
            made.append(Token("、", "", "、", number.start, number.start))
        made += [words[name], *tail, number]
    return made
