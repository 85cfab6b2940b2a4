"""The cover of a Governing Body document, classified line by line."""

from __future__ import annotations

import re

from plans.importing.blocks import Block, Page
from plans.importing.draft import Draft, Role, piece_of

_AGENDA_ITEM = re.compile(
    r"\S+( \S+)? (ITEM ON THE AGENDA|QUESTION À L'ORDRE DU JOUR|PUNTO DEL ORDEN DEL DÍA)",
    re.IGNORECASE,
)
PARAGRAPH = re.compile(r"(?P<number>\d{1,3}\.)\s+(?P<text>\S.*)")
FOOTNOTE = re.compile(r"(?P<mark>[¹²³⁰⁴-⁹]+|\*+)\s+(?P<text>\S.*)")
_PLACE_DATE = re.compile(r"[^\W\d][\w' -]{1,40}, (le )?\d{1,2}(er)? (de )?[^\W\d]+ (de )?\d{4}\.?")
_APPENDIX = re.compile(r"(appendix|annex|annexe|anexo|apéndice)(\s+[IVX\d]+)?", re.IGNORECASE)


def classify_cover(page: Page, draft: Draft) -> None:
    """Add the pieces of page 0 to ``draft``.

    The first line that is nothing else is the title; a further one of its kind is left
    unplaced, with an anomaly.
    """
    titled = False
    for block in page.loose:
        role = block.role or _role(block)
        if role is None and not titled:
            role, titled = Role.TITLE, True
        piece = piece_of(block, role or Role.UNPLACED)
        draft.pieces.append(piece)
        if role is None:
            draft.anomaly(piece, "text on the cover that is neither title nor numbered paragraph")
        elif role is Role.TITLE:
            titled = True
        elif role is Role.PARAGRAPH and block.role is None and _begins_small(block.text):
            draft.anomaly(piece, "a paragraph that begins in the middle of a sentence")


def _role(block: Block) -> Role | None:
    for role, pattern in (
        (Role.AGENDA_ITEM, _AGENDA_ITEM),
        (Role.PARAGRAPH, PARAGRAPH),
        (Role.FOOTNOTE, FOOTNOTE),
        (Role.PLACE_DATE, _PLACE_DATE),
        (Role.FURNITURE, _APPENDIX),
    ):
        if pattern.fullmatch(block.text):
            return role
    return None


def _begins_small(text: str) -> bool:
    match = PARAGRAPH.match(text)
    return match is not None and match["text"][0].islower()
