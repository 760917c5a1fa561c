"""What a run leaves for the next one, in ``<out>/.gkaudit``: a lock, what was read, which pages were made.

Everything there can be deleted; the next run then does all of it again. Nothing there is needed to look at
the results, and no text with a personal number is kept in it.
"""

from gkaudit.store.judged import Judged, Unchanged
from gkaudit.store.large import LARGE, LargeTables
from gkaudit.store.lock import locked
from gkaudit.store.pages import Pages, Sealed, digest, file_digest
from gkaudit.store.program import fingerprint
from gkaudit.store.readings import Readings
from gkaudit.store.spooled import Spooled
from gkaudit.store.state import State, clean

__all__ = [
    "FOLDER",
    "LARGE",
    "Judged",
    "LargeTables",
    "Pages",
    "Readings",
    "Sealed",
    "Spooled",
    "State",
    "Unchanged",
    "clean",
    "digest",
    "file_digest",
    "fingerprint",
    "locked",
]

#: The folder in the output folder.
FOLDER = ".gkaudit"
