"""``gkaudit explain`` and the block of the page: facts, leads, nothing was changed - in both languages."""

import re
from pathlib import Path

import polars as pl
import pytest

import gkaudit as gk
from gkaudit import frames
from gkaudit.cli import main
from gkaudit.html.leads import leads_fragment
from gkaudit.html.model import load
from gkaudit.output import write_data

SAMPLES = Path(gk.__file__).parents[1] / "reports_in"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    audit = gk.audit(*(path for path in sorted(SAMPLES.glob("*.txt")) if path.name[:3] in ("苇渡镇", "霁桥镇")))
    write_data(audit, folder)
    return folder


def _said(capsys, *args):
    code = main(["explain", *args])
    return code, capsys.readouterr()


@pytest.mark.parametrize(
    ("lang", "heads"),
    [
        ("zh", ["【事实】", "【线索，非结论】", "【原值未改】"]),
        ("en", ["[Facts]", "[Leads, not conclusions]", "[Nothing was changed]"]),
    ],
)
def test_three_blocks_in_order(out, capsys, lang, heads):
    code, said = _said(capsys, "苇渡镇-2024", "--out", str(out), "--lang", lang)
    places = [said.out.index(head) for head in heads]
    assert code == 0
    assert places == sorted(places)
    assert "15→16" in said.out.replace(" → ", "→")
    assert "%" not in said.out


def test_one_check_only(out, capsys):
    _, said = _said(capsys, "苇渡镇-2024", "ari-03", "--out", str(out))
    assert "ARI-03" in said.out
    assert "15→16" in said.out
    _, said = _said(capsys, "苇渡镇-2024", "STR-01", "--out", str(out))
    assert "没有线索可给" in said.out


def test_a_report_that_adds_up(out, capsys):
    code, said = _said(capsys, "霁桥镇-2024", "--out", str(out))
    assert code == 0
    assert "没有需要解释的矛盾" in said.out
    assert leads_fragment(load("霁桥镇-2024", out / "data")).html == ""


@pytest.mark.parametrize("args", [("没有这个镇-2024",), ("苇渡镇-2024", "XXX-99")])
def test_what_is_not_there_is_named(out, capsys, args):
    code, said = _said(capsys, *args, "--out", str(out))
    assert code == 3
    assert args[-1] in said.err
    assert "Traceback" not in said.err


def test_no_results_yet(tmp_path, capsys):
    code, said = _said(capsys, "某镇-2024", "--out", str(tmp_path))
    assert code == 3
    assert "gkaudit run" in said.err


def test_words_of_a_report_are_never_markup(out, tmp_path):
    hostile = "<script>alert(1)</script>\x1b[31m"
    for path in (out / "data").glob("*.parquet"):
        data = frames.read(path)
        if path.stem == "leads":
            data = data.with_columns(
                pl.lit([hostile]).alias("agrees_with"),
                pl.lit(hostile).alias("message_zh"),
                pl.lit(hostile).alias("turns_zh"),
            )
        data.write_parquet(tmp_path / path.name)
    block = leads_fragment(load("苇渡镇-2024", tmp_path))
    assert "<script" not in block.html
    assert "\x1b" not in block.html + block.text


def test_cells_are_linked_and_unique_ids_kept(out):
    block = leads_fragment(load("苇渡镇-2024", out / "data"))
    assert 'href="#c-requests-received-total"' in block.html
    assert re.findall(r'id="([^"]+)"', block.html) == ["leads"]


def test_secrets_in_quotes_are_covered():
    from tests.editing.tables import claim, numbers, studied

    values = numbers(requests__full_grant__natural_person=5) | {"requests.received.total": 9}
    quote = "张三（身份证 11010519491231002X）等申请9件"
    leads = studied(values, claims=[claim("requests.received.total", 5, quote)]).leads
    assert "11010519491231002X" not in str(leads)
