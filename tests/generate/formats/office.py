"""Word documents saved as .doc or .rtf by LibreOffice, many in one run."""

import subprocess
import tempfile
from pathlib import Path

from gkaudit.readers import soffice

_FILTERS = {"doc": "doc:MS Word 97", "wps": "doc:MS Word 97", "rtf": "rtf:Rich Text Format"}


def save_as(documents: list[bytes], suffix: str) -> list[bytes]:
    """Each docx in the other format; fails where LibreOffice leaves one out."""
    made = [data for data in _run(documents, suffix) if data is not None]
    if len(made) != len(documents):
        raise RuntimeError(f"LibreOffice saved {len(made)} of {len(documents)} documents as {suffix}")
    return made


def saved_where_possible(documents: list[bytes], suffix: str) -> list[bytes | None]:
    """Each docx in the other format; None for one that LibreOffice cannot save even alone.

    One that it dies of takes the rest of its run with it, so that what is left out is tried again by itself.
    """
    made = _run(documents, suffix)
    return [_run([d], suffix)[0] if data is None else data for d, data in zip(documents, made, strict=True)]


def _run(documents: list[bytes], suffix: str) -> list[bytes | None]:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for number, data in enumerate(documents):
            (work / f"{number}.docx").write_bytes(data)
        command = [
            str(soffice.find()),
            f"-env:UserInstallation={(work / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            _FILTERS[suffix],
            "--outdir",
            str(work / "made"),
            *(str(work / f"{n}.docx") for n in range(len(documents))),
        ]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True)
        try:
            process.wait(60 + 15 * len(documents))
        except subprocess.TimeoutExpired:
            soffice.end_group(process.pid)
            process.wait()
        made = [work / "made" / f"{n}.{_FILTERS[suffix].split(':')[0]}" for n in range(len(documents))]
        return [path.read_bytes() if path.is_file() else None for path in made]
