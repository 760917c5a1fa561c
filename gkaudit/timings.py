"""Where the time goes: seconds by stage, on the clock and of all processors, and the most memory used."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter, process_time

__all__ = ["Timings", "peak_memory"]


class Timings:
    """Stages with their seconds, in the order they were begun; ``with timings("read"): …``."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count a stage; a stage counted twice adds up."""
        wall, cpu = perf_counter(), _processors()
        try:
            yield
        finally:
            self.wall[stage] = self.wall.get(stage, 0.0) + perf_counter() - wall
            self.cpu[stage] = self.cpu.get(stage, 0.0) + _processors() - cpu


def _processors() -> float:
    """Processor seconds of this process and of those children that have ended."""
    if sys.platform == "win32":
        return process_time()
    import resource  # noqa: PLC0415 - not there on Windows

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def peak_memory() -> float | None:
    """Megabytes this process has used at most; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415 - not there on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
