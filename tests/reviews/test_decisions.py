"""Decisions: what stands about a finding, and what makes it stand open again."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import polars as pl
import pytest

from gkaudit import frames
from gkaudit.errors import UsageError
from gkaudit.reviews import DECISIONS, REVIEWS, Ledger, gone, marks, reviewed, sentence
from gkaudit.reviews.storage import writing
from tests.reviews.frames_of import PART, SHA, TOTAL, TOWN, cells, findings, reports


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "audit_out" / "reviews.sqlite")


def decide(ledger, kind, reason="", author="张三", at=0, of=None):
    mark = marks(findings("f1", "f2"), reports(), cells()).row(at, named=True) if of is None else of
    return ledger.decide(mark, kind, reason, author)


def standing(ledger, found=None, source=None, values=None, lang="zh"):
    return reviewed(
        findings("f1", "f2") if found is None else found,
        reports() if source is None else source,
        cells() if values is None else values,
        ledger.decisions(),
        lang,
    )


def test_nothing_is_written_by_looking(ledger):
    assert ledger.decisions().schema == DECISIONS
    assert ledger.corrections().is_empty()
    assert not ledger.path.parent.exists()
    assert standing(ledger).schema == REVIEWS
    assert standing(ledger)["review"].to_list() == ["open", "open"]


@pytest.mark.parametrize(
    ("kind", "review"), [("confirm", "confirmed"), ("dismiss", "dismissed"), ("ask", "asked"), ("withdraw", "open")]
)
def test_the_last_decision_stands(ledger, kind, review):
    decide(ledger, "confirm", "先确认")
    decide(ledger, kind, "看了原件", "李四")
    first, second = standing(ledger).to_dicts()
    assert first["review"] == review
    assert (first["author"], first["reason"]) == (("李四", "看了原件") if kind != "withdraw" else (None, None))
    assert second["review"] == "open"
    assert first["entries"] == 2


def test_a_note_decides_nothing(ledger):
    decide(ledger, "dismiss", "识读有误")
    decide(ledger, "note", "已电话联系")
    found = standing(ledger).row(0, named=True)
    assert (found["review"], found["notes"]) == ("dismissed", ["已电话联系"])


def test_dismissing_needs_a_reason(ledger):
    for kind in ("dismiss", "note"):
        with pytest.raises(UsageError, match="理由"):
            decide(ledger, kind, "  ")
    with pytest.raises(UsageError, match="shrug"):
        decide(ledger, "shrug")
    assert not ledger.path.exists()


def test_the_database_itself_refuses_to_forget(ledger):
    decide(ledger, "dismiss", "理由")
    for statement in ("UPDATE decisions SET reason = ''", "DELETE FROM decisions"):
        with pytest.raises(UsageError, match="账本"), writing(ledger.path) as connection:
            connection.execute(statement)
    assert ledger.decisions()["reason"].to_list() == ["理由"]


def test_a_changed_source_opens_again_and_says_so(ledger):
    decide(ledger, "dismiss", "旧版扫描不清")
    found = standing(ledger, source=reports("b" * 64)).row(0, named=True)
    assert found["review"] == "reopened"
    assert found["decision"] == "dismiss"
    assert "源文件已更换" in sentence(found)
    assert "旧版扫描不清" in sentence(found)


def test_a_changed_number_opens_again_and_says_which(ledger):
    decide(ledger, "confirm")
    values = cells(requests__other__total=7)
    found = standing(ledger, values=values).row(0, named=True)
    assert found["review"] == "reopened"
    assert "原为 0，现为 7" in found["changed"]
    english = standing(ledger, values=values, lang="en").row(0, named=True)
    assert "was 0 and is now 7" in english["changed"]


def test_a_number_that_became_unreadable_opens_again(ledger):
    decide(ledger, "confirm")
    found = standing(ledger, values=cells(requests__other__total="unreadable")).row(0, named=True)
    assert "现为 无法辨认" in found["changed"]


def test_numbers_of_the_text_count_as_well(ledger):
    decide(ledger, "confirm")
    assert standing(ledger, found=findings("f1", observed="8")).row(0, named=True)["review"] == "reopened"
    # Other words around the same numbers are another language, not another finding.
    assert standing(ledger, found=findings("f1", observed="5 items"))["review"].to_list() == ["confirmed"]


def test_a_number_elsewhere_changes_nothing(ledger):
    decide(ledger, "confirm")
    assert standing(ledger, values=cells(remedies__litigation_direct__total=3))["review"][0] == "confirmed"


def test_a_zero_too_many_is_no_change():
    plain = cells(requests__processed__total=10)
    longer = plain.with_columns(pl.col("value").cast(pl.Decimal(38, 6)))
    numbers = [marks(findings("f1"), reports(), c)["numbers"][0] for c in (plain, longer)]
    assert numbers[0] == numbers[1]
    assert f'"{TOTAL}":"10"' in numbers[0]
    assert f'"{PART}":"0"' in numbers[0]


def test_a_print_holds_no_personal_number():
    secret = findings("f1", keys=(), observed="13912345678")
    assert "13912345678" not in marks(secret, reports(), cells())["numbers"][0]
    # … and is the same for the frames in memory and those in the files, which are covered.
    assert (
        marks(secret, reports(), cells())["numbers"][0] == marks(frames.shown(secret), reports(), cells())["numbers"][0]
    )


def test_a_decision_follows_a_report_that_was_renamed(ledger):
    decide(ledger, "dismiss", "同名")
    other = f"{TOWN}-1a2b3c"
    moved = findings("f9", name=other)
    found = reviewed(moved, reports(name=other), cells(other), ledger.decisions()).row(0, named=True)
    assert (found["review"], found["reason"]) == ("dismissed", "同名")
    changed = reviewed(moved, reports(name=other), cells(other, requests__other__total=1), ledger.decisions())
    assert changed["review"].to_list() == ["open"]


def test_a_report_that_nobody_wrote_about_is_told_from_others(ledger):
    assert not ledger.concerns(TOWN, SHA)
    assert not ledger.path.exists()
    decide(ledger, "confirm")
    assert ledger.concerns(TOWN, "another")
    assert ledger.concerns("another", SHA)
    assert not ledger.concerns("another", "another")
    assert not ledger.concerns("another", None)


def test_decisions_on_what_is_gone_stay_listed(ledger):
    decide(ledger, "confirm", at=1)
    left = gone(ledger.decisions(), findings("f1"))
    assert left["finding_id"].to_list() == ["f2"]


def test_hostile_words_come_back_as_they_were(ledger):
    said = "'); DROP TABLE decisions; -- <script>alert(1)</script> {author} \x00\u202e"
    decide(ledger, "dismiss", said)
    assert ledger.decisions()["reason"].to_list() == [said.strip()]
    assert "DROP TABLE" in sentence(standing(ledger).row(0, named=True))


def test_what_is_no_ledger_is_refused_in_one_sentence(tmp_path):
    text = tmp_path / "text.sqlite"
    text.write_text("这不是数据库" * 200, "utf-8")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE a (b)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        with pytest.raises(UsageError, match="账本"):
            Ledger(path).decisions()
        with pytest.raises(UsageError, match="账本"):
            decide(Ledger(path), "confirm")
        assert path.read_bytes() == before


def test_a_ledger_of_a_later_version_is_left_alone(ledger):
    decide(ledger, "confirm")
    with sqlite3.connect(ledger.path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    with pytest.raises(UsageError, match="升级"):
        ledger.decisions()
    with pytest.raises(UsageError, match="升级"):
        decide(ledger, "confirm")


def test_a_source_without_content_does_not_fail():
    frame = marks(findings("f1"), reports(sha256=None), cells())
    assert frame["sha256"].to_list() == [""]
    assert SHA not in frame["numbers"][0]


def test_decimals_stay_exact():
    key = "disclosure.fees.amount_10k_yuan"
    values = cells(**{key.replace(".", "__"): Decimal("190.457379")})
    assert '"190.457379"' in marks(findings("f1", keys=(key,)), reports(), values)["numbers"][0]
