"""SQLite as the ledger needs it: several notebooks and a batch at once, and a kill at any moment.

A connection lives as long as one transaction, so nothing is held open by a notebook that idles for days,
and a fork inherits nothing. On a local disk the journal is a write-ahead log (WAL): readers never wait for
writers. WAL needs memory that all processes share, which a network share does not give: there a rollback
journal is used, slower and with waiting, and :func:`on_network` lets the caller say so.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from gkaudit.errors import UsageError

__all__ = ["on_network", "reading", "writing"]

#: Seconds that a writer waits for the others.
_PATIENCE = 60.0
#: ``PRAGMA application_id`` ("GKRV") and ``user_version``: what the file is, and of which shape.
_APPLICATION, _VERSION = 0x474B5256, 1
#: File systems that other machines share, as Linux names them.
_SHARED = frozenset(
    [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb2",
        "smb3",
        "smbfs",
    ]
)
_REMOTE_DRIVE = 4

_SCHEMA = (
    """CREATE TABLE decisions (
        entry INTEGER PRIMARY KEY AUTOINCREMENT,
        finding_id TEXT NOT NULL, report_id TEXT NOT NULL, check_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('confirm', 'dismiss', 'ask', 'note', 'withdraw')),
        reason TEXT NOT NULL CHECK (kind NOT IN ('dismiss', 'note') OR length(trim(reason)) > 0),
        author TEXT NOT NULL CHECK (length(trim(author)) > 0), at TEXT NOT NULL,
        sha256 TEXT NOT NULL, numbers TEXT NOT NULL)""",
    "CREATE INDEX decisions_by_finding ON decisions (finding_id)",
    """CREATE TABLE corrections (
        entry INTEGER PRIMARY KEY AUTOINCREMENT,
        report_id TEXT NOT NULL, sha256 TEXT NOT NULL, key TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('correct', 'withdraw')),
        shown TEXT NOT NULL, machine_raw TEXT NOT NULL, machine_state TEXT NOT NULL,
        reason TEXT NOT NULL, author TEXT NOT NULL CHECK (length(trim(author)) > 0), at TEXT NOT NULL)""",
    *(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for table in ("decisions", "corrections")
        for verb in ("UPDATE", "DELETE")
    ),
)


def on_network(path: Path) -> bool:
    """Whether the folder of a path lies on a share of another machine, as far as the system tells."""
    folder = path.resolve().parent
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - Windows only

        text = str(folder)
        return text.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == _REMOTE_DRIVE
    return _file_system(folder) in _SHARED


def _file_system(folder: Path) -> str:
    """The type of the file system a folder lies on; empty where the system does not list it."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    mounts = [parts[1:3] for line in lines if len(parts := line.split(" ")) > 2]  # noqa: PLR2004 - device, place, type
    # Blanks in a mount point are written as octal escapes.
    placed = [(Path(place.replace("\\040", " ").replace("\\011", "\t")), kind) for place, kind in mounts]
    holding = [(len(place.parts), kind) for place, kind in placed if place == folder or place in folder.parents]
    return max(holding, key=lambda found: found[0], default=(0, ""))[1]


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction that only this process writes in; whole or not at all.

    Raises UsageError where the file is no ledger, is of a later version, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as connection:
            _is_new(connection, path)
            _set_journal(connection, wanted="delete" if on_network(path) else "wal")
            # A decision that was taken is on the disk, whatever happens to the power.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _is_new(connection, path):
                    _create(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        raise _refusal(path, error) from error


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """A connection that cannot write; None where there is no ledger. Raises UsageError as :func:`writing`."""
    if not path.is_file():
        yield None
        return
    try:
        with closing(_opened(path)) as connection:
            # A process that was stopped before its first entry leaves an empty file.
            yield None if _is_new(connection, path) else connection
    except (sqlite3.Error, OSError) as error:
        raise _refusal(path, error) from error


def _opened(path: Path) -> sqlite3.Connection:
    address = path.resolve().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=_PATIENCE, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        log = path.with_name(f"{path.name}-wal")
        if log.is_file() and log.stat().st_size:
            raise
        # A folder that cannot be written (a CD, an archive) has no room for WAL's shared memory; nobody
        # writes there either.
        connection = sqlite3.connect(f"{address}?immutable=1", uri=True, timeout=_PATIENCE, isolation_level=None)
    return connection


def _set_journal(connection: sqlite3.Connection, wanted: str) -> None:
    """Choose the journal; a ledger keeps the one it has while another process works with it."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
                connection.execute(f"PRAGMA journal_mode = {wanted}")
        except sqlite3.OperationalError:
            # SQLite does not wait by itself here.
            if time.monotonic() > until:
                raise
            time.sleep(0.01 + os.getpid() % 7 / 500)
        else:
            return


def _is_new(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether nothing is in the file yet. Raises UsageError where something else is."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise UsageError(f"{path}：审查账本由更新版本的 gkaudit 写成，请升级后再用")
    if version == _VERSION:
        return False
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        raise UsageError(f"{path}：这个文件不是 gkaudit 的审查账本，请移走或改名")
    return True


def _create(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _refusal(path: Path, error: Exception) -> UsageError:
    said = " ".join(str(error).split())
    if isinstance(error, sqlite3.OperationalError) and "locked" in said:
        return UsageError(f"{path}：审查账本被其他程序长时间占用，请稍后再试")
    if isinstance(error, sqlite3.OperationalError | OSError):
        return UsageError(f"{path}：打不开审查账本（{said}），请检查文件夹能否读写")
    return UsageError(f"{path}：审查账本已损坏或不是账本（{said}），请从备份恢复或移走")
