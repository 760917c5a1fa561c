"""Saved web pages: what :mod:`gkaudit.readers.html` and :mod:`gkaudit.readers.mht` share.

``text`` (bytes to characters), ``tree`` (characters to elements), ``flow`` (elements to visible pieces; with
``style`` and ``marks``), ``table`` (elements to cells; ordinary ones by ``rows`` and ``written``; ``cells``),
``content`` (which pieces are the report), ``document`` (pieces to a document; with ``meta`` and ``refusal``).
"""
