"""What auditors decided and corrected: an append-only ledger beside the results, and pure functions on it.

``audit_out/reviews.sqlite`` is the one file in the output folder that people write and the program never
rewrites. A decision hangs on the stable id of a finding and on a print of its source and numbers; a
correction hangs on the content of the source file and the key of a cell. Nothing is ever updated or
deleted: to take something back is one more entry.

    ledger = Ledger("audit_out/reviews.sqlite")
    reviewed(findings, reports, cells, ledger.decisions())   # a row a finding: what stands now
    corrected(tables, ledger.corrections())                  # tables with the corrections applied
"""

from gkaudit.reviews.corrections import ACTIVE, active, corrected, restored, stale
from gkaudit.reviews.decisions import MARKS, REVIEWS, STATES, gone, marks, reviewed, sentence
from gkaudit.reviews.ledger import CORRECTIONS, DECISIONS, KINDS, NAME, Ledger
from gkaudit.reviews.words import word

__all__ = [
    "ACTIVE",
    "CORRECTIONS",
    "DECISIONS",
    "KINDS",
    "MARKS",
    "NAME",
    "REVIEWS",
    "STATES",
    "Ledger",
    "active",
    "corrected",
    "gone",
    "marks",
    "restored",
    "reviewed",
    "sentence",
    "stale",
    "word",
]
