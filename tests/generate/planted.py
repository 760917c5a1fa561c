"""Clean reports in many shapes, and reports with one planted error and the checks that it must trigger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import polars as pl

from gkaudit.auditing import Audit

from .assemble import make
from .model import Generated

LAYOUTS = ("cells", "grid", "pipes")
#: Seeds of other tries for one report are so far apart.
_APART = 1_000_000
_SIGNS = "岚皎澄岫洛霁砚桐沅槐汀苇昀溪棠梓榆柏桦栎"


def _own_place(made: Generated, seed: int) -> str:
    """The text with a county of its own: bodies of different reports have nothing to do with each other."""
    first, second, third = (_SIGNS[(seed // 20**n) % 20] for n in range(3))
    county = f"{first}{second}{third}县"
    return made.text.replace(made.county, county)


def _plausible(made: Generated) -> bool:
    """Cases come from requests: a report with cases and without any request is one to ask about (CON-04)."""
    cases = any(n for key, n in made.values.items() if key.startswith("remedies."))
    return not cases or bool(_said(made, "received") + _said(made, "pending_start"))


def _contact(text: str, county: str) -> str:
    line = f"电子版可在{county}人民政府网站（www.example.gov.cn）查阅，联系电话：0999-8123456。"
    return text.replace("本报告所列数据", f"{line}\n本报告所列数据", 1)


@dataclass(frozen=True, slots=True)
class Clean:
    """A report without any error; ``made`` says what stands in its tables."""

    text: str
    made: Generated


def clean(seed: int) -> Clean:
    """A clean report; layouts, prose and numbers vary with the seed."""
    layout = LAYOUTS[seed % len(LAYOUTS)]
    tries = (make(seed + _APART * n, layout=layout, edition="2021") for n in range(100))
    made = next(report for report in tries if _plausible(report))
    text = _own_place(made, seed)
    county = text[text.index("本报告由") + 4 :][:4]
    signed = f"\n{county}{made.organ.removeprefix(made.county)}\n{made.year + 1}年1月10日\n"
    return Clean(_contact(text, county) + signed, made)


@dataclass(frozen=True, slots=True)
class Plant:
    """One kind of error: ``change`` gives the text with the error (empty where the report has no place for it)."""

    checks: frozenset[str]
    change: Callable[[str, Generated, Random], str]


@dataclass(frozen=True, slots=True)
class Planted:
    """A report with one error of ``kind``; ``checks`` are those that must be broken, and no others."""

    text: str
    kind: str
    checks: frozenset[str]


def _said(made: Generated, row: str) -> int:
    return int(made.values[f"requests.{row}.total"])


def _insert(text: str, after: str, sentence: str) -> str:
    """A sentence behind the first line that holds some words."""
    at = text.index(after)
    end = text.index("\n", at)
    return f"{text[:end]}\n{sentence}{text[end:]}"


def _aspect(text: str, title: str, sentence: str) -> str:
    return _insert(text, title, sentence) if title in text else ""


def _received(text: str, made: Generated, rng: Random) -> str:
    n = _said(made, "received") + _said(made, "pending_start") + rng.randint(3, 40)
    return _aspect(text, "监督保障情况", f"经统计，全年共收到政府信息公开申请{n}件。")


def _none(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    return _aspect(text, "监督保障情况", "全年未收到政府信息公开申请。") if _said(made, "received") else ""


def _reviews(text: str, made: Generated, rng: Random) -> str:
    n = int(made.values["remedies.reconsideration.total"]) + rng.randint(1, 9)
    return _aspect(text, "监督保障情况", f"全年因政府信息公开被申请行政复议{n}件。")


def _documents(text: str, made: Generated, rng: Random) -> str:
    n = int(made.values["disclosure.normative_documents.issued"]) + rng.randint(1, 9)
    return _aspect(text, "监督保障情况", f"本年制定行政规范性文件{n}件。")


def _penalties(text: str, made: Generated, rng: Random) -> str:
    n = int(made.values["disclosure.penalties.decisions"]) + rng.randint(1, 9)
    return _aspect(text, "监督保障情况", f"本年作出行政处罚决定{n}件。")


def _list_over(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    a, b = rng.randint(5, 60), rng.randint(5, 60)
    return _aspect(
        text, "监督保障情况", f"全年开展公开信息抽查，共公开政务信息{a + b - 3}条，其中政策文件{a}条，工作信息{b}条。"
    )


def _list_under(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    a, b = rng.randint(5, 60), rng.randint(5, 60)
    return _aspect(text, "监督保障情况", f"全年共公开政务信息{a + b + 7}条，其中政策文件{a}条，工作信息{b}条。")


def _percent(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    a, b = rng.randint(20, 60), rng.randint(20, 60)
    wrong = round(a * 100 / (a + b) + 5, 1)
    return _aspect(
        text, "监督保障情况", f"全年共公开政务信息{a + b}条，其中政策文件{a}条，占比{wrong}%，工作信息{b}条。"
    )


def _points(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    return _insert(text, "五、", "存在以下三个方面的问题：一是更新偏慢，二是解读单一，三是培训不足，四是检查不够。")


def _path(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    return _aspect(text, "监督保障情况", "[image: C:\\Users\\li\\Desktop\\tu.png]")


def _identity(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    return _aspect(text, "监督保障情况", "经办人员身份证号码为11010519491231002X。")


def _no_sixth(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    at = text.index("\n六、")
    signed = text.rindex("\n", 0, text.rindex("年1月10日"))
    return text[:at] + text[text.rindex("\n", 0, signed) :]


def _period(text: str, made: Generated, rng: Random) -> str:  # noqa: ARG001
    year = made.year
    return text.replace(f"{year}年1月1日", f"{year - 1}年1月1日").replace(f"{year}年12月31日", f"{year - 1}年12月31日")


_ERRORS: dict[str, tuple[tuple[str, ...], Callable[[str, Generated, Random], str]]] = {
    "received more than the table": (("NVT-01", "NIN-04"), _received),
    "none received, table has some": (("NVT-02", "NIN-04"), _none),
    "reconsiderations": (("NVT-05", "NIN-04"), _reviews),
    "normative documents": (("NVT-07",), _documents),
    "penalties": (("NVT-08",), _penalties),
    "list adds up to more": (("NIN-01",), _list_over),
    "list adds up to less": (("NIN-01",), _list_under),
    "percentage": (("NIN-02",), _percent),
    "points announced": (("NIN-03",), _points),
    "path of a file": (("LEK-01",), _path),
    "identity number": (("LEK-03",), _identity),
    "no sixth section": (("STR-02",), _no_sixth),
    "period of another year": (("STR-08",), _period),
}
PLANTS = {kind: Plant(frozenset(checks), change) for kind, (checks, change) in _ERRORS.items()}


def planted(seed: int) -> Planted:
    """A clean report with one error; kinds take turns, where a report has no place for one the next is taken."""
    report, kinds = clean(seed), list(PLANTS)
    rng = Random(f"plant/{seed}")
    for step in range(len(kinds)):
        kind = kinds[(seed + step) % len(kinds)]
        text = PLANTS[kind].change(report.text, report.made, rng)
        if text:
            return Planted(text, kind, PLANTS[kind].checks)
    raise ValueError(f"no error fits report {seed}")


def raised(audit: Audit, source: str) -> frozenset[str]:
    """Checks with an error or warning on the report of a file, those merged into others included."""
    own = audit.reports.filter(pl.col("source") == source).get_column("report_id").item()
    found = audit.findings.filter((pl.col("report_id") == own) & (pl.col("severity") != "info"))
    merged = {check for several in found.get_column("evidence") for check in several}
    return frozenset(found.get_column("check_id").to_list()) | merged
