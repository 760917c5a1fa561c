"""``gkaudit doctor``: what is here, what is missing, and how to get it."""

from gkaudit import doctor
from gkaudit.cli import main


def test_everything_required_is_here():
    parts = doctor.examine()
    assert [p.name for p in parts if p.required and not p.here] == []
    assert {"polars", "great-expectations", "lxml", "pypdfium2"} <= {p.name for p in parts}


def test_a_missing_part_says_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(doctor.soffice, "find", lambda: None)
    monkeypatch.setattr(doctor.recognition, "missing", lambda: ("rapidocr",))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "LibreOffice" in said
    assert 'pip install "gkaudit[ocr]"' in said
    assert "rapidocr" in said


def test_a_missing_required_part_is_3(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "requires", lambda _: ["no-such-package>=1", 'pytest; extra == "test"'])
    assert main(["doctor", "--quiet"]) == 3
    said = capsys.readouterr().out
    assert "pip install no-such-package" in said
    assert "polars" not in said


def test_an_optional_part_that_is_here_is_named(monkeypatch):
    monkeypatch.setattr(doctor.soffice, "find", lambda: "/opt/soffice")
    (part,) = [p for p in doctor.examine() if p.name == "LibreOffice"]
    assert (part.here, part.detail, part.remedy) == (True, "/opt/soffice", "")
