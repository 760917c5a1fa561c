"""Kill a run at random moments and let it go on: ``python -m tests.incremental.killed FOLDER COUNT [SEED]``.

``FOLDER/in`` are the inputs. Everything is imported once; each run is a fork, so that only its own work takes
time. After each kill a run goes on to its end, and what it leaves must be what an undisturbed run left.
"""

import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.incremental.results import differing, results


def without_comparison(jobs: int, engine: str) -> object:
    from gkaudit.notebook import Renderer

    made = Renderer(jobs, engine)
    made.compared = ""
    return made


def begin(folder: Path) -> int:
    """Start a run in a fork; returns its process."""
    process = os.fork()
    if process == 0:
        code = 9
        try:
            os.setpgid(0, 0)
            from gkaudit import batch
            from gkaudit.batch import Job, run

            # One notebook of each batch runs in a kernel as well: not what is looked at here, and slow.
            batch.Renderer = without_comparison
            code = run(Job((str(folder / "in"),), folder / "out", jobs=2, expectations=str(folder / "rules"))).code
        finally:
            os._exit(code)
    return process


def whole(folder: Path) -> dict[str, str]:
    """Let a run end; what it leaves."""
    _, status = os.waitpid(begin(folder), 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"a run ended with {os.waitstatus_to_exitcode(status)}")
    return results(folder / "out")


def timed(action: Callable[[], object]) -> float:
    begun = time.monotonic()
    action()
    return time.monotonic() - begun


def main() -> None:
    folder, count, rng = Path(sys.argv[1]), int(sys.argv[2]), Random(sys.argv[3] if len(sys.argv) > 3 else "0")
    for name in (
        "gkaudit.batch",
        "gkaudit.gx.validation",
        "gkaudit.gx.results",
        "gkaudit.editing",
        "gkaudit.html.county",
    ):
        importlib.import_module(name)
    shutil.rmtree(folder / "out", ignore_errors=True)
    kept: dict[str, str] = {}
    length = timed(lambda: kept.update(whole(folder)))
    killed = ended = 0
    while killed < count:
        if rng.random() < 0.5:
            # Every other time from nothing, so that early stages are hit as well.
            shutil.rmtree(folder / "out", ignore_errors=True)
        process = begin(folder)
        time.sleep(rng.random() * length * 0.9)
        os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        killed += os.WIFSIGNALED(status)
        ended += not os.WIFSIGNALED(status)
        if ended > 3 * count:
            sys.exit("the runs end too soon to be killed")
        if os.WIFSIGNALED(status) and (wrong := differing(kept, whole(folder))):
            sys.exit(f"after kill {killed}: {wrong}")
    print(f"killed {killed}, ended {ended}, the same each time")


if __name__ == "__main__":
    main()
