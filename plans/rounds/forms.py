"""The forms of the secretariat: opening a round, its cover, clearing, closing and reopening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, TypedDict

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plans.models import PlanVersion, ReportingRound, Unit
from plans.statuses.forms import REPORTABLE, NarrativeField
from plans.statuses.services.workflow import MAX_NARRATIVE
from plans.web.forms import PageForm, RevisionForm, parse_int

# Django's own classes cannot be subscribed to at run time.
if TYPE_CHECKING:
    _VersionField = forms.ModelChoiceField[PlanVersion]
    _FormSet = BaseFormSet[forms.Form]
else:
    _VersionField = forms.ModelChoiceField
    _FormSet = BaseFormSet

LONGEST_LINE = 2_000
LONGEST_PARAGRAPH = 10_000
ROWS_AT_MOST = 200


def _date_field(**kwargs: Any) -> forms.DateField:
    # The browser's own picker sends, and wants to be given, the date as 2001-02-28.
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, **kwargs)


def _several_lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "true"})


class VersionChoice(_VersionField):
    """A choice of plan versions, each by its document, which tells them apart, and its plan."""

    def label_from_instance(self, obj: PlanVersion) -> str:
        named = f"{obj.symbol} – {obj.plan.title}"
        return (
            named if obj.published else gettext("%(version)s (not published)") % {"version": named}
        )


class OpenRoundForm(PageForm):
    """What is needed to open a round; the rest of its cover is written later."""

    version = VersionChoice(queryset=PlanVersion.objects.none(), label=_("Plan"), empty_label=None)
    as_at = _date_field(label=_("Status as at"))
    reports_due_on = _date_field(
        label=_("Deadline for submissions"),
        required=False,
        help_text=_("Officers see how many days are left."),
    )
    symbol = forms.CharField(label=_("Document symbol"), max_length=60, required=False)
    session = forms.CharField(label=_("Session"), max_length=120, required=False)
    agenda_item = forms.CharField(label=_("Agenda item"), max_length=LONGEST_LINE, required=False)

    def __init__(self, data: Any = None, *, versions: QuerySet[PlanVersion]) -> None:
        super().__init__(data)
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]


class RoundCoverForm(PageForm):
    """The cover but for its paragraphs and footnotes."""

    agenda_item = forms.CharField(
        label=_("Agenda item"), max_length=LONGEST_LINE, required=False, widget=_several_lines(1)
    )
    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_LINE, required=False, widget=_several_lines(3)
    )
    symbol = forms.CharField(label=_("Document symbol"), max_length=60, required=False)
    symbol_inferred = forms.BooleanField(
        label=_("The symbol is inferred, not printed in the document"), required=False
    )
    session = forms.CharField(label=_("Session"), max_length=120, required=False)
    place_date = forms.CharField(
        label=_("Place and date"),
        max_length=LONGEST_LINE,
        required=False,
        widget=_several_lines(1),
        help_text=_("As printed: “Geneva, 2 October 2000.”"),
    )
    reports_due_on = _date_field(label=_("Deadline for submissions"), required=False)


class ParagraphForm(PageForm):
    """One numbered paragraph of the cover. A row without text is left out."""

    number = forms.CharField(label=_("Number"), max_length=20, required=False)
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_PARAGRAPH, required=False, widget=_several_lines(3)
    )


class FootnoteForm(PageForm):
    """One footnote of the cover. A row without text is left out."""

    mark = forms.CharField(
        label=_("Mark"), max_length=20, required=False, help_text=_("As in the text: ¹")
    )
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST_PARAGRAPH, required=False, widget=_several_lines(2)
    )


class _RowFormSet(_FormSet):
    """Rows in the order of the page. Each may stay empty."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(index),
            "empty_permitted": True,
            "use_required_attribute": False,
        }


_PARAGRAPHS = formset_factory(
    ParagraphForm, formset=_RowFormSet, extra=0, max_num=ROWS_AT_MOST, validate_max=True
)
_FOOTNOTES = formset_factory(
    FootnoteForm, formset=_RowFormSet, extra=0, max_num=ROWS_AT_MOST, validate_max=True
)

Row = dict[str, str]


class CoverTexts(TypedDict):
    """What ``plans.rounds.services.cover.lay_on_cover`` takes."""

    agenda_item: str
    title: str
    symbol: str
    symbol_inferred: bool
    session: str
    paragraphs: Sequence[tuple[str, str]]
    footnotes: Sequence[tuple[str, str]]
    place_date: str


class RoundCoverForms:
    """The cover's three forms as one: the head, the paragraphs, the footnotes."""

    def __init__(
        self,
        head: RoundCoverForm,
        paragraphs: _FormSet,
        footnotes: _FormSet,
    ) -> None:
        self.head = head
        self.paragraphs = paragraphs
        self.footnotes = footnotes

    @classmethod
    def of_round(cls, round_: ReportingRound) -> RoundCoverForms:
        """The forms as the round's cover is. An empty cover gets one empty paragraph."""
        return cls._filled(
            {name: getattr(round_, name) for name in RoundCoverForm.base_fields},
            [dict(row) for row in round_.paragraphs] or [{"number": "1", "text": ""}],
            [dict(row) for row in round_.footnotes],
        )

    @classmethod
    def sent(cls, data: Mapping[str, Any]) -> RoundCoverForms:
        """The forms as they were sent."""
        return cls(
            RoundCoverForm(data),
            _PARAGRAPHS(data, prefix="paragraphs"),
            _FOOTNOTES(data, prefix="footnotes"),
        )

    @classmethod
    def _filled(
        cls, head: Mapping[str, Any], paragraphs: Sequence[Row], footnotes: Sequence[Row]
    ) -> RoundCoverForms:
        return cls(
            RoundCoverForm(initial=dict(head)),
            _PARAGRAPHS(initial=list(paragraphs), prefix="paragraphs"),
            _FOOTNOTES(initial=list(footnotes), prefix="footnotes"),
        )

    def is_valid(self) -> bool:
        """Whether all that was sent can be taken."""
        return all([self.head.is_valid(), self.paragraphs.is_valid(), self.footnotes.is_valid()])

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Every fault as (id of its field, sentence)."""
        found: list[tuple[str, str]] = []
        for form in (self.head, *self.paragraphs.forms, *self.footnotes.forms):
            for name, messages in form.errors.items():
                field = form[name]
                found += [(field.id_for_label, f"{field.label}: {message}") for message in messages]
        for formset in (self.paragraphs, self.footnotes):
            found += [("cover-form", str(message)) for message in formset.non_form_errors()]
        return found

    @property
    def texts(self) -> CoverTexts:
        """What was sent, for the services; of valid forms only."""
        head = self.head.cleaned_data
        return {
            "agenda_item": head["agenda_item"],
            "title": head["title"],
            "symbol": head["symbol"],
            "symbol_inferred": head["symbol_inferred"],
            "session": head["session"],
            "paragraphs": _pairs(self.paragraphs, "number"),
            "footnotes": _pairs(self.footnotes, "mark"),
            "place_date": head["place_date"],
        }

    @property
    def reports_due_on(self) -> date | None:
        """The closing day that was sent; of valid forms only."""
        due: date | None = self.head.cleaned_data["reports_due_on"]
        return due

    def rearranged(self, command: str) -> RoundCoverForms:
        """The forms as sent, with a row added, moved or removed: nothing is checked or lost.

        ``command`` is "add", "up:2", "down:2" or "remove:2" after "paragraphs:" or "footnotes:",
        rows counted from 0. One that makes no sense changes nothing.
        """
        rows = {
            "paragraphs": _typed(self.paragraphs, "number"),
            "footnotes": _typed(self.footnotes, "mark"),
        }
        which, _colon, what = command.partition(":")
        if which in rows:
            _rearrange(rows[which], what, "number" if which == "paragraphs" else "mark")
        head = {name: self.head[name].value() for name in self.head.fields}
        return self._filled(head, rows["paragraphs"], rows["footnotes"])


def _pairs(formset: _FormSet, first: str) -> list[tuple[str, str]]:
    return [
        (form.cleaned_data.get(first, ""), form.cleaned_data.get("text", ""))
        for form in formset.forms
    ]


def _typed(formset: _FormSet, first: str) -> list[Row]:
    return [
        {first: form[first].value() or "", "text": form["text"].value() or ""}
        for form in formset.forms
    ]


def _rearrange(rows: list[Row], what: str, first: str) -> None:
    action, _colon, place = what.partition(":")
    if action == "add":
        if len(rows) < ROWS_AT_MOST:
            rows.append({first: _next_number(rows, first), "text": ""})
        return
    index = parse_int(place, most=len(rows) - 1)
    if index is None:
        return
    if action == "remove":
        del rows[index]
    other = {"up": index - 1, "down": index + 1}.get(action, -1)
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
        if first == "number":
            # Paragraphs change places; the numbers beside them go on counting.
            rows[index][first], rows[other][first] = rows[other][first], rows[index][first]


def _next_number(rows: Sequence[Row], first: str) -> str:
    last = parse_int(rows[-1][first]) if rows else 0
    return str(last + 1) if first == "number" and last is not None else ""


class ClearForm(RevisionForm):
    """A submitted text as the secretariat clears it, and the revision that it was shown."""

    text = NarrativeField(label=_("Status"))
    category = forms.ChoiceField(
        label=_("Progress"),
        choices=REPORTABLE,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose the progress from the list.")},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["text"].widget.attrs["maxlength"] = str(MAX_NARRATIVE)

    @property
    def typed(self) -> str:
        """The text as it came, whatever else was wrong with the form."""
        return str(self.data.get("text", ""))


class ReturnForm(RevisionForm):
    """The comment with which a text is returned to its unit."""

    comment = forms.CharField(
        label=_("What should be changed"),
        max_length=LONGEST_PARAGRAPH,
        widget=_several_lines(4),
        error_messages={"required": _("Say in a comment what should be changed.")},
    )


class RoundReasonForm(PageForm):
    """Why something that was closed is opened, or frozen anew."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_LINE,
        widget=_several_lines(2),
        help_text=_("It is kept with the record."),
        error_messages={"required": _("Give a reason; it is kept with the record.")},
    )


class ReopenStatusesForm(RoundReasonForm):
    """For which unit single statuses are reopened, and why."""

    unit = forms.ModelChoiceField(
        queryset=Unit.objects.all(), label=_("For which unit"), empty_label=_("– choose –")
    )
    field_order = ("unit", "reason")


def chosen_revisions(values: Sequence[str]) -> dict[int, int]:
    """Primary key to revision, from boxes that sent “12:3”; what is not so formed is left out."""
    found: dict[int, int] = {}
    for value in values:
        key, _colon, revision = value.partition(":")
        parsed = parse_int(key), parse_int(revision)
        if parsed[0] is not None and parsed[1] is not None:
            found[parsed[0]] = parsed[1]
    return found
