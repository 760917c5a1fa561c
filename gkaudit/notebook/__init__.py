"""Execution of the notebooks: papermill in a fork or a kernel for one report, several at a time for many."""

from gkaudit.notebook.many import Rendered, Renderer, chosen_engine, render_many
from gkaudit.notebook.run import notebook_path, render_notebook, render_report, report_tasks

__all__ = [
    "Rendered",
    "Renderer",
    "chosen_engine",
    "notebook_path",
    "render_many",
    "render_notebook",
    "render_report",
    "report_tasks",
]
