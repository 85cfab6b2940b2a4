"""What the tracker writes and reads again is the same, element by element."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from plans.reading.corrections import read_corrections
from plans.reading.matching import LineageKind, elements_of, match
from plans.reading.pipeline import parse_document
from plans.reports.canonical import from_record
from plans.reports.writers import FORMATS
from tests.second_version import first_elements, record

SOURCES = Path(__file__).parents[3] / "fixtures"
NAME = "gb279-progress-report"


@pytest.mark.parametrize("name", ["docx", "xlsx", "csv"])
def test_what_is_exported_and_seeded_again_is_the_same(name: str) -> None:
    format_ = FORMATS[name]
    content = format_.write(from_record(*record()))

    outline = parse_document(content, name=f"report.{format_.extension}").outline

    kinds = Counter(proposal.kind for proposal in match(first_elements(), elements_of(outline)))
    assert kinds == {LineageKind.SAME: 78}


def test_the_document_with_its_corrections_is_the_same_as_the_version_made_of_it() -> None:
    corrections = read_corrections((SOURCES / "corrections" / f"{NAME}.toml").read_text())
    content = (SOURCES / "sources" / f"{NAME}.txt").read_bytes()

    outline = parse_document(content, name=f"{NAME}.txt", corrections=corrections).outline

    kinds = Counter(proposal.kind for proposal in match(first_elements(), elements_of(outline)))
    assert kinds == {LineageKind.SAME: 78}
