"""The process that forks: ready before the first page, and without anything that a fork must not inherit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gkaudit.html.township import Page
from gkaudit.notebook.forks import has_fork

_COUNT = """
import importlib, os, tempfile
from gkaudit.notebook import zygote
for name in zygote._PAGES:
    importlib.import_module(name)
threads = lambda: len(os.listdir("/proc/self/task"))
before = threads()
with tempfile.TemporaryDirectory() as folder:
    zygote._warm(folder)
    left = os.listdir(folder)
print(threads() - before, "warm" in left)
"""


@pytest.mark.skipif(not has_fork(), reason="only where notebooks are run in forks")
def test_getting_ready_starts_no_thread_and_leaves_no_file():
    done = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "False"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_about_no_report_has_every_part(lang):
    page = Page.blank(lang)
    parts = ("style", "summary", "findings", "leads", "duplicates", "tables", "prose", "provenance")
    made = {part: str(getattr(page, part)().html) for part in parts}
    assert 'id="provenance"' in made["provenance"]
    assert made["tables"].count("<table") == 3
