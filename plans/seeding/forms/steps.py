"""Labels of the review, and the base of its forms: what was chosen, and why a step is taken.

A form knows the pieces that were chosen and what stands near them. What it makes is the
operation as a draft keeps it: the table of a corrections file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plans.reading.corrections import CorrectionError, first_words, words_of
from plans.reading.draft import Confidence, Piece
from plans.reading.review import DocumentReview, ReviewedPiece
from plans.reading.source_table import BlockRole
from plans.web.forms import RevisionForm

# -- Labels and proposed reasons ------------------------------------------------------------------

ROLE_LABELS: dict[BlockRole, Promise] = {
    BlockRole.ISSUE: pgettext_lazy("role", "issue"),
    BlockRole.CONTEXT: pgettext_lazy("role", "context"),
    BlockRole.GROUP_HEADING: pgettext_lazy("role", "group heading"),
    BlockRole.LEAD_IN: pgettext_lazy("role", "lead-in"),
    BlockRole.ELEMENT: pgettext_lazy("role", "element"),
    BlockRole.TIME_FRAME: pgettext_lazy("role", "time-frame"),
    BlockRole.STATUS: pgettext_lazy("role", "status"),
    BlockRole.PART: pgettext_lazy("role", "Part"),
    BlockRole.COLUMN: pgettext_lazy("role", "column heading"),
    BlockRole.AGENDA_ITEM: pgettext_lazy("role", "agenda item"),
    BlockRole.TITLE: pgettext_lazy("role", "title"),
    BlockRole.PARAGRAPH: pgettext_lazy("role", "paragraph"),
    BlockRole.FOOTNOTE: pgettext_lazy("role", "footnote"),
    BlockRole.PLACE_DATE: pgettext_lazy("role", "place and date"),
    BlockRole.BOILERPLATE: pgettext_lazy("role", "boilerplate"),
    BlockRole.DUPLICATE: pgettext_lazy("role", "duplicate"),
    BlockRole.UNPLACED: pgettext_lazy("role", "without a place"),
}

CONFIDENCE_LABELS: dict[Confidence, Promise] = {
    Confidence.HIGH: pgettext_lazy("confidence", "sure"),
    Confidence.MEDIUM: pgettext_lazy("confidence", "likely"),
    Confidence.LOW: pgettext_lazy("confidence", "unsure"),
}

OPERATION_LABELS: dict[str, tuple[Promise, str]] = {
    "cover": (gettext_lazy("Cover elements"), "c"),
    "assign": (gettext_lazy("Assign a role"), "a"),
    "split": (gettext_lazy("Split"), "s"),
    "join": (gettext_lazy("Join"), "j"),
    "move": (gettext_lazy("Move"), "m"),
    "drop": (gettext_lazy("Duplicate or boilerplate"), "d"),
    "ditto": (gettext_lazy("Ditto mark"), "t"),
    "missing": (gettext_lazy("Missing element"), "x"),
    "category": (gettext_lazy("Progress"), "g"),
    "note": (gettext_lazy("Editorial note"), "e"),
    "accept": (gettext_lazy("Accept as it is"), "o"),
}
"""Every operation by its name: what it is called, and the key that asks for it."""

REASONS: dict[str, tuple[Promise, ...]] = {
    "cover": (
        gettext_lazy("It speaks of the same thing as these elements."),
        gettext_lazy("It stands beside them in the source."),
        gettext_lazy("In order: the first for the first element, and so on."),
        gettext_lazy("It is left for the only element that has none of its own."),
    ),
    "assign": (
        gettext_lazy("Its words say what it is."),
        gettext_lazy("It stands in the wrong column of the source."),
        gettext_lazy("Bullets ran together for want of their signs."),
    ),
    "split": (
        gettext_lazy("Several texts ran together in the source."),
        gettext_lazy("A time-frame ran into the words beside it."),
        gettext_lazy("A title ran into the sentence after it."),
    ),
    "join": (
        gettext_lazy("One text, torn apart by the end of a page."),
        gettext_lazy("One paragraph of the source, and one text."),
    ),
    "move": (
        gettext_lazy("It speaks of what stands there."),
        gettext_lazy("It had slipped down beside the next row."),
        gettext_lazy("It was torn out of the table."),
    ),
    "drop": (
        gettext_lazy("It repeats what is there already."),
        gettext_lazy("It is printed again because a new page begins."),
        gettext_lazy("It belongs to the page, not to the plan."),
    ),
    "ditto": (gettext_lazy("Ditto marks repeat the words above them."),),
    "missing": (
        gettext_lazy(
            "The list breaks off, and something stands beside it that no element speaks of."
        ),
        gettext_lazy("A status reports on something that no element speaks of."),
    ),
    "category": (gettext_lazy("The words of the status say so."),),
    "note": (
        gettext_lazy("The source leaves two readings."),
        gettext_lazy("The source is damaged here."),
    ),
    "accept": (
        gettext_lazy("The document itself has it so; nothing is lost."),
        gettext_lazy("The tracker read it right."),
        gettext_lazy("It makes no difference to the plan."),
    ),
}
"""Reasons to choose from, by operation."""

MISSING_NOTE = gettext_lazy("The words of this element are missing in the source.")


LONGEST_TEXT = 2_000
WORDS_SHOWN = 12
COVERING = (BlockRole.TIME_FRAME, BlockRole.STATUS)

Operation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChosenPieces:
    """What was chosen: pieces in the order of choosing, and the section that is looked at."""

    review: DocumentReview
    pieces: tuple[ReviewedPiece, ...]
    section: int

    @property
    def ids(self) -> list[str]:
        return [one.piece.id for one in self.pieces]

    @property
    def roles(self) -> set[BlockRole]:
        return {one.piece.role for one in self.pieces}

    @property
    def elsewhere(self) -> list[ReviewedPiece]:
        """The chosen pieces that stand in other sections than the one that is looked at."""
        section_of = self.review.section_of
        return [
            one
            for one in self.pieces
            if section_of(one.piece.id) != self.section or one.piece.missing
        ]

    @property
    def first(self) -> Piece:
        return self.pieces[0].piece

    def oddities(self) -> dict[str, list[str]]:
        """What is odd at each of the chosen pieces: its words, and where it is odd like that."""
        found: dict[str, list[str]] = {}
        for one in self.pieces:
            for anomaly in one.odd:
                found.setdefault(anomaly.message, []).append(anomaly.place)
        everywhere = set.intersection(*({a.message for a in one.odd} for one in self.pieces))
        return {odd: [*dict.fromkeys(found[odd])] for odd in found if odd in everywhere}

    def operations(self) -> list[str]:
        """The operations that can be carried out on what was chosen, the likeliest first."""
        if not self.pieces:
            return []
        one = len(self.pieces) == 1
        has_words = all(piece.piece.text for piece in self.pieces)
        covering = self.roles <= set(COVERING)
        able = {
            "cover": covering,
            "assign": has_words,
            "split": one and has_words and len(words_of(self.first)) > 1,
            "join": not one and has_words,
            "move": True,
            "drop": has_words,
            "ditto": one and has_words and not any(c.isalnum() for c in self.first.text),
            "missing": one,
            "category": one and self.first.role is BlockRole.STATUS,
            "note": one,
            "accept": bool(self.oddities()),
        }
        found = [name for name in OPERATION_LABELS if able[name]]
        likely = "join" if not one and not covering else "assign"
        if able["ditto"]:
            likely = "ditto"
        elif covering:
            likely = "cover"
        return sorted(found, key=lambda name: name != likely)


class StepForm(RevisionForm):
    """What every step has: the draft's revision that it started from, a reason, perhaps a note."""

    op: ClassVar[str]

    proposal = forms.CharField(
        label=gettext_lazy("Why"), required=False, widget=forms.RadioSelect, max_length=LONGEST_TEXT
    )
    reason = forms.CharField(
        label=gettext_lazy("or in your own words"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Editorial note, which readers see"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )
    confidence = forms.ChoiceField(
        label=gettext_lazy("How sure is this reading?"),
        required=False,
        initial=Confidence.MEDIUM.value,
        choices=[(value.value, label) for value, label in CONFIDENCE_LABELS.items()],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        choice: ChosenPieces,
        revision: int = 0,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """``revision`` is that of the draft as the person sees it."""
        super().__init__(
            data,
            use_required_attribute=False,
            initial={"base_revision": revision, **(initial or {})},
        )
        self.choice = choice
        proposals = [str(reason) for reason in REASONS[self.op]]
        self.fields["proposal"].widget.choices = [(reason, reason) for reason in proposals]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["reason"] = data.get("reason") or data.get("proposal", "")
        if "reason" not in self.errors and not data["reason"]:
            self.add_error("proposal", _("Give a reason: choose one, or write your own."))
        try:
            data["keys"] = {} if self.errors else self.keys()
        except CorrectionError as error:
            self.add_error(None, str(error))
        return data

    def keys(self) -> dict[str, Any]:
        """The keys of the operation but for ``begins`` and the note.

        Called when all fields are valid; adds errors of its own, or raises CorrectionError.
        """
        raise NotImplementedError

    @property
    def operation(self) -> Operation:
        """The operation; of a valid form only."""
        keys = dict(self.cleaned_data["keys"])
        begins = first_words(self.choice.first.text)
        if begins and ("block" in keys or "blocks" in keys):
            keys["begins"] = begins
        if note := self.cleaned_data["note"]:
            keys["note"] = " ".join(note.split())
            keys["confidence"] = self.cleaned_data["confidence"] or Confidence.MEDIUM.value
        return {
            "op": self.op,
            "reason": " ".join(self.cleaned_data["reason"].split()),
            **keys,
        }

    def goes_on(self) -> list[str]:
        """The pieces to go on with after the step; of a valid form only."""
        return self.choice.ids

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields that this operation has and others have not."""
        return [field for field in self.visible_fields() if field.name not in StepForm.base_fields]

    @property
    def label(self) -> str:
        return str(OPERATION_LABELS[self.op][0])

    def blocks(self) -> dict[str, Any]:
        """The pieces that were chosen, under the key that the format has for one or for several."""
        ids = self.choice.ids
        return {"block": ids[0]} if len(ids) == 1 else {"blocks": ids}

    def set_piece_choices(
        self, name: str, pieces: Iterable[Piece], *, none: str | Promise = ""
    ) -> None:
        """Offer ``pieces`` in the field ``name``, in their order, or ``none`` of them."""
        choices: list[tuple[str, str]] = [("", str(none) or _("– choose –"))]
        choices += ((piece.id, describe_piece(piece)) for piece in pieces)
        self.set_choices(name, choices)

    def named(self, typed: str, field: str) -> list[str]:
        """The ids of the pieces that somebody typed, as ids or as references of elements."""
        review = self.choice.review
        elements = {one.reference: one.piece for one in review.outline.elements()}
        found = []
        for name in re.split(r"[,;\s]+", typed.strip()):
            piece_id = elements.get(name, name)
            if not name:
                continue
            if review.piece(piece_id) is None:
                self.add_error(
                    field,
                    _("There is neither a block nor an element “%(name)s”.") % {"name": name},
                )
            found.append(piece_id)
        return found

    def target(self, field: str) -> str:
        """The piece chosen in ``field``, or typed in ``<field>_id``; "" for none."""
        typed = self.named(self.cleaned_data.get(f"{field}_id", ""), f"{field}_id")
        if len(typed) > 1:
            self.add_error(f"{field}_id", _("Name one block."))
        return typed[0] if typed else str(self.cleaned_data.get(field, ""))


def describe_piece(piece: Piece) -> str:
    """A piece in one line: its id, what it is, how it begins."""
    words = Truncator(piece.text).words(WORDS_SHOWN) or _("missing in the source")
    return f"{piece.id} · {ROLE_LABELS[piece.role]} · {words}"
