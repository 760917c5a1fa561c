"""Reports beside each other: the same body in other years, a county and its towns, bodies with a text in common.

Everything here is computed from the frames of a batch and added to the wide frame as a few columns; the
rules (:mod:`gkaudit.gx`) look across reports through them.
"""
