"""Execution of the notebooks: papermill for one report, a process pool for many."""

from gkaudit.notebook.run import Rendered, notebook_path, render_many, render_notebook, render_report

__all__ = ["Rendered", "notebook_path", "render_many", "render_notebook", "render_report"]
