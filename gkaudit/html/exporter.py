"""An executed notebook as one self-contained page: no request, our style only, no script but ours."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path
from typing import Any

from nbconvert.exporters import TemplateExporter
from traitlets import default
from traitlets.config import Config

from gkaudit.html.text import LANGS, script, stylesheet

__all__ = ["GkHTMLExporter"]


def _page_facts(nb: Any, resources: dict[str, Any]) -> dict[str, str]:
    """Title, language, name of our script: as the style display says, else parameters, else file name."""
    parameters = nb.metadata.get("papermill", {}).get("parameters", {})
    facts = {
        "title": str(resources.get("metadata", {}).get("name", "gkaudit")),
        "lang": str(parameters.get("lang", "zh")),
        "script": "",
    }
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if _is_style(output):
                facts |= {k: str(v) for k, v in output.metadata["gkaudit"].items() if k in facts}
    facts["lang"] = LANGS.get(facts["lang"], LANGS["zh"])
    return facts


def _is_style(output: Any) -> bool:
    marks = output.get("metadata", {}).get("gkaudit", {})
    return isinstance(marks, dict) and marks.get("role") == "style"


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


class GkHTMLExporter(TemplateExporter):
    """``jupyter nbconvert --to gkaudit``: outputs only, in our template.

    Cells tagged ``remove_cell`` are left out, as are inputs, widgets and JavaScript. The content
    security policy admits our style sheet, and our script where the page names one, by their hashes.
    """

    export_from_notebook = "gkaudit"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name(self) -> str:
        return "gkaudit"

    @default("extra_template_basedirs")
    def _template_folders(self) -> list[str]:
        return [str(Path(__file__).parent / "templates")]

    @default("optimistic_validation")
    def _validate_once(self) -> bool:
        # nbconvert 7.17 cannot do this without a preprocessor; default_config keeps exactly one.
        return True

    @property
    def default_config(self) -> Config:
        """Our settings over nbconvert's."""
        ours = Config(
            {
                "GkHTMLExporter": {"default_preprocessors": ["nbconvert.preprocessors.TagRemovePreprocessor"]},
                "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"remove_cell"}},
            }
        )
        merged: Config = super().default_config.copy()
        merged.merge(ours)
        return merged

    def from_notebook_node(  # type: ignore[override]  # text instead of a notebook, as nbconvert's own do
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page, and nbconvert's resources."""
        resources = dict(resources or {})
        css, facts = stylesheet(), _page_facts(nb, resources)
        # Only a name comes from the notebook; the script itself is ours.
        code = script(facts["script"])
        resources["gkaudit"] = {
            **facts,
            "css": css,
            "css_hash": _digest(css),
            "script": code,
            "script_hash": _digest(code),
            "is_style": _is_style,
        }
        return super().from_notebook_node(nb, resources, **kw)
