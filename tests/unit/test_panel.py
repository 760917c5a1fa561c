"""Bodies by whatever name, the list of bodies, and what an audit says across reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.document import Anchor
from gkaudit.errors import UsageError
from gkaudit.gx.rules_text import Hit
from gkaudit.panel.bodies import NAMESAKES, bodies_of, name_of
from gkaudit.panel.copies import Corpus, Settings, common
from gkaudit.panel.links import linked
from gkaudit.panel.templates import Learning, learned
from gkaudit.panel.units import Unit, read_units
from gkaudit.quoting import Source
from gkaudit.wide import widened


def keys(*organs: str | tuple[str, str | None]) -> list[str | None]:
    names = [name_of(*(organ if isinstance(organ, tuple) else (organ,))) for organ in organs]
    return [body.key for body in bodies_of(names)]


def test_one_body_by_many_names() -> None:
    same = ("岚皎县青石镇人民政府", "青石镇人民政府", "青石镇", "岚皎青石镇人民政府", ("青石镇政府", "岚皎县"))
    assert set(keys(*same)) == {"岚皎县/青石镇"}
    assert set(keys("岚皎县水边街道办事处", "水边街道", "水边街道办")) == {"岚皎县/水边街道"}
    assert set(keys("岚皎县人民政府", "岚皎县")) == {"岚皎县"}


def test_never_across_counties() -> None:
    found = keys("甲县城关镇", "乙县城关镇人民政府", "城关镇")
    assert found[:2] == ["甲县/城关镇", "乙县/城关镇"]
    assert found[2] is None
    names = [name_of(organ) for organ in ("甲县城关镇", "乙县城关镇", "城关镇")]
    assert bodies_of(names)[2].note == NAMESAKES
    assert keys("南岭市鼓坪区人民政府", "徐州市鼓坪区人民政府", "鼓坪区") == ["南岭市/鼓坪区", "徐州市/鼓坪区", None]


def test_no_name_is_no_body() -> None:
    assert keys("", "青石镇") == [None, "青石镇"]
    assert name_of(None) is None


# ── the list of bodies ──────────────────────────────────────────────────────────────────────────


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "units.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_is_read(tmp_path: Path, encoding: str) -> None:
    text = "organ,county,parent,due\n青石镇,岚皎县,岚皎县人民政府,2025-01-20\n\n白溪镇,岚皎县,,01-25\n"
    first, second = read_units(written(tmp_path, text, encoding))
    assert first == Unit("青石镇", "岚皎县", "岚皎县人民政府", (2025, 1, 20))
    assert (first.due_for(2024), first.due_for(2023)) == (date(2025, 1, 20), None)
    assert (second.due_for(2024), second.parent) == (date(2025, 1, 25), None)
    assert Unit("甲镇", due=(None, 2, 29)).due_for(2024) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "列名"),
        ("county\n岚皎县\n", "列名"),
        ("organ,level\n青石镇,镇\n", "列名只能是"),
        ("organ\n", "没有机关"),
        ("organ,county\n,岚皎县\n", "第2行没有机关名称"),
        ("organ,due\n青石镇,元月\n", "第2行的期限“元月”"),
        ("organ,due\n青石镇,2025-02-30\n", "第2行的期限"),
        ("organ\n青石镇,岚皎县\n", "第2行有 2 格"),
        ("organ,county\n青石镇,岚皎县\n岚皎县青石镇人民政府,\n", "第3行"),
    ],
)
def test_a_wrong_list_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_units(written(tmp_path, text))


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="读不了"):
        read_units(tmp_path / "none.csv")
    with pytest.raises(UsageError, match="不是文字文件"):
        read_units(written(tmp_path, "organ\0"))


# ── links ───────────────────────────────────────────────────────────────────────────────────────


def wide(*reports: tuple[str, str | None, int | None]) -> pl.DataFrame:
    records = [{"report_id": f"r{at}", "organ": o, "county": c, "year": y} for at, (o, c, y) in enumerate(reports)]
    return widened(frames.frame(records, frames.REPORTS), frames.frame((), frames.CELLS))


def test_rows_lead_to_the_other_report() -> None:
    data = wide(
        ("岚皎县青石镇人民政府", "岚皎县", 2024),
        ("青石镇", None, 2023),
        ("岚皎县人民政府", None, 2024),
        ("白溪镇", "岚皎县", 2024),
    )
    found = linked(data).wide
    assert found.get_column("prior.row").to_list() == [1, None, None, None]
    assert found.get_column("parent.row").to_list() == [2, None, None, 2]
    assert found.select("member.row", "members", "members.why").row(2) == (0, 2, "no_list")
    assert linked(found).wide.equals(found)


def test_the_list_says_who_is_missing() -> None:
    data = wide(("岚皎县人民政府", None, 2024), ("岚皎县青石镇", "岚皎县", 2024), ("岚皎县外镇", "岚皎县", 2024))
    units = [Unit("青石镇", "岚皎县"), Unit("白溪镇", "岚皎县", None, (None, 1, 20))]
    found = linked(data, units)
    status = dict(found.coverage.select("organ", "status").iter_rows())
    assert status == {"青石镇": "reported", "白溪镇": "missing", "岚皎县外镇": "extra"}
    assert found.coverage.filter(pl.col("organ") == "白溪镇").select("due", "report_id").row(0) == (
        date(2025, 1, 20),
        None,
    )
    assert found.wide.select("missing", "unknown", "members").row(0) == (["白溪镇"], 0, 1)
    assert found.wide.get_column("listed").to_list() == [None, True, False]
    assert linked(data, units, unread=2).wide.item(0, "unknown") == 2


def test_two_of_one_name_on_the_list_need_a_county() -> None:
    units = [Unit("城关镇", "甲县"), Unit("城关镇", "乙县"), Unit("丙乡"), Unit("城关镇")]
    with pytest.raises(UsageError, match="城关镇"):
        linked(wide(("甲县城关镇", "甲县", 2024)), units)


# ── copied text ─────────────────────────────────────────────────────────────────────────────────

OWN = "渡口新立了两块能翻页的牌子,船工把班次写在上面。茶山的合同由老会计念给大家听,听完各自按了手印。"


def corpus(*texts: str | None, bodies: int = 3) -> Corpus:
    size = len(texts)
    columns = {
        "organ": [f"甲县{'子丑寅卯'[i]}子镇" for i in range(size)],
        "county": ["甲县"] * size,
        "year": [2024] * size,
    }
    columns |= {"body": [f"b{i}" for i in range(size)], "text.overall": list(texts)}
    return Corpus(pl.DataFrame(columns), Settings(("text.overall",), ("《[^》]*》",), bodies))


def test_a_sentence_of_several_bodies_is_their_template() -> None:
    shared = "各村设公示栏,每月更换。"
    made = corpus(shared + OWN, shared, shared, None)
    assert made.own(0) == OWN.replace(",", "").replace("。", "\n").strip()
    assert made.owns[1:] == ["", "", ""]


def test_names_numbers_and_formulas_are_nobodys_own() -> None:
    made = corpus("子子镇按照《条例》公开12条,丑子镇没有。", "丑子镇按照《条例》公开35条。")
    assert made.own(0) == "按照\n公开条丑子镇没有"
    assert made.own(1) == "按照\n公开条"


def test_passages_are_found_where_they_are_printed() -> None:
    made = corpus("2024年," + OWN, "本镇工作如下。" + OWN + "完。")
    (found,) = common(made, 0, 1, 16)
    first, second = (made._texts["text.overall"][i] for i in (0, 1))
    assert first[found.own.start : found.own.end].startswith("渡口新立")
    assert second[found.other.start : found.other.end].startswith("渡口新立")
    assert found.length == len(OWN.replace(",", "").replace("。", "")) + 1
    assert made.share(0, 1) > 0.9
    assert made.run(0, 1) == found.length


def test_no_text_has_nothing_in_common() -> None:
    made = corpus(None, OWN)
    assert (made.share(0, 1), made.run(0, 1), common(made, 0, 1, 16)) == (0.0, 0, [])
    assert corpus().rivals().is_empty()


def test_a_passage_begins_and_ends_with_its_paragraphs() -> None:
    shared = "站所每月清点一次公示栏\n逾期未换的由包片干部当天补上并登记在册"
    made = corpus(f"甲处另有安排办公\n{shared}\n甲处收尾", f"乙村方面另行办公\n{shared}\n乙村了结")
    (found,) = common(made, 0, 1, 16)
    text = f"甲处另有安排办公\n{shared}\n甲处收尾"
    assert text[found.own.start : found.own.end] == shared
    assert found.length == len(shared)


def test_a_passage_ends_with_its_part_of_the_report() -> None:
    first, second = "站所每月清点一次公示栏并当天补上缺漏登记", "包片干部逐户核对名单后签字交到窗口留存"
    columns = {
        "body": ["甲", "乙"], "organ": ["甲镇", "乙镇"], "county": [None, None], "year": [2024, 2024],
        "text.overall": [first, first], "text.problems": [second, second],
    }  # fmt: skip
    made = Corpus(pl.DataFrame(columns), Settings(("text.overall", "text.problems"), (), 3))
    assert {(p.own.column, p.length) for p in common(made, 0, 1, 16)} == {
        ("text.overall", len(first)),
        ("text.problems", len(second)),
    }


def test_a_passage_over_two_paragraphs_is_quoted_whole() -> None:
    anchor = Anchor("例.txt", line=1).record()
    lines = ("站所每月清点一次", "逾期未换的当天补上")
    prose = [
        {"section": "overall", "kind": "paragraph", "text": text, "anchor": anchor | {"line": n}}
        for n, text in enumerate(lines, 1)
    ]
    source = Source({}, prose, None)
    text = "\n".join(lines)
    places = list(source.places(Hit("text.overall", 2, len(text) - 1, text[2:-1])))
    assert [(p["anchor"]["line"], p["text"][a:b]) for p, a, b in places] == [(1, lines[0][2:]), (2, lines[1][:-1])]
    assert source.place(Hit("text.overall", 2, len(text), text[2:])) == places[0]


# ── templates ───────────────────────────────────────────────────────────────────────────────────


def flags(keys: list[list[int]], groups: list[tuple[str | None, str | None]], **changes: float) -> list[list[bool]]:
    asked: dict[str, float] = {"bodies": 3, "majority": 0.5, "places": 5} | changes
    learning = Learning(int(asked["bodies"]), asked["majority"], int(asked["places"]), r"\d")
    return learned(keys, [f"b{at}" for at in range(len(keys))], groups, learning)


def test_what_most_of_a_county_write_is_a_template() -> None:
    county: list[tuple[str | None, str | None]] = [("甲县", None)] * 6
    assert flags([[1], [1], [1], [2], [2], [3]], county) == [[True], [True], [True], [False], [False], [False]]
    # Three of seven are no majority, and two are too few whatever their share.
    assert flags([[1], [1], [1], [2], [3], [4], [5]], [("甲县", None)] * 7)[0] == [False]
    assert flags([[1], [1]], county[:2]) == [[False], [False]]


def test_a_template_of_one_county_is_none_of_another() -> None:
    keys = [[1], [1], [1], [1], [2], [3]]
    groups: list[tuple[str | None, str | None]] = [("甲县", None)] * 3 + [("乙县", None)] * 3
    assert flags(keys, groups) == [[True], [True], [True], [False], [False], [False]]


def test_a_city_hands_down_templates_too() -> None:
    groups: list[tuple[str | None, str | None]] = [("甲县", "云州市"), ("乙县", "云州市"), ("丙县", "云州市")]
    assert flags([[1], [1], [1]], groups) == [[True]] * 3
    assert flags([[1], [1], [1]], [(county, None) for county, _ in groups]) == [[False]] * 3


def test_what_bodies_of_many_counties_write_is_nobodys() -> None:
    groups: list[tuple[str | None, str | None]] = [(f"{at}县", None) for at in range(4)] + [(None, None)]
    assert flags([[1]] * 5, groups) == [[True]] * 5
    assert flags([[1]] * 4, groups[:4]) == [[False]] * 4
    assert flags([], []) == []
    assert flags([[], []], groups[:2]) == [[], []]


def test_only_where_several_have_a_sentence_the_texts_differ() -> None:
    shared = "渡口立了3块牌子。"
    made = corpus(shared + OWN, shared + "别的事情另有安排。", shared, None)
    wide = made.wide(Learning(3, 0.9, 5, r"\d+块"))
    # Nobody's county is known here: what three bodies have is no template of a place.
    assert wide.texts[0].startswith("渡口立了块牌子\n")
    assert made.own(0) == OWN.replace(",", "").replace("。", "\n").strip()
    assert wide.shared_facts(0, 1) == 1
    assert corpus(OWN, OWN).wide(Learning(3, 0.9, 5, r"\d")).facts == [frozenset(), frozenset()]
