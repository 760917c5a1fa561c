"""Pages of some reports of an audit, in a folder of their own, with what was decided about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gkaudit.auditing import Audit
from gkaudit.errors import UsageError
from gkaudit.output import write_all
from gkaudit.reviews import NAME, Ledger

__all__ = ["share"]


def share(
    audit: Audit, report_ids: Sequence[str], folder: Path, ledger: Ledger, progress: Callable[[int], None] | None = None
) -> Path:
    """Write data, notebooks and pages of the reports to ``folder``; returns the index page.

    The ledger goes along as a copy, so that the pages show the decisions. Raises UsageError where the folder
    is that of the ledger, or has results already.
    """
    if folder.resolve() == ledger.path.parent.resolve() or (folder / "data").exists():
        raise UsageError(f"{folder}：这里已经有结果，请换一个文件夹")
    folder.mkdir(parents=True, exist_ok=True)
    ledger.copy_to(folder / NAME)

    def step(stage: str, done: int, _total: int) -> None:
        if stage == "pages" and progress:
            progress(done)

    return write_all(audit.only(*report_ids), folder, progress=step).index
