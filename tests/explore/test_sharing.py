"""Pages of a selection, and places in pictures."""

from __future__ import annotations

import hashlib

import pytest

import gkaudit as gk
from gkaudit.errors import UsageError
from gkaudit.frames import read
from gkaudit.reviews import NAME, Ledger
from gkaudit.widgets.photograph import png
from gkaudit.widgets.source import Sources
from gkaudit.widgets.words import say_in
from tests.explore.clicks import click, finding

pytest.importorskip("anywidget", reason="needs gkaudit[explore]")


def test_the_selection_becomes_pages_with_its_decisions(results, tmp_path):
    audit = gk.load(results)
    explorer = audit.explore(reviews=tmp_path / NAME, author="张三", report_id="枫砚镇-2024")
    click(explorer.findings, f"finding:{finding(explorer, 'ARI-02').finding_id}")
    explorer._decide("dismiss", "台账已核", "张三")
    explorer.filters["review"].value = "dismissed"
    said = []
    done = explorer._share(str(tmp_path / "给各镇"), said.append)
    shared = tmp_path / "给各镇"
    assert str(shared / "index.html") in done
    assert [page.name for page in (shared / "reports").iterdir()] == ["枫砚镇-2024.html"]
    assert read(shared / "data" / "cells.parquet").height == 200
    assert "台账已核" in (shared / "reports" / "枫砚镇-2024.html").read_text("utf-8")
    assert Ledger(shared / NAME).decisions().equals(Ledger(tmp_path / NAME).decisions())
    assert "1 / 1" in "".join(said)
    # Neither results nor a ledger are ever written over.
    for taken in (shared, tmp_path):
        with pytest.raises(UsageError, match="换一个文件夹"):
            explorer._share(str(taken), said.append)


def test_nothing_selected_is_nothing_to_share(results, tmp_path):
    explorer = gk.load(results).explore(reviews=tmp_path / NAME)
    explorer.filters["text"].value = "没有这样的字"
    with pytest.raises(UsageError, match="没有符合条件"):
        explorer._share(str(tmp_path / "x"), print)
    assert not (tmp_path / "x").exists()


def test_a_scan_is_shown_with_a_box_on_it(tmp_path):
    picture = png(bytes(200 * 100), 200, 100)
    (tmp_path / "扫描.png").write_bytes(picture)
    facts = {"source": "扫描.png", "format": "png", "sha256": hashlib.sha256(picture).hexdigest()}
    # 200 x 100 pixels at 200 dpi are 72 x 36 points.
    anchor = {"page": 1, "box": [18.0, 9.0, 36.0, 18.0]}
    html = Sources([tmp_path]).html(facts, anchor, "", say_in("zh"))
    assert "data:image/png;base64,iVBOR" in html
    assert "left:25.00%;top:25.00%;width:25.00%;height:25.00%" in html
    assert "没有坐标" in Sources([tmp_path]).html(facts, {"page": 1}, "", say_in("zh"))
    changed = {**facts, "sha256": "0" * 64}
    assert "sha256" in Sources([tmp_path]).html(changed, anchor, "", say_in("zh"))
    assert "iVBOR" not in Sources([tmp_path]).html(changed, anchor, "", say_in("zh"))


def test_words_are_there_in_both_languages():
    zh, en = (say_in(lang).table for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    assert all(zh.values())
    fields = {name: {part.split("}")[0] for part in text.split("{")[1:]} for name, text in zh.items()}
    assert fields == {name: {part.split("}")[0] for part in text.split("{")[1:]} for name, text in en.items()}
