"""Leads (线索): what the arithmetic of a report implies, and what most likely went wrong.

The statutory tables overlap, so most slips can be located as statistical offices locate them (Fellegi and
Holt 1976; Scholtus 2016, Survey Methodology 42-1). :func:`leads_of` gives two frames: ``leads``
(hypotheses with their rivals) and ``implied`` (numbers that the sums force in cells nobody can read).
Nothing is ever written into ``cells``, and leads are no findings.
"""

from __future__ import annotations

from gkaudit.editing.batch import Studying, leads_of
from gkaudit.editing.crew import hired, study_all
from gkaudit.editing.orders import Order, study_order
from gkaudit.editing.study import Studied

__all__ = ["Order", "Studied", "Studying", "hired", "leads_of", "study_all", "study_order"]
