"""What offices do to everything around the tables: titles, bodies, headings, dates, labels, captions.

:func:`wild` rewrites a composed report with wordings as they occur, and says what must be understood.
"""

from dataclasses import dataclass, replace
from random import Random

from .model import Composed, Words
from .skeleton import Line, Printed

__all__ = ["Known", "wild"]

CITIES = ("砚桐市", "岚沅市", "霁川州")
COUNTIES = ("澄岫县", "霁洛县", "汀苇区", "昀溪市", "岚皎县", "沅槐自治县")
TOWNS = ("霁桥镇", "枫砚镇", "芦汀乡", "墨岫乡", "石城庄镇", "东岚民族乡")
STREETS = ("鹭岫街道", "霁川路街道", "新汀街道")
DEPARTMENTS = (
    "统计局", "市场监督管理局", "发展和改革委员会", "退役军人事务局", "医疗保障局", "住房和城乡建设局",
    "自然资源和规划局", "应急管理局", "城市管理行政执法局", "教育和体育局", "卫生健康委员会",
)  # fmt: skip
#: A title by the parts of a name, year and document; {o} body, {y} year.
TITLES = (
    "{o}{y}年政府信息公开工作年度报告", "{o}{y}年度政府信息公开工作年度报告", "{y}年{o}政府信息公开工作年度报告",
    "{o} {y} 年政府信息公开工作年度报告", "{o}{y}年政府信息公开年度报告", "{o}{y}年政府信息公开年度工作报告",
    "{o}{y}年政府信息公开工作报告", "{o}{y}年政府信息公开年报", "{y}年度{o}政府信息公开工作年度报告",
    "{o}关于{y}年政府信息公开工作的年度报告", "《{o}{y}年政府信息公开工作年度报告》", "{o}{y}年政府信息公开工作年度报告（文字版）",
    "{o}政府信息公开{y}年度报告", "{o}{y}年度信息公开工作年度报告", "{o}２０{yy}年政府信息公开工作年度报告",
    "{o}{cy}年政府信息公开工作年度报告", "{o}\n{y}年政府信息公开工作年度报告", "{o}\n政府信息公开工作年度报告\n（{y}年度）",
    "{o}政府信息公开工作年度报告（{y}年）", "{o}政府信息公开工作{y}年年度报告", "{o}\n{y}年度\n政府信息公开工作年度报告",
    "{o}{y}年度政府信息公开工作\n年度报告", "{y}年度政府信息公开工作年度报告\n{o}", "{o}{y}年政府信息公开工作告年度报",
    "{y}年政府信息公开工作年度报告", "{o}{y}年度政府信息公开情况报告", "{o}{y}年政府信息与政务公开工作年度报告",
)  # fmt: skip
PERIODS = (
    "本报告所列数据的统计期限自{y}年1月1日起至{y}年12月31日止。",
    "本年度报告中所列数据的统计期限从{y}年1月1日起，到{y}年12月31日止。",
    "统计期限为{y}年1月1日—{y}年12月31日。",
    "报告中所列数据统计期限：{y}年1月1日至12月31日。",
    "本报告中的数据统计时间为{y}年1月1日0时至{y}年12月31日24时。",
    "本报告所列数据的统计期限自 {y} 年 1 月 1 日起，至 {y} 年 12 月 31 日止。",
    "本报告统计数据时限为{y}.1.1-{y}.12.31。",
    "所列数据统计时段为{y}年1月1日至{y}年12月31日，如有疑问请与党政办联系（电话：0000-1234567）。",
)
HEADINGS = {
    "overall": ("总体情况", "工作基本情况", "概述", "工作概况", "政府信息公开总体情况", "{y}年政务公开总体情况"),
    "disclosure": ("主动公开政府信息情况", "主动公开政府信息的情况", "行政机关主动公开政府信息情况", "主动公开情况", "行政机关主动公开政府信息的情况"),
    "requests": ("收到和处理政府信息公开申请情况", "行政机关收到和处理政府信息公开申请情况", "收到和处理政府信息公开申请的情况",
                 "依申请公开政府信息情况", "政府信息依申请公开办理情况", "收到处理政府信息公开申请情况"),
    "remedies": ("政府信息公开行政复议、行政诉讼情况", "政府信息公开行政复议行政诉讼情况", "政府信息公开行政复议和行政诉讼情况",
                 "因政府信息公开工作被申请行政复议、提起行政诉讼情况", "因政府信息公开申请行政复议、提起行政诉讼的情况",
                 "政府信息公开被申请行政复议和提起行政诉讼情况"),
    "problems": ("存在的主要问题及改进情况", "存在问题及改进情况", "存在的问题及改进情况", "存在的主要问题及改进措施",
                 "政府信息公开工作存在的主要问题及改进情况", "存在的主要问题及改情况", "当前存在的主要问题及下一步改进措施"),
    "other": ("其他需要报告的事项", "其它需要报告的事项", "其他需报告的事项", "其他报告事项", "其他需要报告的事项开展情况", "其进他需要报告的事项"),
}  # fmt: skip
NUMBERS = ("{c}、", "{c}、 ", "{c} 、", "{c}．", "（{c}）", "第{c}部分 ", "{c}　", "{n}、", "{n}. ", "")
CAPTIONS = (
    "（单位：件）", "单位：{o}　　　填报时间：{next}年1月8日", "该部分以表格形式报告，表格如下：", "{y}年政府信息公开情况统计表",
    "填报单位（盖章）：{o}", "表格如下",
)  # fmt: skip
SIGNATURES = (
    "{o}\n{next}年1月{d}日",
    "{o}　{next}年1月{d}日",
    "{o}\n{next}-01-{d}",
    "{o}\n二〇二{last}年一月二十日",
    "（{o}办公室）\n{next}年1月{d}日",
    "",
)
ALIASES = {
    "规章": ("规 章",), "行政规范性文件": ("规范性文件", "行政规范性 文件"), "规范性文件": ("行政规范性文件",),
    "本年制发件数": ("本年制发数量", "本年({y})制发件数", "本年製發件數"), "本年废止件数": ("本年({y})废止件数",),
    "现行有效件数": ("现行有效件",), "本年处理决定数量": ("本年({y})处理决定数量", "本年处理 决定数量"),
    "本年收费金额（单位：万元）": ("收费金额单位:万元", "本年收费金额(单位：万元)", "本年收费金额 （单位：万元）"),
    "第二十条第（一）项": ("第二十条 第(一)项", "第二十條第（一）项", "第二十条第(一)项"),
    "商业企业": ("商业\n企业", "商业 企业"), "科研机构": ("科研\n机构",), "社会公益组织": ("社会\n公益\n组织",),
    "法律服务机构": ("法律\n服务\n机构",), "自然人": ("自\n然\n人",), "结果维持": ("结果\n维持", "结\n果\n维\n持"), "结果纠正": ("结果 纠正",),
    "尚未审结": ("尚未\n审结",), "（三）不予公开": ("（三）\n不予公开", "（三） 不予公开"), "1.属于国家秘密": ("1. 属于国家秘密", "1、属于国家秘密"),
    "（七）总计": ("（七）合计", "（七） 总计"), "本年新制作数量": ("本年新\n制作数量", "本年新 制作数量"), "本年增/减": ("本年增\\减", "本年增减"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """What must be understood: body, county and level; year; first and last day; day of the signature; sections."""

    organ: str
    county: str | None
    level: str
    year: int
    period: tuple[str, str]
    signed: str | None
    sections: tuple[str, ...]

    def faults(self, report) -> list[str]:
        """What the report says else."""
        who = report.identity
        found = {
            "organ": who.organ, "county": who.county, "level": who.level, "year": who.year,
            "period": who.period and (str(who.period.start), str(who.period.end)),
            "signed": str(who.signed_on) if who.signed_on else None,
            "sections": tuple(h.section for h in report.outline.headings),
        }  # fmt: skip
        wanted = {name: getattr(self, name) for name in found}
        return [f"{name}: got {found[name]}, want {wanted[name]}" for name in found if found[name] != wanted[name]]


def _body(rng: Random) -> tuple[str, str | None, str]:
    """Name, county and level of a body."""
    city, county = rng.choice(("", "", rng.choice(CITIES))), rng.choice(COUNTIES)
    kind = rng.choice(("town", "town", "street", "department", "county", "office"))
    if kind == "town":
        town = rng.choice(TOWNS)
        where = rng.choice((county, city + county))
        return (
            where + town + rng.choice(("人民政府", "人民政府", "", "政府")),
            county,
            "乡" if town.endswith("乡") else "镇",
        )
    if kind == "street":
        return city + county + rng.choice(STREETS) + rng.choice(("办事处", "办事处", "")), county, "街道"
    if kind == "department":
        return county + rng.choice(DEPARTMENTS), county, "部门"
    if kind == "office":
        return f"{county}人民政府办公室", county, "部门"
    return f"{county}人民政府", None, {"县": "县", "区": "县", "市": "市"}[county[-1]]


def wild(made: Composed, seed: int) -> tuple[Composed, Known]:
    """The report with the wordings of a seed, and what must be understood of it."""
    rng = Random(f"wild/{seed}")
    organ, county, level = _body(rng)
    year, last = made.year, (made.year + 1) % 10
    digits = "〇一二三四五六七八九"
    words = {
        "o": organ, "y": year, "yy": str(year % 100).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "cy": "".join(digits[int(c)] for c in str(year)), "next": year + 1, "last": digits[last], "d": rng.randint(10, 28),
    }  # fmt: skip
    number = rng.choice(NUMBERS)
    blocks: list = []
    sections = dict(zip((f"{'一二三四五六'[i]}、" for i in range(6)), HEADINGS, strict=True))
    under = rng.choice(("", "", "", "（{next}年1月{d}日）", "{o}　{next}年1月{d}日"))
    period = rng.choice(PERIODS).format(**words)
    for block in made.blocks:
        if not isinstance(block, Words):
            blocks += [Words(rng.choice(CAPTIONS).format(**words), "note")] if rng.random() < 0.2 else []
            blocks.append(_labelled(block, rng, words))
        elif block.kind == "title":
            if not any(b.kind == "title" for b in blocks if isinstance(b, Words)):
                blocks += [Words(line, "title") for line in rng.choice(TITLES).format(**words).split("\n")]
                blocks += [Words(under.format(**words), "note")] if under else []
        elif block.kind == "heading":
            key = sections[block.text[:2]]
            at = list(HEADINGS).index(key)
            # Without a number only the words of the form itself make a heading.
            text = rng.choice(HEADINGS[key][: 1 if not number.strip() or "{" not in number else None]).format(**words)
            blocks.append(Words(number.format(c="一二三四五六"[at], n=at + 1) + text, "heading"))
        elif block.text.startswith("本报告所列数据"):
            blocks.append(Words(period, "paragraph"))
        else:
            blocks.append(Words(block.text.replace(made.organ, organ), block.kind))
    signature = "" if under else rng.choice(SIGNATURES)
    blocks += [Words(line, "note") for line in signature.format(**words).split("\n") if line]
    day = 20 if "一月二十日" in signature else words["d"]
    signed = f"{year + 1}-01-{day}" if signature or under else None
    known = Known(organ, county, level, year, made.period, signed, tuple(HEADINGS))
    return replace(made, blocks=blocks, organ=organ, county=county or ""), known


def _labelled(table: Printed, rng: Random, words: dict) -> Printed:
    """The table with some labels in another wording."""

    def other(line: Line) -> Line:
        slots = [
            replace(slot, text=rng.choice(ALIASES[slot.text]).format(**words))
            if slot.text in ALIASES and not slot.key and rng.random() < 0.3
            else slot
            for slot in line.slots
        ]
        return replace(line, slots=slots)

    parts = [replace(part, lines=[other(line) for line in part.lines]) for part in table.parts]
    return replace(table, parts=parts)
