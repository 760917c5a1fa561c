"""Sentences that tell the numbers of the tables, in many wordings: what is true of a report, and nothing else."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random

Values = Mapping[str, Decimal]

NONE = (
    "本年度未收到政府信息公开申请。",
    "全年没有接到公民、法人和其他组织提出的政府信息公开申请。",
    "{year}年共受理政府信息公开申请0件。",
    "{town}未收到要求公开政府信息的申请。",
    "本年度依申请公开事项为零件。",
)
RECEIVED = (
    "本年度收到政府信息公开申请{n}件",
    "{year}年，共收到政府信息公开申请{n}件",
    "全年新收政府信息公开申请{n}件",
    "本年度共受理依申请公开{n}件",
    "{town}全年接到政府信息公开申请共{n}件",
)
BEFORE = ("上年结转{n}件", "上年度结转{n}件", "另有上年结转{n}件")
DONE = ("共办结{n}件", "答复{n}件", "全年办结{n}件", "已答复{n}件")
LATER = ("结转下年度{n}件", "结转下年度继续办理{n}件", "结转至{next}年办理{n}件")
#: Groups of outcomes as the prose names them, and their rows.
OUTCOMES = {
    "予以公开": ("full_grant",),
    "部分公开": ("partial_grant",),
    "不予公开": (
        "exempt_state_secret",
        "exempt_other_law",
        "exempt_safety_stability",
        "exempt_third_party",
        "exempt_internal_affairs",
        "exempt_process_info",
        "exempt_enforcement_file",
        "exempt_admin_query",
    ),
    "无法提供": ("no_records", "not_compiled", "not_described"),
    "不予处理": ("improper_petition", "duplicate", "published_material", "excessive", "reconfirm"),
    "其他处理": ("lapsed_uncorrected", "fee_unpaid", "other"),
}
NO_CASES = (
    "全年未发生因政府信息公开引起的行政复议、行政诉讼。",
    "本年度没有发生政府信息公开行政复议和行政诉讼案件。",
    "{year}年未被申请行政复议，未被提起行政诉讼。",
    "因政府信息公开被申请行政复议0件，行政诉讼0件。",
)
CASES = (
    "因政府信息公开被申请行政复议{r}件，被提起行政诉讼{s}件。",
    "本年度发生政府信息公开行政复议{r}件、行政诉讼{s}件。",
    "{year}年因政府信息公开引发行政复议{r}件、行政诉讼{s}件。",
)
CORRECTED = (
    "对被复议、诉讼纠正的案件逐件分析了原因，主要是答复引用条款不准，今后答复须经司法所审核。",
    "复议诉讼中被纠正的答复暴露出程序不规范的问题，下一步将统一答复文本。",
)


def _whole(values: Values, *rows: str) -> Decimal:
    return sum((values.get(f"requests.{row}.total", Decimal(0)) for row in rows), Decimal(0))


def requests(rng: Random, values: Values, year: int, town: str) -> str:
    """What the prose says of requests: received, carried over, answered with what outcome, carried on."""
    received, before = _whole(values, "received"), _whole(values, "pending_start")
    done, later = _whole(values, "processed"), _whole(values, "pending_end")
    own = {"year": year, "next": year + 1, "town": town}
    if not received + before + done + later:
        return rng.choice(NONE).format(**own)
    parts = [rng.choice(RECEIVED).format(n=received, **own)]
    if before or rng.random() < 0.2:
        parts.append(rng.choice(BEFORE).format(n=before))
    parts.append(rng.choice(DONE).format(n=done))
    told = {name: _whole(values, *rows) for name, rows in OUTCOMES.items()}
    shown = [f"{name}{n}件" for name, n in told.items() if n]
    if shown and sum(told.values()) == done:
        parts[-1] += f"，其中{'、'.join(shown)}"
    if later or rng.random() < 0.2:
        parts.append(rng.choice(LATER).format(n=later, **own))
    return "，".join(parts) + "。"


def remedies(rng: Random, values: Values, year: int) -> str:
    """What the prose says of reconsiderations and suits."""
    first = values["remedies.reconsideration.total"]
    suits = values["remedies.litigation_direct.total"] + values["remedies.litigation_after_reconsideration.total"]
    said = rng.choice(CASES if first or suits else NO_CASES)
    return said.format(r=first, s=suits, year=year)


def analysed(rng: Random, values: Values) -> str:
    """A sentence of section five on cases in which the body was corrected; empty where there are none."""
    groups = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    lost = any(values[f"remedies.{group}.corrected"] for group in groups)
    return rng.choice(CORRECTED) if lost else ""
