"""Sentences made at random from forms that reports use, with the numbers that they state.

Every form puts numbers before or behind their nouns, with any sign between, in brackets or behind 其中, in
figures or in words, and may have shares, comparisons or other clauses around it. What the grammar states
firmly of such a sentence must be among its numbers.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["made"]

Truth: TypeAlias = dict[str, int]
_OUTCOMES = {
    "予以公开": "requests.full_grant.total",
    "部分公开": "requests.partial_grant.total",
    "不予公开": "requests.exempt_all",
    "无法提供": "requests.cannot_provide_all",
    "不予处理": "requests.not_processed_all",
    "其他处理": "requests.other_all",
}
_VERDICTS = (
    {"结果维持": "upheld", "结果纠正": "corrected", "其他结果": "other_outcome", "尚未审结": "pending"},
    {"维持": "upheld", "纠正": "corrected", "其他结果": "other_outcome", "未审结": "pending"},
)
_APPLICANTS = {
    "自然人": "natural_person",
    "商业企业": "business",
    "科研机构": "research",
    "社会公益组织": "public_interest",
    "法律服务机构": "legal_service",
}
_DECISIONS = {"行政许可": "licences", "行政处罚": "penalties", "行政强制": "coercive_measures"}
_OPENINGS = ("", "全年", "2024年，", "2024年度，我镇", "本年度", "一年来，我镇")
_ENDINGS = ("", "", "", "，同比增长20%", "，较2023年减少2件", "，均按时办结", "，办结率100%", "，未收取信息处理费")
_NUMERALS = "零一两三四五六七八九十"


_NEW, _DONE, _LEFT = "requests.received.total", "requests.processed.total", "requests.pending_end.total"
_OLD, _BOTH = "requests.pending_start.total", "requests.received_plus_carried"
_CASES, _SUITS = "remedies.reconsideration.total", "remedies.litigation_all.total"
_ISSUED = "disclosure.normative_documents.issued"
#: Sentences in which some numbers count something else: n = a + b = x + y + z, k is larger, p any number.
_ASIDE: tuple[tuple[str, dict[str, str]], ...] = (
    ("2024年收到政府信息公开申请{n}件，2023年收到{p}件。", {_NEW: "n"}),
    ("收到政府信息公开申请{n}件，较2023年的{p}件有所变化。", {_NEW: "n"}),
    ("全县收到政府信息公开申请{k}件，我镇收到{n}件。", {_NEW: "n"}),
    ("全县各乡镇共收到政府信息公开申请{k}件。", {}),
    ("收到政府信息公开申请{n}件，其中{a}件为上年结转。", {_BOTH: "n", _OLD: "a", _NEW: "b"}),
    ("收到政府信息公开申请{n}件（含上年结转{a}件），办结{n}件。", {_BOTH: "n", _OLD: "a", _DONE: "n", _NEW: "b"}),
    ("收到政府信息公开申请{n}件，内容涉及征地{x}件、低保{y}件、其他{z}件。", {_NEW: "n"}),
    ("收到政府信息公开申请{n}件，已办结{a}件，正在办理{b}件。", {_NEW: "n", _DONE: "a", _LEFT: "b"}),
    ("收到政府信息公开申请{n}件，其中一季度{x}件、二季度{y}件、下半年{z}件。", {_NEW: "n"}),
    ("收到政府信息公开申请{n}件，延期答复{a}件，补正{b}件。", {_NEW: "n"}),
    ("收到申请{n}件，其中政府信息公开申请{a}件，信访事项{b}件。", {_NEW: "a"}),
    ("镇本级收到政府信息公开申请{a}件，所属站所收到{b}件，合计{n}件。", {_NEW: "n"}),
    ("五年来共收到政府信息公开申请{k}件，2024年收到{n}件。", {_NEW: "n"}),
    ("便民服务中心受理各类申请{k}件，办结{n}件。", {}),
    ("公开信息{k}条，其中依申请公开{n}条。", {}),
    ("主动公开文件{k}件，依申请公开文件{n}件，不予公开文件{p}件。", {}),
    ("因政府信息公开引发行政复议{n}件，其中{a}件由县政府受理。", {_CASES: "n"}),
    ("发生行政诉讼{k}件，其中涉及政府信息公开{n}件。", {_SUITS: "n"}),
    ("审查行政规范性文件{k}件，印发{n}件。", {_ISSUED: "n"}),
    ("转发上级规范性文件{k}件，本级制发{n}件。", {_ISSUED: "n"}),
    ("行政处罚立案{k}件，作出行政处罚决定{n}件。", {"disclosure.penalties.decisions": "n"}),
    ("公示行政许可{k}条，行政处罚{n}条。", {}),
)


def _parts(chance: random.Random, names: dict[str, str], total: int) -> list[tuple[str, str, int]]:
    """Some of the names, with numbers that add up to the total."""
    chosen = chance.sample(list(names), chance.randint(1, min(4, len(names))))
    counts = [0] * len(chosen)
    for _ in range(total):
        counts[chance.randrange(len(chosen))] += 1
    return [(name, names[name], count) for name, count in zip(chosen, counts, strict=True)]


def _listed(chance: random.Random, parts: list[tuple[str, str, int]], *, first: bool) -> str:
    """``first``: each number stands before its noun."""
    sign = chance.choice("、，；")
    items = [f"{count}件{name}" if first else f"{name}{count}件" for name, _, count in parts]
    if sign == "、" and len(items) > 1 and chance.random() < 0.3:
        return "、".join(items[:-1]) + chance.choice(["和", "以及"]) + items[-1]
    return sign.join(items)


def _requests(chance: random.Random) -> tuple[str, Truth]:
    verb, row = chance.choice(
        [("收到", "received"), ("受理", "received"), ("答复", "processed"), ("办结", "processed")]
    )
    total = chance.randint(1, 30)
    parts = _parts(chance, _OUTCOMES, total)
    listed = _listed(chance, parts, first=chance.random() < 0.5)
    body = chance.choice(["，其中{}", "（{}）", "（其中{}）", "。其中，{}", "，按办理结果分：{}", "，{}"]).format(
        listed
    )
    truth = {f"requests.{row}.total": total} | {measure: count for _, measure, count in parts}
    return f"共{verb}政府信息公开申请{total}件{body}。", truth


def _applicants(chance: random.Random) -> tuple[str, Truth]:
    total = chance.randint(1, 30)
    parts = _parts(chance, _APPLICANTS, total)
    body = chance.choice(["，其中{}", "（{}）", "，按申请人类型分，{}"]).format(_listed(chance, parts, first=False))
    truth = {"requests.received.total": total} | {f"requests.received.{column}": n for _, column, n in parts}
    return f"收到政府信息公开申请{total}件{body}。", truth


def _flow(chance: random.Random) -> tuple[str, Truth]:
    received, before, after = chance.randint(4, 30), chance.randint(0, 4), chance.randint(0, 3)
    done = received + before - after
    said = [
        chance.choice(["收到", "新收", "受理"]) + f"政府信息公开申请{received}件",
        chance.choice(["上年结转", "上年度结转", "2023年结转"]) + f"{before}件",
        chance.choice(["办结", "共办结", "答复", "已答复"]) + f"{done}件",
        chance.choice(["结转下年度{}件", "结转至2025年{}件", "{}件结转下年度继续办理"]).format(after),
    ]
    rows = {"received": received, "pending_start": before, "processed": done, "pending_end": after}
    truth = {f"requests.{row}.total": n for row, n in rows.items()}
    return chance.choice("，，；").join(said) + "。", truth | {"requests.received_plus_carried": received + before}


def _remedies(chance: random.Random) -> tuple[str, Truth]:
    row, name = chance.choice([("reconsideration", "行政复议"), ("litigation_all", "行政诉讼")])
    total = chance.randint(1, 30)
    parts = _parts(chance, chance.choice(_VERDICTS), total)
    listed = _listed(chance, parts, first=chance.random() < 0.5)
    body = chance.choice(["，其中{}", "（{}）", "：{}"]).format(listed)
    truth = {f"remedies.{row}.total": total} | {f"remedies.{row}.{column}": n for _, column, n in parts}
    return f"因政府信息公开{chance.choice(['引发', '引起', '产生'])}{name}{total}件{body}。", truth


def _both(chance: random.Random) -> tuple[str, Truth]:
    one, other, unit = chance.randint(0, 5), chance.randint(0, 5), chance.choice("件起")
    named = [("行政复议", one), ("行政诉讼", other)]
    first = chance.random() < 0.5
    said = [f"{n}{unit}{name}" if first else f"{name}{n}{unit}" for name, n in named]
    truth = {"remedies.reconsideration.total": one, "remedies.litigation_all.total": other}
    return f"因政府信息公开引发{chance.choice('、，和').join(said)}。", truth


def _decisions(chance: random.Random) -> tuple[str, Truth]:
    parts = [(name, row, chance.randint(0, 60)) for name, row in _DECISIONS.items()]
    chance.shuffle(parts)
    parts = parts[: chance.randint(1, 3)]
    listed = _listed(chance, parts, first=chance.random() < 0.4)
    truth = {f"disclosure.{row}.decisions": n for _, row, n in parts}
    return f"{chance.choice(['作出', '共作出', '办理', '实施'])}{listed}。", truth


def _beside(chance: random.Random) -> tuple[str, Truth]:
    """Requests beside numbers that are none."""
    received, other = chance.randint(0, 9), chance.randint(10, 400)
    noise = chance.choice(
        ["办理12345热线工单{}件", "回复群众留言{}条", "办结信访事项{}件", "县长信箱转办{}件", "发布信息{}条"]
    )
    own = chance.choice(["收到政府信息公开申请{}件", "依法受理政府信息公开申请{}件", "接收依申请公开{}件"])
    said = [noise.format(other), own.format(received)]
    chance.shuffle(said)
    return chance.choice("，；、。").join(said) + "。", {"requests.received.total": received}


def _aside(chance: random.Random) -> tuple[str, Truth]:
    x, y, z = (chance.randint(1, 9) for _ in range(3))
    numbers = {"x": x, "y": y, "z": z, "n": x + y + z, "a": x, "b": y + z}
    numbers |= {"k": chance.randint(40, 400), "p": chance.randint(0, 30)}
    text, truth = chance.choice(_ASIDE)
    return text.format(**numbers), {measure: numbers[letter] for measure, letter in truth.items()}


_FORMS: tuple[Callable[[random.Random], tuple[str, Truth]], ...] = (
    *(_requests, _applicants, _flow, _remedies, _both, _decisions, _beside, _aside, _aside),
)


def _dressed(chance: random.Random, text: str) -> str:
    """Some numbers in words, with blanks, or with a share or a comparison behind them; a clause at the end."""

    def number(found: re.Match[str]) -> str:
        count, unit = int(found[1]), found[2]
        shown, trick = found[0], chance.random()
        if trick < 0.1 and 0 < count <= 10:
            shown = f"{_NUMERALS[count]}{unit}"
        elif trick < 0.2:
            shown = f" {count} {unit}"
        aside = chance.choice(["（占12%）", "（较上年增加3件）", "（上年为9件）"]) if chance.random() < 0.1 else ""
        return shown + aside

    return re.sub(r"(?<!\d)(\d{1,3})(件|起)", number, text)[:-1] + chance.choice(_ENDINGS) + "。"


def made(seed: int) -> tuple[str, Truth]:
    """A sentence and the numbers it states, by measure."""
    chance = random.Random(seed)
    form = chance.choice(_FORMS)
    text, truth = form(chance)
    if form is not _aside:
        text = chance.choice(_OPENINGS) + text
    return (_dressed(chance, text) if form is not _aside and chance.random() < 0.5 else text), truth
