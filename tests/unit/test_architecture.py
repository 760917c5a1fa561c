"""One way through the house: a module imports only from those above it, and the front door is light."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import gkaudit

PACKAGE = Path(gkaudit.__file__).parent
#: Rooms in the order of the way through; a room may be a module or a folder.
ROOMS = [
    "errors", "files", "closing", "portions", "hashing", "imports", "timings", "resources", "chars", "totals", "masking", "prose", "form", "vocabulary", "document", "readers", "headwords", "grid", "alignment", "placement",
    "tables", "damage", "cells", "confirmation", "sections", "preface", "identity", "narrative", "frames", "wide", "slices", "report", "rows", "rows_of", "batches", "excerpts", "panel", "gx", "wording", "editing", "grouping", "quoting", "findings", "matching",
    "undetermined", "reviews", "notebook", "html", "display", "xlsx", "reading", "workers", "store", "cluster", "preload", "remote", "auditing", "opening", "publishing", "output", "batch", "widgets", "doctor", "console", "understood", "terminal", "cli", "__main__",
]  # fmt: skip
#: Packages that only an extra brings.
EXTRAS = {"cv2": "gkaudit[ocr]", "anywidget": "gkaudit[explore]"}
HEAVY = {"great_expectations", "papermill", "nbconvert", "ipywidgets", "polars", "pandas", "rich", "IPython"}


def _room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "gkaudit":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from [a.name.split(".")[1] for a in node.names if a.name.startswith("gkaudit.")]


MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def test_every_module_has_a_room():
    assert {_room(path) for path in MODULES} == set(ROOMS)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_only_from_above(path):
    own = ROOMS.index(_room(path))
    below = {name for name in _imports(path) if name in ROOMS and ROOMS.index(name) > own}
    # what an object is asked to do with itself - be rendered, shown, explored - lies below; imported on demand
    below -= {"auditing": {"output", "display", "widgets"}, "report": {"display", "html"}}.get(_room(path), set())
    assert not below, f"{path.name} imports from below: {below}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_all_is_exact(path):
    name = ".".join(("gkaudit", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    tree = ast.parse(path.read_text("utf-8"))
    listed = [n for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "__all__"]
    if not listed:
        return
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        pytest.skip(f"needs {EXTRAS[error.name]}")
    missing = [entry for entry in module.__all__ if not hasattr(module, entry)]
    assert not missing, f"{name}.__all__ names what is not there: {missing}"


def test_the_public_surface_is_there():
    assert set(gkaudit.__all__) - {"__version__"} == set(gkaudit._HOME)
    for name in gkaudit.__all__:
        assert getattr(gkaudit, name) is not None
    with pytest.raises(AttributeError, match="no_such_thing"):
        gkaudit.no_such_thing  # noqa: B018


def test_the_front_door_is_light():
    code = "import sys, gkaudit; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_reading_needs_no_validation_engine():
    code = "import sys, gkaudit.report; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not (HEAVY - {"polars"}) & set(done.stdout.split())
