"""Reports as Akoma Ntoso."""

from __future__ import annotations

from typing import Any

from lxml import etree

from plans.reports.table import ReportTable
from plans.reports.writers.akn import NAMESPACE, write

A = f"{{{NAMESPACE}}}"


def tree(table: ReportTable) -> Any:
    return etree.fromstring(write(table))
