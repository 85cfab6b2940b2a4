"""What is said before a round is closed, on the page and by the command alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from plans.models import ReportingRound
from plans.rounds.services.closing import ClosingWarning, warnings_of
from tests.scenes import set_scene

pytestmark = pytest.mark.django_db

COVER: Mapping[str, Any] = {
    "symbol": "GB.280/TC/2",
    "session": "280th Session",
    "agenda_item": "SECOND ITEM ON THE AGENDA",
    "title": "Progress report",
    "paragraphs": [{"number": "1", "text": "The plan was adopted."}],
    "place_date": "Geneva, 1 March 2001.",
}
LACKING = {
    "symbol": "document symbol",
    "session": "session",
    "agenda_item": "agenda item",
    "title": "title",
    "paragraphs": "numbered paragraphs",
    "place_date": "place and date",
}


def with_cover(cover: Mapping[str, Any]) -> ReportingRound:
    """An open round with this cover."""
    round_ = set_scene().round
    for name, value in cover.items():
        setattr(round_, name, value)
    round_.save()
    return round_


def test_a_round_with_its_whole_cover_has_no_warning() -> None:
    assert warnings_of(with_cover(COVER)) == ()


@pytest.mark.parametrize(("field", "name"), LACKING.items())
def test_each_part_of_the_cover_that_is_empty_is_named(field: str, name: str) -> None:
    empty: object = [] if field == "paragraphs" else ""
    (warning,) = warnings_of(with_cover({**COVER, field: empty}))
    assert (warning.about, warning.problem) == ("cover", f"The cover lacks: {name}")


def test_a_symbol_that_was_inferred_is_one() -> None:
    assert warnings_of(with_cover({**COVER, "symbol_inferred": True})) == ()


def test_words_that_the_pdf_cannot_hold_are_named_after_what_the_cover_lacks() -> None:
    cover, pdf = warnings_of(with_cover({**COVER, "session": "", "agenda_item": "已"}))
    assert cover.problem == "The cover lacks: session"
    assert pdf == ClosingWarning(
        about="pdf",
        problem="As the draft report stands now, its PDF cannot be made:",
        advice="Return that text or change it before you close the round; afterwards there will "
        "be no PDF of this report.",
        detail="the cover: the fonts of the PDF do not have “已” (U+5DF2)",
    )
    assert str(pdf) == f"{pdf.problem} {pdf.detail}. {pdf.advice}"


def test_of_a_closed_round_nothing_is_said() -> None:
    assert warnings_of(set_scene().earlier) == ()
