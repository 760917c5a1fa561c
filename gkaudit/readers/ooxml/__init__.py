"""Word documents (Office Open XML, .docx): package, styles, numbering, runs, tables, properties.

The reader itself is :mod:`gkaudit.readers.docx`. The XML is walked as Word shows it: changes accepted,
deleted and hidden text left out, automatic numbers written out, each text box read once.
"""
