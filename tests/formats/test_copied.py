"""Text copied out of printed pages: tables found in it again, or left alone where the order of reading is lost."""

import pytest

from gkaudit.form import EDITIONS, form
from gkaudit.readers import Source, read_source
from gkaudit.report import understand
from tests.generate import applicable, make

LAYOUTS = ("streamed", "beside")


def read(text: str, name: str = "青禾镇.txt"):
    return understand(read_source(Source.of(text.encode(), name)))


def wrong(made) -> dict[str, str]:
    rows = read(made.text).cells.iter_rows(named=True)
    return {r["key"]: said for r in rows if (said := made.wrong(r["key"], r["value"], r["state"]))}


def states(report) -> set[str]:
    return {cell.state for cell in report.extraction.cells if cell.key.startswith("requests.")}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_cell_of_a_copied_page_is_right(layout, edition):
    for seed in range(40):
        assert wrong(make(seed, layout=layout, edition=edition)) == {}, seed


@pytest.mark.parametrize("oddity", ["aliases", "typo", "missing_row", "tables_last", "thousands", "fullwidth", "units"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_hardly_a_cell_is_lost_beside_an_oddity(layout, oddity):
    lost = sum(len(wrong(make(seed, layout=layout, oddities={oddity}))) for seed in range(20))
    assert lost <= 20 * 200 * 0.01


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_oddity_makes_a_number_of_another(layout):
    for edition in EDITIONS:
        for seed, oddity in enumerate(applicable(layout, edition)):
            found = wrong(make(300 + seed, layout=layout, edition=edition, oddities={oddity})).values()
            assert not [said for said in found if "SILENT" in said], (edition, oddity)


def requests_of(made) -> list[str]:
    lines = made.text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("三、收到")) + 1
    end = next(n for n, line in enumerate(lines) if line.startswith("四、政府"))
    return lines[start:end]


def quiet(seed: int = 1):
    """A page whose table three is on one page, with the numbers of a row in one line."""
    for number in range(seed, seed + 200):
        made = make(number, layout="streamed")
        own = requests_of(made)
        if sum(line.startswith("（本列") for line in own) == 1 and any(line.count(" ") == 6 for line in own):
            return made
    raise AssertionError


def by_column() -> str:
    """A page read column by column: all numbers of table three come before any label."""
    made = quiet()
    own = requests_of(made)
    numbers = [line for line in own if line.count(" ") == 6]
    first = next(n for n, line in enumerate(own) if line.startswith("一、本年"))
    scrambled = [*own[:first], *numbers, *(line for line in own[first:] if line not in numbers)]
    return made.text.replace("\n".join(own), "\n".join(scrambled))


def test_numbers_before_their_labels_are_nobodys():
    report = read(by_column())
    assert states(report) == {"absent"}
    assert report.table_state("requests") == "unparsed"
    assert "表三" in report.note
    assert "请改放原来的 PDF 或 Word 文件" in report.note


def test_other_tables_without_rules_are_not_believed_then():
    """What stands behind each other says nothing where the order is lost: 15 numbers need not be those of table four."""
    text = by_column()
    head, _, rest = text.partition("四、政府信息公开行政复议、行政诉讼情况\n")
    tail = rest[rest.index("五、") :]
    report = read(f"{head}四、政府信息公开行政复议、行政诉讼情况\n" + "\n".join(map(str, range(15))) + f"\n{tail}")
    assert {c.state for c in report.extraction.cells if c.key.startswith("remedies.")} == {"absent"}


def test_columns_in_another_order_are_not_read_as_those_of_the_form():
    made = make(next(n for n in range(200) if "自然人    法人" in make(n, layout="beside").text), layout="beside")
    head = next(line for line in made.text.split("\n") if "商业企业" in line and "科研机构" in line)
    other = head.replace("商业企业", "甲甲甲甲").replace("科研机构", "商业企业").replace("甲甲甲甲", "科研机构")
    assert states(read(made.text.replace(head, other))) == {"absent"}
    assert "reported" in states(read(made.text))


def test_a_long_number_in_two_lines_is_in_doubt_and_no_other():
    made = quiet()
    own = requests_of(made)
    at = next(n for n, line in enumerate(own) if line.startswith("开申请数量")) + 1
    cells = own[at].split(" ")
    broken = [*own[:at], *cells[:6], f"{cells[6]}1", "2", *own[at + 1 :]]
    report = read(made.text.replace("\n".join(own), "\n".join(broken)))
    by_row: dict[str, set[str]] = {}
    for cell in report.extraction.cells:
        by_row.setdefault(cell.key.rsplit(".", 1)[0], set()).add(cell.state)
    assert by_row["requests.received"] == {"unreadable"}
    rows = [row.name for row in form().table("requests").rows if row.name != "received"]
    assert all(by_row[f"requests.{row}"] == {"reported"} for row in rows)


def test_numbers_above_the_first_row_of_table_two_are_nobodys():
    made = make(1, layout="streamed")
    lines = made.text.split("\n")
    at = lines.index("规章")
    numbers = lines[at + 1 : lines.index("行政规范性文件")]
    lines[at : at + 1 + len(numbers)] = [*numbers, "规章"]
    found = {c.key: c.state for c in read("\n".join(lines)).extraction.cells}
    assert found["disclosure.government_rules.issued"] == "absent"


def test_a_label_below_its_numbers_between_pipes_is_of_neither_row():
    text = """青禾镇2024年政府信息公开工作年度报告
二、主动公开政府信息情况
| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
|---|---|---|---|
|  | 0 | 1 | 2 |
规章
|  | 3 | 4 | 5 |
行政规范性文件
三、收到和处理政府信息公开申请情况"""
    found = {c.key: c.value for c in read(text, "青禾镇.md").extraction.cells}
    assert found["disclosure.government_rules.issued"] is None
    assert found["disclosure.normative_documents.issued"] is None


def test_columns_no_wider_than_their_numbers_are_columns():
    """``lynx`` puts one blank between a number that fills its column and the next."""
    made = make(3, layout="aligned", edition="2021")
    row = next(line for line in made.text.split("\n") if line.startswith("一、本年新收"))
    text = made.text.replace(row, "一、本年新收政府信息公开申请数量      149 78   135  125    68     55 610")
    cells = {c.key: c for c in read(text).extraction.cells}
    values = [cells[f"requests.received.{c.name}"].value for c in form().table("requests").columns]
    assert values == [149, 78, 135, 125, 68, 55, 610]


def test_a_point_behind_a_stroke_is_that_of_the_label():
    """Converters write ``3\\.其他``, which Markdown would take for a list else."""
    made = make(5, layout="tokens")
    report = read(made.text.replace("3.其他", "3\\.其他").replace("1.属于", "1\\.属于"), "青禾镇.md")
    assert {c.state for c in report.extraction.cells if c.key.startswith("requests.other.")} == {"reported"}


def test_numbers_above_every_label_are_nobodys_where_labels_are_whole_too():
    made = make(4, layout="tokens")
    lines = made.text.split("\n")
    start = next(n for n, line in enumerate(lines) if line.startswith("一、本年新收"))
    end = next(n for n, line in enumerate(lines) if line.startswith("四、政府"))
    out: list[str] = []
    waiting: list[str] = []
    for line in lines[start:end]:
        if line.strip().isdigit():
            out.append(line)
        else:
            out += waiting
            waiting = [line]
    report = read("\n".join([*lines[:start], *out, *waiting, *lines[end:]]))
    assert states(report) == {"absent"}


def rows_of(report) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for cell in report.extraction.cells:
        found.setdefault(cell.key.rsplit(".", 1)[0], set()).add(cell.state)
    return found


def test_numbers_between_a_row_with_too_many_and_one_with_too_few_are_in_doubt():
    """Numbers of a row stand above its label: so may those of the next, until one has none."""
    made = quiet()
    own = requests_of(made)
    at = [n for n, line in enumerate(own) if line.count(" ") == 6]
    third, fourth, fifth = at[4:7]
    moved = [*own[: third + 1], own[fourth], *own[third + 1 : fourth], own[fifth], *own[fourth + 1 : fifth]]
    found = rows_of(read(made.text.replace("\n".join(own), "\n".join([*moved, *own[fifth + 1 :]]))))
    names = [f"requests.{row.name}" for row in form().table("requests").rows]
    assert [found[name] for name in names[4:7]] == [{"unreadable"}] * 3
    assert all(found[name] == {"reported"} for name in (*names[:4], *names[7:]))


def test_a_count_with_a_point_is_the_number_of_a_label_beside_it():
    made = quiet()
    own = requests_of(made)
    at = next(n for n, line in enumerate(own) if line.count(" ") == 6)
    wrong = own[at].split(" ")
    changed = [*own[:at], " ".join([wrong[0], "3.0", *wrong[2:]]), *own[at + 1 :]]
    found = rows_of(read(made.text.replace("\n".join(own), "\n".join(changed))))
    assert found["requests.received"] == {"unreadable"}


def test_a_blank_behind_the_number_of_a_label_makes_no_number_of_it():
    """Some programs put one there: ``1. 属于国家秘密``."""
    made = quiet()
    own = requests_of(made)
    spaced = [line.replace(".", ". ", 1) if line[:2] in {f"{n}." for n in range(1, 9)} else line for line in own]
    assert spaced != own
    report = read(made.text.replace("\n".join(own), "\n".join(spaced)))
    assert states(report) == {"reported"}


def test_dashes_between_pipes_are_no_numbers_of_table_four():
    rule = "| " + " | ".join(["---"] * 7) + " |"
    text = f"""青禾镇2024年政府信息公开工作年度报告
四、政府信息公开行政复议、行政诉讼情况
{rule}
|  | 0 | 0 |
行政复议
{rule}
五、存在的主要问题及改进情况"""
    found = {c.state for c in read(text, "青禾镇.md").extraction.cells if c.key.startswith("remedies.")}
    assert found <= {"absent", "unreadable"}
