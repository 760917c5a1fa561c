"""One finished run for all tests of the explorer; each test has a ledger of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gkaudit.batch import Job, run

SAMPLES = Path(__file__).resolve().parents[2] / "reports_in"


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    """Four samples - text, Word, PDF, Markdown - and one of them a year earlier."""
    folder = tmp_path_factory.mktemp("explore") / "reports_in"
    folder.mkdir()
    for name in ("枫砚镇", "砚芷镇", "菱漪镇", "墨岫乡"):
        shutil.copy(next(SAMPLES.glob(f"{name}*")), folder)
    text = next(folder.glob("枫砚镇*")).read_text("utf-8").replace("2024", "2023")
    (folder / "枫砚镇2023年报告.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def results(sources):
    """The folder of a run without pages."""
    run(Job((str(sources),), sources.parent / "audit_out", 1, pages=False))
    return sources.parent / "audit_out"
