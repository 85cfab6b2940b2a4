"""The forms of the review: each operation of a corrections file as a gesture.

A form knows the pieces that were chosen and what stands near them. What it makes is the
operation as a draft keeps it: ``{"op", "reason", "keys"}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.categories import Category
from plans.forms.review_words import (
    CONFIDENCE_LABELS,
    MISSING_NOTE,
    OPERATION_LABELS,
    REASONS,
    ROLE_LABELS,
)
from plans.importing.corrections import CorrectionError
from plans.importing.draft import Confidence, Piece, Role
from plans.importing.gestures import cutting_texts, first_words, missing_id, twins, words_of
from plans.importing.review import Review, ReviewedPiece, root
from plans.models import CATEGORY_LABELS

LONGEST_TEXT = 2_000
SPLIT_ROLES = 6
_WORDS_SHOWN = 12
_COVERING = (Role.TIME_FRAME, Role.STATUS)

Operation = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: pieces in the order of choosing, and the section that is looked at."""

    review: Review
    pieces: tuple[ReviewedPiece, ...]
    section: int

    @property
    def ids(self) -> list[str]:
        return [one.piece.id for one in self.pieces]

    @property
    def roles(self) -> set[Role]:
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

    def operations(self) -> list[str]:
        """The operations that can be carried out on what was chosen, the likeliest first."""
        if not self.pieces:
            return []
        one = len(self.pieces) == 1
        has_words = all(piece.piece.text for piece in self.pieces)
        covering = self.roles <= set(_COVERING)
        able = {
            "cover": covering,
            "assign": has_words,
            "split": one and has_words and len(words_of(self.first)) > 1,
            "join": not one and has_words,
            "move": True,
            "drop": has_words,
            "ditto": one and has_words and not any(c.isalnum() for c in self.first.text),
            "missing": one,
            "category": one and self.first.role is Role.STATUS,
            "note": one,
        }
        found = [name for name in OPERATION_LABELS if able[name]]
        likely = "join" if not one and not covering else "assign"
        if able["ditto"]:
            likely = "ditto"
        elif covering:
            likely = "cover"
        return sorted(found, key=lambda name: name != likely)


class StepForm(forms.Form):
    """What every step has: the draft's revision that it started from, a reason, perhaps a note."""

    op: ClassVar[str]

    base_revision = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
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
        choice: Choice,
        revision: int = 0,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """``revision`` is that of the draft as the person sees it."""
        super().__init__(
            data,
            label_suffix="",
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

    def offer(self, name: str, pieces: Iterable[Piece], *, none: str | Promise = "") -> None:
        """Offer ``pieces`` in the field ``name``, in their order, or ``none`` of them."""
        choices: list[tuple[str, str]] = [("", str(none) or _("– choose –"))]
        choices += [(piece.id, in_words(piece)) for piece in pieces]
        self.fields[name].choices = choices  # type: ignore[attr-defined]

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


def in_words(piece: Piece) -> str:
    """A piece in one line: its id, what it is, how it begins."""
    words = Truncator(piece.text).words(_WORDS_SHOWN) or _("missing in the source")
    return f"{piece.id} · {ROLE_LABELS[piece.role]} · {words}"


def _choice_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


def _id_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("or further away: its id or reference"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AssignForm(StepForm):
    op = "assign"
    role = forms.ChoiceField(
        label=gettext_lazy("It is"),
        widget=forms.RadioSelect,
        choices=[
            (role.value, label) for role, label in ROLE_LABELS.items() if role is not Role.DUPLICATE
        ],
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    beside = _choice_field(gettext_lazy("in the row of"))
    beside_id = _id_field()

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        initial = {"role": choice.first.role.value} if len(choice.roles) == 1 else {}
        super().__init__(data, choice=choice, initial=initial, **kwargs)
        bands: dict[str, Piece] = {}
        for piece in choice.review.near(choice.section):
            if piece.band and piece.role is Role.ELEMENT:
                bands.setdefault(piece.band, piece)
        self.offer("beside", bands.values(), none=_("the row where it stands"))

    def keys(self) -> dict[str, Any]:
        keys = self.blocks() | {"role": self.cleaned_data["role"]}
        if beside := self.target("beside"):
            keys["beside"] = beside
        return keys


class SplitForm(StepForm):
    op = "split"
    cut = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Cut before"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose the word before which it is cut.")},
    )

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        words = words_of(choice.first)
        self.fields["cut"].choices = list(enumerate(words))[1:]  # type: ignore[attr-defined]
        self.first_word = words[0]
        roles = [
            (role.value, label) for role, label in ROLE_LABELS.items() if role is not Role.DUPLICATE
        ]
        for number in range(1, SPLIT_ROLES + 1):
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=_("Piece %(number)d is") % {"number": number},
                required=False,
                choices=[("", _("as the whole")), *roles],
            )

    def keys(self) -> dict[str, Any]:
        at = cutting_texts(self.choice.first.text, self.cleaned_data["cut"])
        keys: dict[str, Any] = self.blocks() | {"at": at}
        roles = [self.cleaned_data.get(f"role_{number}", "") for number in range(1, len(at) + 2)]
        if any(roles):
            keys["roles"] = [role or self.choice.first.role.value for role in roles]
        return keys

    def goes_on(self) -> list[str]:
        return [f"{self.choice.first.id}#1"]


class JoinForm(StepForm):
    op = "join"

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        for number, one in enumerate(choice.pieces, 1):
            self.fields[f"place_{number}"] = forms.IntegerField(
                label=in_words(one.piece),
                initial=number,
                min_value=1,
                max_value=len(choice.pieces),
                widget=forms.NumberInput(attrs={"class": "place"}),
            )

    def keys(self) -> dict[str, Any]:
        places = [self.cleaned_data[f"place_{n}"] for n in range(1, len(self.choice.pieces) + 1)]
        if len(set(places)) < len(places):
            self.add_error(
                "place_1",
                _("Two pieces have the same place: number them from 1 in the order of reading."),
            )
        ordered = sorted(zip(places, self.choice.ids, strict=True))
        return {"blocks": [piece_id for _place, piece_id in ordered]}

    def goes_on(self) -> list[str]:
        return [str(self.cleaned_data["keys"]["blocks"][0])]

    @property
    def operation(self) -> Operation:
        """The operation; of a valid form only."""
        operation = super().operation
        first = self.choice.review.piece(operation["blocks"][0])
        operation["begins"] = first_words(first.text if first else "")
        return operation


class _PlaceForm(StepForm):
    """A form that asks for a place in reading order."""

    side = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[("after", gettext_lazy("after")), ("before", gettext_lazy("before"))],
        initial="after",
        widget=forms.RadioSelect,
    )

    def place(self, target: str) -> dict[str, Any]:
        return {self.cleaned_data["side"]: target}


class MoveForm(_PlaceForm):
    op = "move"
    to = _choice_field(gettext_lazy("which block"))
    to_id = _id_field()

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        ids = set(choice.ids)
        near = [piece for piece in choice.review.near(choice.section) if piece.id not in ids]
        self.offer("to", near)

    def keys(self) -> dict[str, Any]:
        to = self.target("to")
        if not to:
            self.add_error("to", _("Choose the block after or before which it goes."))
        return self.blocks() | self.place(to)


class DropForm(StepForm):
    op = "drop"
    what = forms.ChoiceField(
        label=gettext_lazy("It is"),
        choices=[
            ("duplicate", gettext_lazy("a duplicate of")),
            ("furniture", gettext_lazy("page furniture")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say which of the two it is.")},
    )
    of = _choice_field(gettext_lazy("of which block"))
    of_id = _id_field()

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        near = choice.review.near(choice.section)
        self.offer("of", twins([one.piece for one in choice.pieces], near))

    def keys(self) -> dict[str, Any]:
        if self.cleaned_data["what"] == "furniture":
            return self.blocks()
        of = self.target("of")
        if not of:
            self.add_error("of", _("Choose the block that says the same."))
        return self.blocks() | {"duplicate_of": of}


class CoverForm(StepForm):
    op = "cover"
    elements = forms.MultipleChoiceField(
        label=gettext_lazy("It covers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    further = forms.CharField(
        label=gettext_lazy("and further away: references"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        near = choice.review.elements_near(choice.section)
        known = {element.reference for element in near}
        covered = set(choice.pieces[0].references)
        initial = {
            "elements": [one.piece for one in near if one.reference in covered],
            "further": ", ".join(one for one in choice.pieces[0].references if one not in known),
        }
        super().__init__(data, choice=choice, initial=initial, **kwargs)
        self.fields["elements"].choices = [  # type: ignore[attr-defined]
            (
                one.piece,
                format_html(
                    '<span class="reference">{}</span> {}',
                    one.reference,
                    Truncator(one.text).words(_WORDS_SHOWN) or _("missing in the source"),
                ),
            )
            for one in near
        ]

    def keys(self) -> dict[str, Any]:
        chosen = set(self.cleaned_data["elements"])
        chosen |= set(self.named(self.cleaned_data["further"], "further"))
        if not chosen:
            self.add_error("elements", _("Choose the elements that it covers."))
        in_order = [piece.id for piece in self.choice.review.pieces if piece.id in chosen]
        return self.blocks() | {"elements": in_order}


class DittoForm(StepForm):
    op = "ditto"
    of = _choice_field(gettext_lazy("It repeats"))
    of_id = _id_field()

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        before = []
        for piece in choice.review.near(choice.section):
            if piece.id == choice.first.id:
                break
            if piece.role in _COVERING:
                before.append(piece)
        # The mark most likely repeats what stands directly above it.
        self.offer("of", reversed(before))
        if before:
            self.initial["of"] = before[-1].id

    def keys(self) -> dict[str, Any]:
        of = self.target("of")
        if not of:
            self.add_error("of", _("Choose the words that the mark repeats."))
        return self.blocks() | {"of": of}


class MissingForm(_PlaceForm):
    op = "missing"
    id = forms.RegexField(
        r"missing\.[^\s#,;]+",
        label=gettext_lazy("Its id"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": gettext_lazy("Give the element an id."),
            "invalid": gettext_lazy("Write “missing.” and what tells it apart, without spaces."),
        },
    )

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        issue = issue_of(choice)
        taken = [piece.id for piece in choice.review.pieces]
        initial = {"id": missing_id(issue, taken), "note": MISSING_NOTE}
        super().__init__(data, choice=choice, initial=initial, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = _(
            "Write the note that readers see in place of the element's words."
        )

    def keys(self) -> dict[str, Any]:
        return {"id": self.cleaned_data["id"]} | self.place(self.choice.first.id)

    def goes_on(self) -> list[str]:
        return [str(self.cleaned_data["id"])]


class CategoryForm(StepForm):
    op = "category"
    category = forms.ChoiceField(
        label=gettext_lazy("How far has it come?"),
        choices=[(category.value, label) for category, label in CATEGORY_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a category.")},
    )

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        initial = {"category": choice.first.category or ""}
        super().__init__(data, choice=choice, initial=initial, **kwargs)

    def keys(self) -> dict[str, Any]:
        return self.blocks() | {"category": Category(self.cleaned_data["category"]).value}


class NoteForm(StepForm):
    op = "note"

    def __init__(self, data: Any = None, *, choice: Choice, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = _("Write the note.")

    def keys(self) -> dict[str, Any]:
        return self.blocks()


FORMS: Mapping[str, type[StepForm]] = {
    form.op: form
    for form in (
        AssignForm,
        SplitForm,
        JoinForm,
        MoveForm,
        DropForm,
        CoverForm,
        DittoForm,
        MissingForm,
        CategoryForm,
        NoteForm,
    )
}


def issue_of(choice: Choice) -> str:
    """The reference of the issue in which the first chosen piece stands, or of the one before."""
    issues: dict[str, str] = {}
    for issue in choice.review.outline.issues():
        issues[issue.reference] = issue.reference
        issues |= {element.reference: issue.reference for element in issue.elements()}
    found = ""
    for piece in choice.review.pieces:
        places: Sequence[str] = choice.review.outline.placements.get(piece.id, ())[1:]
        found = next((issues[place] for place in places if place in issues), found)
        if root(piece.id) == root(choice.first.id) and found:
            break
    return found
