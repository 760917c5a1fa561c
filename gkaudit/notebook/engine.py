"""The papermill engine ``gkaudit``: cells run in this process instead of a kernel of their own.

``papermill --engine gkaudit in.ipynb out.ipynb`` uses it by hand. In a batch each notebook is run by it in
a forked process (:mod:`gkaudit.notebook.zygote`), so that notebooks share nothing. What it leaves out
against a kernel: ``input()``, debuggers, and output that bypasses ``sys.stdout``.
"""

from __future__ import annotations

from typing import Any

__all__ = ["NAME", "InProcessEngine", "registered"]

NAME = "gkaudit"


class InProcessEngine:
    """Stands for the engine; papermill loads every engine it knows, so this loads nothing until it is used."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **kwargs: Any) -> Any:
        """Run a notebook, as papermill's engines do."""
        return _real().execute_notebook(nb, kernel_name, **kwargs)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """The kernel a notebook asks for."""
        return _real().nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """The language a notebook is written in."""
        return _real().nb_language(nb, language)


def _real() -> Any:
    from gkaudit.notebook.cells import CellEngine  # noqa: PLC0415

    return CellEngine


def registered() -> str:
    """The name of the engine, known to papermill also where the package was installed before it had one."""
    from papermill.engines import papermill_engines  # noqa: PLC0415

    papermill_engines.register(NAME, InProcessEngine)
    return NAME
