"""The forms of the review: one for each edit operation of a corrections file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.models import CATEGORY_LABELS
from plans.reading.corrections import (
    cutting_texts,
    first_words,
    missing_id,
    possible_originals,
    words_of,
)
from plans.reading.draft import Piece
from plans.reading.outline import OutlineElement
from plans.reading.source_table import BlockRole
from plans.seeding.forms.steps import (
    COVERING,
    LONGEST_TEXT,
    MISSING_NOTE,
    ROLE_LABELS,
    WORDS_SHOWN,
    ChosenPieces,
    Operation,
    StepForm,
    describe_piece,
)
from plans.text.categories import Category

SPLIT_ROLES = 6
"""How many pieces of a split block can be given roles at once."""


def _choice_field(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


def _id_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("or further away: its id or reference"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def _element_label(element: OutlineElement) -> SafeString:
    words = Truncator(element.text).words(WORDS_SHOWN) or _("missing in the source")
    return format_html('<span class="reference">{}</span> {}', element.reference, words)


class AssignRoleForm(StepForm):
    op = "assign"
    role = forms.ChoiceField(
        label=gettext_lazy("It is"),
        widget=forms.RadioSelect,
        choices=[
            (role.value, label)
            for role, label in ROLE_LABELS.items()
            if role is not BlockRole.DUPLICATE
        ],
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    beside = _choice_field(gettext_lazy("in the row of"))
    beside_id = _id_field()

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        initial = {"role": choice.first.role.value} if len(choice.roles) == 1 else {}
        super().__init__(data, choice=choice, initial=initial, **kwargs)
        source_rows: dict[str, Piece] = {}
        for piece in choice.review.near(choice.section):
            if piece.source_row and piece.role is BlockRole.ELEMENT:
                source_rows.setdefault(piece.source_row, piece)
        self.set_piece_choices("beside", source_rows.values(), none=_("the row where it stands"))

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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        words = words_of(choice.first)
        self.set_choices("cut", list(enumerate(words))[1:])
        self.first_word = words[0]
        roles = [
            (role.value, label)
            for role, label in ROLE_LABELS.items()
            if role is not BlockRole.DUPLICATE
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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        for number, one in enumerate(choice.pieces, 1):
            self.fields[f"place_{number}"] = forms.IntegerField(
                label=describe_piece(one.piece),
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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        ids = set(choice.ids)
        near = [piece for piece in choice.review.near(choice.section) if piece.id not in ids]
        self.set_piece_choices("to", near)

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
            ("furniture", gettext_lazy("boilerplate")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say which of the two it is.")},
    )
    of = _choice_field(gettext_lazy("of which block"))
    of_id = _id_field()

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        near = choice.review.near(choice.section)
        self.set_piece_choices("of", possible_originals([one.piece for one in choice.pieces], near))

    def keys(self) -> dict[str, Any]:
        if self.cleaned_data["what"] == "furniture":
            return self.blocks()
        of = self.target("of")
        if not of:
            self.add_error("of", _("Choose the block that says the same."))
        return self.blocks() | {"duplicate_of": of}


class CoverElementsForm(StepForm):
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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        near = choice.review.elements_near(choice.section)
        known = {element.reference for element in near}
        covered = set(choice.pieces[0].references)
        initial = {
            "elements": [one.piece for one in near if one.reference in covered],
            "further": ", ".join(one for one in choice.pieces[0].references if one not in known),
        }
        super().__init__(data, choice=choice, initial=initial, **kwargs)
        self.set_choices("elements", [(one.piece, _element_label(one)) for one in near])

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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        before = []
        for piece in choice.review.near(choice.section):
            if piece.id == choice.first.id:
                break
            if piece.role in COVERING:
                before.append(piece)
        # The mark most likely repeats what stands directly above it.
        self.set_piece_choices("of", reversed(before))
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

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        issue = choice.review.issue_before(choice.first.id)
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
        label=gettext_lazy("Progress"),
        choices=[(category.value, label) for category, label in CATEGORY_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the progress.")},
    )

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        initial = {"category": choice.first.category or ""}
        super().__init__(data, choice=choice, initial=initial, **kwargs)

    def keys(self) -> dict[str, Any]:
        return self.blocks() | {"category": Category(self.cleaned_data["category"]).value}


class NoteForm(StepForm):
    op = "note"

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        super().__init__(data, choice=choice, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].error_messages["required"] = _("Write the note.")

    def keys(self) -> dict[str, Any]:
        return self.blocks()


class AcceptForm(StepForm):
    op = "accept"
    odd = forms.ChoiceField(
        label=gettext_lazy("This is odd, and right as it stands"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what is right as it stands.")},
    )

    def __init__(self, data: Any = None, *, choice: ChosenPieces, **kwargs: Any) -> None:
        self.oddities = choice.oddities()
        first = next(iter(self.oddities), "")
        super().__init__(data, choice=choice, initial={"odd": first}, **kwargs)
        self.set_choices("odd", [(odd, odd) for odd in self.oddities])

    def keys(self) -> dict[str, Any]:
        odd = self.cleaned_data["odd"]
        places = self.oddities[odd]
        named = {"block": places[0]} if len(places) == 1 else {"blocks": places}
        return named | {"odd": odd}

    @property
    def operation(self) -> Operation:
        """The operation; of a valid form only."""
        operation = super().operation
        places = (*operation.get("blocks", ()), operation.get("block"))
        if self.choice.first.id not in places:
            # It is odd at a block whose words went into another piece.
            operation.pop("begins", None)
        return operation


FORMS: Mapping[str, type[StepForm]] = {
    form.op: form
    for form in (
        AssignRoleForm,
        SplitForm,
        JoinForm,
        MoveForm,
        DropForm,
        CoverElementsForm,
        DittoForm,
        MissingForm,
        CategoryForm,
        NoteForm,
        AcceptForm,
    )
}
