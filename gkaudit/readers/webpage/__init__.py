"""Saved web pages: what :mod:`gkaudit.readers.html` and :mod:`gkaudit.readers.mht` share.

``text`` (bytes to characters), ``tree`` (characters to elements), ``flow`` (elements to visible pieces; with
``style``, ``marks`` and ``table``), ``content`` (which pieces are the report), ``document`` (pieces to a document;
with ``meta`` and ``refusal``).
"""
