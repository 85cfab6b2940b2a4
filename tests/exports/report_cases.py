"""The addresses of the real report."""

from __future__ import annotations

VERSION = "/plans/technical-cooperation/gb276-tc-2/"
REPORT = f"{VERSION}report/2000-08-31/"
JSON = f"{VERSION}report/2000-08-31.json"
CSV = f"{VERSION}report/2000-08-31.csv"
