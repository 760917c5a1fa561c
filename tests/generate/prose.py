"""Invented places and invented prose: everything of a report that is not a table."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from gkaudit.form import form, sections

from . import clauses

#: Places that do not exist.
COUNTIES = ("澄岫县", "霁洛县", "砚桐县", "沅槐县", "岚皎县", "汀苇区", "昀溪市")
TOWNS = ("霁桥镇", "枫砚镇", "芦汀乡", "槐漪镇", "墨岫乡", "鹭岫街道", "杉渚镇", "稻岫乡", "砚芷镇", "苇渡镇")
NUMERALS = "一二三四五六"
FORMAT = "中华人民共和国政府信息公开工作年度报告格式"

OPENING = (
    "{year}年，{town}围绕年度重点任务推进政府信息公开，公开内容更贴近群众需要。现将有关情况报告如下。",
    "一年来，{town}坚持以公开为常态、不公开为例外，把群众关心的事项放到明处。",
    "{year}年，{town}按照《条例》和上级部署，细化分工，压实责任，公开工作总体平稳。",
)
ASPECTS = {
    "主动公开情况": (
        "全年通过网站公开信息{a}条，其中工作动态{b}条，通知公告{c}条。",
        "在门户网站发布各类信息{a}条：工作动态{b}条，通知公告{c}条；便民服务站公示栏同步更新。",
    ),
    "依申请公开情况": ("{requests}办理过程均有登记，答复文书由司法所先行审核。", "{requests}"),
    "政府信息管理情况": (
        "执行拟稿、审核、发布三级把关，过期和重复的栏目逐条清理，文件属性在印发时一并确定。",
        "由党政办统一归口，发布前先作保密审查，全年未发生失泄密情形。",
    ),
    "政府信息公开平台建设情况": (
        "维护好门户网站专栏，在便民服务中心设查阅点，配备电脑和纸质目录。",
        "专栏按新版目录调整栏目，各村公示栏每月更换一次内容。",
    ),
    "监督保障情况": (
        "公开工作列入站所年度考核，各站所均为合格；社会评议满意度较好；全年无责任追究情形。",
        "对村居和站所开展考核，结果已通报；请居民代表作社会评议，意见已采纳；未发生需要责任追究的情形。",
    ),
}
PROBLEMS = (
    "一是个别栏目更新偏慢；二是政策解读形式不够丰富。下一步将明确更新时限，增加图解，并安排业务培训。",
    "主要问题：公开内容与群众需求还有距离，基层人员业务水平有待提高。改进措施：每季度梳理一次需求，以案例开展培训。",
)
OTHER = (
    "本年度未收取信息处理费。无其他需要报告的事项。",
    "依据《政府信息公开信息处理费管理办法》，本年度收取信息处理费0元。人大建议和政协提案的答复已按要求公开。",
)
CRUMBS = (
    "首页 > 政务公开 > 政府信息公开年报 > 2019",
    "当前位置：首页 / {county} / 信息公开年报",
    "索引号：00{year}-1-{year}0118    发布机构：{organ}    发布日期：{next}-01-18",
    "【字体：大 中 小】 打印本页",
)
#: Sentences, and lines of their own, that name rows and numbers which are not those of the tables.
ROWLIKE = (
    "便民服务中心代办行政许可 917 件，行政处罚 813 起均为县级部门作出。",
    "行政许可 917 件",
    "其中重复申请 955 件，予以公开 944 件，均为来电咨询的口头说法。",
    "行政强制 933",
    "总计 977 人次",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose report it is."""

    county: str
    town: str
    year: int

    @property
    def organ(self) -> str:
        return f"{self.county}{self.town}{'办事处' if self.town.endswith('街道') else '人民政府'}"


def place(rng: Random, edition: str) -> Place:
    year = rng.choice((2019, 2020)) if edition == "2019" else rng.randint(2021, 2025)
    return Place(rng.choice(COUNTIES), rng.choice(TOWNS), year)


def headings() -> dict[str, str]:
    """The six headings as printed, by section key."""
    return {s.key: f"{NUMERALS[i]}、{s.label}" for i, s in enumerate(sections())}


def _own(where: Place, values: dict[str, Decimal]) -> Random:
    """Chances of the sentences about numbers: what else is drawn for a report does not depend on them."""
    return Random(f"{where.organ}{where.year}/{sum(values.values())}")


def preamble(rng: Random, where: Place, edition: str) -> list[str]:
    basis = form(edition).document if edition == "2021" else "国办公开办函〔2019〕60号"
    year, county = where.year, where.county
    return [
        f"本报告由{where.organ}按照《中华人民共和国政府信息公开条例》（以下简称《条例》）和《{FORMAT}》（{basis}）要求编制。",
        rng.choice(
            (
                f"本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。",
                f"本报告所列数据统计时限为{year}年1月1日至{year}年12月31日，电子版可在{county}人民政府网站查阅。",
            )
        ),
    ]


def overall(rng: Random, where: Place, values: dict[str, Decimal]) -> list[str]:
    """Section one with its five aspects."""
    b, c = rng.randint(3, 90), rng.randint(1, 40)
    data = {"year": where.year, "town": where.town, "a": b + c, "b": b, "c": c}
    own = _own(where, values)
    data["requests"] = clauses.requests(own, values, where.year, where.town)
    data["requests"] += clauses.remedies(own, values, where.year)
    lines = [rng.choice(OPENING).format(**data)]
    inline = rng.random() < 0.3
    for number, (title, texts) in zip(NUMERALS, ASPECTS.items(), strict=False):
        text = rng.choice(texts).format(**data)
        lines += [f"（{number}）{title}。{text}"] if inline else [f"（{number}）{title}", text]
    return lines


def problems(rng: Random, where: Place, values: dict[str, Decimal]) -> list[str]:
    return [rng.choice(PROBLEMS) + clauses.analysed(_own(where, values), values)]


def other(rng: Random) -> list[str]:
    return [rng.choice(OTHER)]


def title(rng: Random, where: Place) -> str:
    year = rng.choice((f"{where.year}年", f"{where.year}年度", f" {where.year} 年"))
    return f"{where.organ}{year}政府信息公开工作年度报告"


def crumbs(rng: Random, where: Place) -> list[str]:
    """Lines a web page leaves above the title; the years in them are not the year of the report."""
    chosen = [c for c in CRUMBS if rng.random() < 0.7] or [CRUMBS[0]]
    return [c.format(county=where.county, organ=where.organ, year=where.year, next=where.year + 1) for c in chosen]
