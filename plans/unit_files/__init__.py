"""A unit's own rows of an open round as a file: written, sent, filled in by hand, and read back.

Many officers never sign in. They get the rows of their unit as XLSX or DOCX, write in the coloured
cells, and send the file back. ``sheet`` is what both formats are written from, ``reading`` what
both are read to. Pure: no Django, no database.
"""
