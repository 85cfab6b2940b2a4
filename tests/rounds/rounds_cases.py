"""What the tests of the secretariat's pages share: addresses, and the cover's form."""

from __future__ import annotations

from plans.rounds.services import opening
from tests.scenes import Scene

ROWS = {"paragraphs-TOTAL_FORMS": "2", "paragraphs-INITIAL_FORMS": "0"} | {
    "footnotes-TOTAL_FORMS": "1",
    "footnotes-INITIAL_FORMS": "0",
}
COVER = ROWS | {
    "agenda_item": "SECOND ITEM ON THE AGENDA",
    "title": "Progress report",
    "symbol": "GB.280/TC/2",
    "symbol_inferred": "on",
    "session": "280th Session",
    "paragraphs-0-number": "1",
    "paragraphs-0-text": "The Committee asked for a report.¹",
    "paragraphs-1-number": "2",
    "paragraphs-1-text": "It is found in the appendix.",
    "footnotes-0-mark": "¹",
    "footnotes-0-text": "GB.276/TC/2.",
    "place_date": "Geneva, 2 March 2001.",
    "reports_due_on": "2001-01-31",
}


def cover_of(scene: Scene) -> dict[str, str]:
    """The cover's form as it is sent by somebody who has just opened the page."""
    return COVER | {"base": opening.cover_fingerprint(scene.round)}


def address(scene: Scene, page: str = "") -> str:
    """Where a page of the scene's round is: “/rounds/1/cover/”."""
    return f"/rounds/{scene.round.pk}/{page}"
