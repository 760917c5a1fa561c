"""The whole run: ``python tests/bench/bench_run.py [--sizes 100 1000] [--formats docx] [--jobs 2] [--no-pages]``.

For each size, on generated reports: seconds by stage, reports a second, the most memory of the main process;
then the same again with nothing changed, with one report changed, and (``--workers``) with one worker against
two, in local processes and over a Dask scheduler with its workers. It measures; it does not pass or fail.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.generate.many import FORMATS, report, write


def run(source: Path, out: Path, *more: str) -> dict[str, Any]:
    """The command; its manifest with seconds on the clock and of all processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    call = [sys.executable, "-m", "gkaudit", "run", str(source), "--out", str(out), "--quiet", *more]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    told: dict[str, Any] = json.loads((out / "run.json").read_text("utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return told | {"wall": wall, "cpu": cpu}


def line(name: str, size: int, told: dict[str, Any]) -> None:
    stages = " ".join(f"{stage} {seconds:.1f}" for stage, seconds in told["timings"].items())
    memory = told.get("peak_memory_mb")
    print(
        f"{size:7} {name:22} {told['wall']:8.1f} s {told['cpu']:8.1f} cpu-s {size / told['wall']:7.1f}/s"
        f" {told['cpu'] / size * 1e3:7.0f} cpu-ms each {memory or 0:7.0f} MB  [{stages}]",
        flush=True,
    )


def start_up() -> float:
    """Seconds to start Python and load what a run loads, the validation engine included."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import gkaudit.batch, gkaudit.gx.validation"], check=True)
    return time.perf_counter() - begun


def measure(size: int, folder: Path, formats: tuple[str, ...], more: list[str]) -> None:
    source, out = folder / "in", folder / "out"
    paths = list(write(size, source, formats))
    line("all", size, run(source, out, *more))
    line("nothing changed", size, run(source, out, *more))
    name, data = report(size // 2, formats[(size // 2) % len(formats)], seed=1)
    paths[size // 2].write_bytes(data)
    changed = run(source, out, *more)
    line("one changed", size, changed)
    # What any run takes before it has anything to do with the size: the changed report by itself.
    alone = folder / "alone" / Path(name).name
    alone.parent.mkdir()
    alone.write_bytes(data)
    single = run(alone.parent, folder / "alone_out", *more)
    line("the changed one alone", 1, single)
    print(
        f"{size:7} one changed takes {changed['wall'] - single['wall']:.1f} s more than that report alone", flush=True
    )


def workers(size: int, folder: Path, formats: tuple[str, ...]) -> None:
    """One worker against two: local processes, and over a scheduler and workers on this machine."""
    source, out = folder / "in", folder / "out"
    list(write(size, source, formats))
    for count in (1, 2):
        shutil.rmtree(out, ignore_errors=True)
        line(f"{count} local", size, run(source, out, "--jobs", str(count)))
    for count in (1, 2):
        shutil.rmtree(out, ignore_errors=True)
        with cluster(folder, count, *_READY) as address:
            line(f"{count} over dask", size, run(source, out, "--scheduler", address))


#: As docs/cluster.md has scheduler and workers started.
_QUIET = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False", "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "500ms"}
_READY = ("--preload", "gkaudit.preload")


class cluster:  # noqa: N801 - reads as a function
    """A Dask scheduler and its workers, which have all joined it, as processes on the loopback address.

    ``more``: further arguments of ``dask worker``.
    """

    def __init__(self, folder: Path, count: int, *more: str) -> None:
        self.folder, self.count, self.more = folder, count, more
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> str:
        import distributed

        told = self.folder / "scheduler.json"
        told.unlink(missing_ok=True)
        base = [sys.executable, "-m", "dask"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        quiet["env"] = os.environ | _QUIET
        own = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)]
        self.processes.append(subprocess.Popen([*base, "scheduler", *own], **quiet))
        while not told.is_file():
            time.sleep(0.1)
        address: str = json.loads(told.read_text())["address"]
        threads = ["--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1", "--local-directory", str(self.folder)]
        for _ in range(self.count):
            self.processes.append(subprocess.Popen([*base, "worker", address, *threads, *self.more], **quiet))
        with distributed.Client(address) as client:
            client.wait_for_workers(self.count)
        return address

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--formats", nargs="+", default=["docx"], choices=FORMATS)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-pages", action="store_true", help="stop after the data")
    parser.add_argument("--workers", type=int, metavar="N", help="also one worker against two on N reports")
    asked = parser.parse_args()
    # Where Python keeps no module compiled, each process would be measured compiling all of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    more = ["--jobs", str(asked.jobs), *(["--no-html"] if asked.no_pages else [])]
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, start-up {start_up():.1f} s", flush=True)
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder), tuple(asked.formats), more)
    if asked.workers:
        with tempfile.TemporaryDirectory() as folder:
            workers(asked.workers, Path(folder), tuple(asked.formats))


if __name__ == "__main__":
    main()
