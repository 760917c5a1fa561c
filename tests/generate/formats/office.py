"""Word documents saved as .doc or .rtf by LibreOffice, many in one run."""

import subprocess
import tempfile
from pathlib import Path

from gkaudit.readers import soffice

_FILTERS = {"doc": "doc:MS Word 97", "wps": "doc:MS Word 97", "rtf": "rtf:Rich Text Format"}


def save_as(documents: list[bytes], suffix: str) -> list[bytes]:
    """Each docx in the other format; fails where LibreOffice leaves one out."""
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
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        made = [work / "made" / f"{n}.{_FILTERS[suffix].split(':')[0]}" for n in range(len(documents))]
        return [path.read_bytes() for path in made]
