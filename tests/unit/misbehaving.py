"""A reader for workers that does what the name of the input says."""

import ctypes
import os
import subprocess
import sys
import time

from gkaudit.reading import Failure, packed, read_one


def read_chunk(chunk, shelf, announce):
    for item in chunk:
        announce(20.0)
        yield _read(item, shelf, announce)


def pack_chunk(chunk, shelf, announce):
    yield from map(packed, read_chunk(chunk, shelf, announce))


def _read(item, shelf, announce):
    kind = item.path.stem.split("-")[0]
    if kind == "exit":
        os._exit(7)
    if kind == "segfault":
        ctypes.string_at(0)
    if kind == "hang":
        announce(0.5)
        # Asleep inside a library, deaf to every signal that can be caught.
        ctypes.CDLL(None).sleep(300)
    if kind == "wait":
        time.sleep(300)
    if kind == "child":
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        item.path.write_text(str(child.pid), encoding="ascii")
        announce(0.5)
        time.sleep(300)
    if kind == "noise":
        os.write(1, b"library says hello\n")
        print("hello", flush=True)
    if kind == "memory":
        return Failure(item.name, f"{len(bytearray(6 * 1024**3))}")
    if kind == "where":
        return Failure(item.name, f"{os.getpid()} {os.environ.get('HOME')}")
    return read_one(item, shelf, announce)
