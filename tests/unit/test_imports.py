"""What is not imported, and that it can be imported afterwards."""

import subprocess
import sys


def _printed(code):
    """What a fresh Python prints that runs this."""
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout


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
    assert _printed(code).split("\n")[:3] == ["left out", "False", "True"]


def test_great_expectations_works_without_it():
    code = "import sys, gkaudit.gx.validation, jsonschema; print('rfc3987_syntax' in sys.modules)"
    assert _printed(code).strip() == "False"


def test_what_only_charts_need_is_loaded_when_it_is_used():
    code = (
        "import sys, gkaudit.gx.validation\n"
        "loaded = [name for name in ('altair.vegalite', 'scipy.stats.distributions') if name in sys.modules]\n"
        "import altair, scipy.stats\n"
        "print(loaded, altair.Chart.__name__, scipy.stats.norm.cdf(0))\n"
    )
    assert _printed(code).strip() == "[] Chart 0.5"


def test_the_expectations_that_need_it_still_judge():
    code = (
        "import pandas, warnings\nwarnings.simplefilter('ignore')\n"
        "from gkaudit.gx.imports import gx\n"
        "context = gx.get_context(mode='ephemeral')\n"
        "asset = context.data_sources.add_pandas('p').add_dataframe_asset('a')\n"
        "batch = asset.add_batch_definition_whole_dataframe('b').get_batch({'dataframe': pandas.DataFrame({'x': [1, 2] * 50})})\n"
        "even = {'values': [1, 2], 'weights': [0.5, 0.5]}\n"
        "asked = gx.expectations.ExpectColumnKLDivergenceToBeLessThan(column='x', partition_object=even, threshold=0.1)\n"
        "print(batch.validate(asked).success)\n"
    )
    assert _printed(code).strip().endswith("True")
