"""LibreOffice as a converter: where it is, and running it so that it can do no harm.

It runs in a profile of its own (two runs in one profile lose each other's files), kept for the life of the
process because a cold start takes twice as long; without macros, without links, in its own process group,
with a time limit, on copies under names of ours.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

__all__ = ["TIME_LIMIT", "convert", "end_group", "find", "formulas", "stop_strays"]

#: Seconds for one file, and for each further file of the same run (a file takes one or two).
TIME_LIMIT, _EACH_FURTHER = 60.0, 10.0
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.com",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
)
_OPTIONS = ("--headless", "--invisible", "--nologo", "--nodefault", "--norestore", "--nolockcheck")
_PREFIX, _MARK = "gkaudit-office-", "converter.pid"
_LOCK = Lock()
_COMMON = "/org.openoffice.Office.Common"
#: Settings of the profile: no macro, no link, no network, nothing remembered.
_SETTINGS = (
    (f"{_COMMON}/Security/Scripting", "MacroSecurityLevel", "3"),
    (f"{_COMMON}/Security/Scripting", "DisableMacrosExecution", "true"),
    (f"{_COMMON}/Security/Scripting", "DisableActiveContent", "true"),
    (f"{_COMMON}/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    (f"{_COMMON}/Misc", "FirstRun", "false"),
    (f"{_COMMON}/Misc", "CrashReport", "false"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
_ITEM = '<item oor:path="{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>'
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</oor:items>\n'
)


def find() -> str | None:
    """The program: ``GKAUDIT_SOFFICE``, the search path, then where installers put it."""
    told = os.environ.get("GKAUDIT_SOFFICE")
    if told is not None:
        return told if Path(told).is_file() else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def formulas() -> bool:
    """Whether LibreOffice has its part for formulas (Math): without it, numbers in equation objects are lost."""
    program = find()
    if program is None:
        return False
    own = Path(program).resolve().parent
    places = (own / "libsmlo.so", own / "smlo.dll", own.parent / "Frameworks" / "libsmlo.dylib")
    return any(place.is_file() for place in places)


@cache
def _profile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    items = "".join(_ITEM.format(*setting) for setting in _SETTINGS)
    (folder / "user" / "registrymodifications.xcu").write_text(_REGISTRY.format(items), encoding="utf-8")
    return folder


def convert(program: str, files: Sequence[tuple[bytes, str]]) -> list[bytes | None]:
    """Convert files, each given as bytes and suffix (``.doc``), to docx in one run.

    None stands for a file that LibreOffice did not convert. Raises TimeoutError when it had to be ended
    and OSError where it cannot be started.
    """
    with _LOCK, tempfile.TemporaryDirectory(dir=_profile()) as work:
        sources = [Path(work) / f"{number}{suffix}" for number, (_, suffix) in enumerate(files)]
        for path, (data, _) in zip(sources, files, strict=True):
            path.write_bytes(data)
        made = Path(work) / "made"
        arguments = ("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(made), *map(str, sources))
        _run(program, arguments, TIME_LIMIT + _EACH_FURTHER * (len(files) - 1))
        results = [made / f"{path.stem}.docx" for path in sources]
        return [path.read_bytes() if path.is_file() else None for path in results]


def _run(program: str, arguments: Sequence[str], limit: float) -> None:
    profile = _profile()
    command = [program, f"-env:UserInstallation={profile.as_uri()}", *_OPTIONS, *arguments]
    apart: dict[str, Any] = {"start_new_session": True} if os.name == "posix" else {"creationflags": _windows_flags()}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
        command, stdin=silent, stdout=silent, stderr=silent, env=_environment(profile), cwd=profile, **apart
    )
    with _noted(profile / _MARK, process.pid):
        try:
            process.wait(limit)
        except BaseException as error:
            end_group(process.pid)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                # What was killed may have left its profile half written.
                _profile.cache_clear()
                raise TimeoutError from None
            raise


def _environment(profile: Path) -> dict[str, str]:
    """Ours without what leads outside; HOME is the profile."""
    kept = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    nowhere = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nowhere)
    return kept | proxies | {"HOME": str(profile), "SAL_USE_VCLPLUGIN": "svp"}


def _windows_flags() -> int:
    names = ("CREATE_NEW_PROCESS_GROUP", "CREATE_NO_WINDOW")
    return sum(int(getattr(subprocess, name, 0)) for name in names)


@contextlib.contextmanager
def _noted(mark: Path, pid: int) -> Iterator[None]:
    """A note of the running converter for :func:`stop_strays`."""
    mark.write_text(str(pid), encoding="ascii")
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def end_group(pid: int) -> None:
    """End a process that leads its own group, and whatever it has started."""
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603 - a number of ours
            ["taskkill", "/T", "/F", "/PID", str(pid)],  # noqa: S607 - part of Windows
            capture_output=True,
            check=False,
        )
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def stop_strays(folder: Path) -> None:
    """End converters that a process left behind when it died; ``folder`` was its folder for temporary files."""
    for mark in folder.glob(f"{_PREFIX}*/{_MARK}"):
        with contextlib.suppress(OSError, ValueError):
            end_group(int(mark.read_text(encoding="ascii")))
