"""gkaudit: audit of 政府信息公开工作年度报告 in Jupyter, in batches and as pages.

    import gkaudit as gk

    report = gk.read("reports_in/青石镇2024年报告.txt")   # one report: .cells .sections
    audit = gk.audit("reports_in")                       # a batch: .reports .cells .findings .verdicts
    audit.render("audit_out")                            # notebooks and pages
    gk.load("audit_out").explore()                       # a finished run, in the explorer

Nothing heavy is imported until it is used: Great Expectations with ``audit``, papermill and
nbconvert with ``render``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gkaudit.auditing import Audit, AuditedReport, Failure, audit
    from gkaudit.opening import load
    from gkaudit.report import Report, read

__all__ = ["Audit", "AuditedReport", "Failure", "Report", "__version__", "audit", "load", "read"]

__version__ = "0.1.0"

_HOME = {
    "Audit": "gkaudit.auditing",
    "AuditedReport": "gkaudit.auditing",
    "Failure": "gkaudit.auditing",
    "Report": "gkaudit.report",
    "audit": "gkaudit.auditing",
    "load": "gkaudit.opening",
    "read": "gkaudit.report",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gkaudit' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
