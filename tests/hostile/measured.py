"""The worker's own reader, with the time and the most memory each input took written down."""

import json
import os
import time

from gkaudit import reading


def _peak():
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - a path of /proc
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM"))


def _reset():
    # 5: forget the highest resident size there was.
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123
        file.write("5")


def pack_chunk(chunk, shelf, announce):
    yield from _timed(reading.pack_chunk(chunk, shelf, announce))


def _timed(outcomes):
    while True:
        _reset()
        begun = time.perf_counter()
        outcome = next(outcomes, None)
        if outcome is None:
            return
        record = {"name": outcome.source, "seconds": time.perf_counter() - begun, "peak": _peak()}
        with open(os.environ["GKAUDIT_MEASURED"], "a", encoding="utf-8") as file:  # noqa: PTH123
            file.write(json.dumps(record) + "\n")
        yield outcome
