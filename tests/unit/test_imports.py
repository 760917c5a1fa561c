"""What is not imported, and that it can be imported afterwards."""

import subprocess
import sys


def test_the_iri_grammar_is_left_out_and_not_forbidden():
    code = (
        "import sys, types\n"
        "from gkaudit.imports import without_iri_grammar\n"
        "with without_iri_grammar():\n"
        "    try:\n        import rfc3987_syntax\n        print('there')\n"
        "    except ImportError:\n        print('left out')\n"
        "print('rfc3987_syntax' in sys.modules)\n"
        "sys.modules['rfc3987_syntax'] = mine = types.ModuleType('rfc3987_syntax')\n"
        "with without_iri_grammar():\n    import rfc3987_syntax\n"
        "print(sys.modules['rfc3987_syntax'] is mine)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split("\n")[:3] == ["left out", "False", "True"]


def test_great_expectations_works_without_it():
    code = "import sys, gkaudit.gx.validation, jsonschema; print('rfc3987_syntax' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
