"""What a page costs: ``python tests/bench/bench_page.py [--pages 40] [--baseline 2]``.

The same notebook with the same parameters, from executed notebook to page, processor seconds a page: through
the two command lines (``papermill``, then ``jupyter nbconvert --to gkaudit``), and through the fork server with
a process of its own for each page on one core. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from gkaudit import frames, slices
from gkaudit.batch import Job, run
from gkaudit.notebook import Renderer, notebook_path, report_tasks
from gkaudit.publishing import TABLES
from tests.generate.many import write

ROOT = Path(__file__).parents[2]


def processors() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the clock and of all processors."""
    wall, cpu = time.perf_counter(), processors()
    action()
    return time.perf_counter() - wall, processors() - cpu


def by_hand(report_id: str, data: Path, made: Path) -> None:
    """The two command lines."""
    parameters = ["-p", "report_id", report_id, "-p", "data_dir", str(data)]
    papermill = [sys.executable, "-m", "papermill", str(notebook_path("township")), str(made), *parameters]
    subprocess.run([*papermill, "--no-progress-bar"], check=True, capture_output=True)
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "gkaudit", str(made)],
        check=True,
        capture_output=True,
        cwd=made.parent,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--baseline", type=int, default=2, help="pages made by the command lines")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        list(write(asked.pages, folder / "in"))
        audit = run(Job((str(folder / "in"),), folder / "out", jobs=2, pages=False)).audit
        ids = audit.reports.get_column("report_id").to_list()
        data = folder / "out" / "data"
        hand = [timed(lambda i=i: by_hand(ids[i], data, folder / f"{i}.ipynb")) for i in range(asked.baseline)]
        slow_wall, slow = (min(each) for each in zip(*hand, strict=True))
        tasks, _ = report_tasks(ids, data, folder / "out", "zh")
        slices.write(
            {name: frames.shown(getattr(audit, name)) for name in TABLES}, {i: [i] for i in ids}, folder / "out"
        )

        def start_only() -> None:
            with Renderer(1, "fork") as renderer:
                renderer.compared = ""
                renderer.render(dict([next(iter(tasks.items()))]))

        def all_pages() -> None:
            with Renderer(1, "fork") as renderer:
                # No comparison with a kernel: that is one a batch, not one a page.
                renderer.compared = ""
                renderer.render(tasks)

        one, many = timed(start_only), timed(all_pages)
        wall, cpu = ((b - a) / (len(ids) - 1) for a, b in zip(one, many, strict=True))
        print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")
        print(f"{'':34} {'clock ms':>9} {'processor ms':>13}")
        print(f"{'papermill + jupyter nbconvert':34} {slow_wall * 1e3:9.0f} {slow * 1e3:13.0f}")
        print(f"{'a fork of its own, one core':34} {wall * 1e3:9.0f} {cpu * 1e3:13.0f}")
        print(f"{'ratio':34} {slow_wall / wall:9.0f} {slow / cpu:13.0f}")
        print(f"start of the server and first page: {one[1] * 1e3:.0f} ms once a batch")


if __name__ == "__main__":
    main()
