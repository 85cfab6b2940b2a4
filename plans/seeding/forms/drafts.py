"""The forms of seeding, from uploading a document to the corrigendum of a version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from plans.models import Plan, PlanVersion, SeedDraft
from plans.reading.heads import DocumentHead
from plans.reading.matching import VersionElement
from plans.reading.pipeline import Parsed
from plans.reading.readers import Columns, SheetColumn
from plans.reading.readers.mapping import FIELD_WORDS, ColumnField, ColumnMapping, letter_of
from plans.reading.readers.office import MAX_BYTES
from plans.seeding.queries.matching import Choices
from plans.seeding.services.matching import MAX_REASON
from plans.seeding.services.publish import MAX_CORRIGENDUM_REASON, MAX_WORDS
from plans.text.slugs import MAX_SLUG, SLUG, slug_of
from plans.web.forms import PageForm

NEW_PLAN = "new"
MAX_CORRECTIONS = 2_000_000
_SLUG = RegexValidator(rf"\A{SLUG.pattern}\Z", _("Write small letters, digits and hyphens."))
_PARTIAL_DATE = RegexValidator(
    r"\A\d{4}(-\d{2}(-\d{2})?)?\Z", _("Write 1999, 1999-11 or 1999-11-17.")
)


class OneFileField(forms.FileField):
    """A file that is alone in its field and not larger than ``most`` bytes.

    The size is looked at before anything is read.
    """

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and file.size and file.size > self.most:
            raise forms.ValidationError(
                _("The file has %(size)s MB; at most %(most)d MB are taken.")
                % {"size": f"{ceil(file.size / 100_000) / 10:g}", "most": self.most // 1_000_000}
            )
        return file


class _OneFileForm(PageForm):
    """Refuses several files in the field ``only``, of which a browser would keep the last."""

    only = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        count = sum(len(self.files.getlist(name)) for name in self.files)
        if count > 1:
            self.add_error(
                self.only,
                _("%(count)d files came at once. Upload one; each document has a draft of its own.")
                % {"count": count},
            )
        return cleaned


class UploadForm(_OneFileForm):
    """A document and where it belongs. Cleaned, ``place`` is a plan and the version before."""

    only = "document"

    place = forms.ChoiceField(
        label=_("It comes after"),
        help_text=_("The version before it, to which its elements will be matched."),
    )
    document = OneFileField(
        most=MAX_BYTES,
        label=_("Document"),
        help_text=_("Word, Excel, CSV, HTML, or text of the Governing Body dialect; up to 20 MB."),
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        plans: QuerySet[Plan],
        versions: QuerySet[PlanVersion],
        place: str = "",
    ) -> None:
        super().__init__(data, files, initial={"place": place})
        self.plans = {plan.pk: plan for plan in plans}
        self.versions = {version.pk: version for version in versions}
        new = (NEW_PLAN, _("nothing: it is the first version of a new plan"))
        known = ((plan.title, self._places(plan)) for plan in self.plans.values())
        self.set_choices("place", [*known, new])

    def _places(self, plan: Plan) -> list[tuple[str, Any]]:
        after = [
            # A select that is closed shows the option without the plan that it stands under.
            (f"version:{version.pk}", f"{version.symbol} – {plan.title}")
            for version in self.versions.values()
            if version.plan_id == plan.pk
        ]
        alone = format_lazy(_("no version of “{plan}”: it stands by itself"), plan=plan.title)
        return [*after, (f"plan:{plan.pk}", alone)]

    def clean_place(self) -> tuple[Plan | None, PlanVersion | None]:
        kind, _colon, key = str(self.cleaned_data["place"]).partition(":")
        if kind == "version":
            version = self.versions[int(key)]
            return self.plans[version.plan_id], version
        return (self.plans[int(key)] if kind == "plan" else None), None


class CorrectionsForm(_OneFileForm):
    """A corrections file."""

    only = "corrections"

    corrections = OneFileField(most=MAX_CORRECTIONS, label=_("Corrections file (TOML)"))


class DecisionsForm(_OneFileForm):
    """A file of decisions on what became of elements."""

    only = "decisions"

    decisions = OneFileField(most=MAX_CORRECTIONS, label=_("File of decisions (TOML)"))


class HeadForm(PageForm):
    """What the document does not print about itself."""

    plan_title = forms.CharField(
        label=_("Title of the plan"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    plan_slug = forms.CharField(
        label=_("Short name of the plan"),
        max_length=MAX_SLUG,
        validators=[_SLUG],
        help_text=_("It stands in addresses: “technical-cooperation”."),
    )
    version_symbol = forms.CharField(
        label=_("Symbol of the document that adopted this version"),
        max_length=60,
        help_text=_("Such as GB.276/TC/2."),
    )
    version_slug = forms.CharField(
        label=_("Short name of the version"),
        max_length=MAX_SLUG,
        required=False,
        validators=[_SLUG],
        help_text=_("It stands in addresses. Left empty, it is made from the symbol."),
    )
    version_session = forms.CharField(label=_("Session"), max_length=120, required=False)
    version_date = forms.CharField(
        label=_("Date of the version"),
        max_length=10,
        required=False,
        validators=[_PARTIAL_DATE],
        help_text=_("As far as it is known: 1999, 1999-11 or 1999-11-17."),
    )
    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Time-frames are read by its grammar.")
    )
    with_round = forms.BooleanField(
        label=_("Take the status column over, as a closed reporting round"), required=False
    )
    as_at = forms.DateField(
        label=_("Statuses as at"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Needed only where the heading of the status column names no date."),
    )
    round_symbol = forms.CharField(
        label=_("Symbol of the progress report"), max_length=60, required=False
    )
    round_symbol_inferred = forms.BooleanField(
        label=_("The symbol is inferred, not printed in the document"), required=False
    )
    round_session = forms.CharField(
        label=_("Session of the progress report"), max_length=120, required=False
    )

    OF_PLAN = ("plan_title", "plan_slug")
    OF_ROUND = ("with_round", "as_at", "round_symbol", "round_symbol_inferred", "round_session")

    def __init__(self, data: Any = None, *, draft: SeedDraft, parsed: Parsed) -> None:
        """``parsed`` is how the document reads; without a status column there is no round."""
        super().__init__(data, initial=_initial(draft, parsed.head))
        languages: dict[str, Any] = dict(settings.LANGUAGES)
        languages.setdefault(parsed.head.language, parsed.head.language)
        self.set_choices("language", languages.items())
        gone = self.OF_PLAN if draft.plan is not None else ()
        for name in (*gone, *(() if parsed.outline.has_round else self.OF_ROUND)):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("version_slug") and cleaned.get("version_symbol"):
            cleaned["version_slug"] = slug_of(cleaned["version_symbol"])
        return cleaned

    def head(self) -> dict[str, Any]:
        """The fields as a draft's ``head`` stores them."""
        head = {key: value for key, value in self.cleaned_data.items() if key != "with_round"}
        if head.get("as_at"):
            head["as_at"] = head["as_at"].isoformat()
        if not head.get("round_symbol_inferred"):
            head.pop("round_symbol_inferred", None)
        return head

    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, for the page."""
        groups = (
            (_("The plan"), self.OF_PLAN),
            (_("The version"), tuple(n for n in self.fields if n.startswith(("version", "lang")))),
            (_("The progress report"), self.OF_ROUND),
        )
        return [
            (title, [self[name] for name in names if name in self.fields])
            for title, names in groups
            if any(name in self.fields for name in names)
        ]


class CommitForm(PageForm):
    """That a person has looked at what is odd."""

    anomalies_seen = forms.BooleanField(
        label=_("I have looked at what is odd, and it is as it should be."), required=False
    )


class TakeBackForm(PageForm):
    """Why a version is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("Kept in the audit."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )


def _initial(draft: SeedDraft, head: DocumentHead) -> dict[str, Any]:
    """The values of the draft; of a plan also what the document says."""
    typed = draft.head
    return {
        "plan_title": typed.get("plan_title", head.plan_title),
        "plan_slug": typed.get("plan_slug", head.plan_slug),
        "language": head.language,
        "with_round": draft.with_round,
        "as_at": head.as_at,
        **{
            name: typed.get(name, "")
            for name in (
                "version_symbol",
                "version_slug",
                "version_session",
                "version_date",
                "round_symbol",
                "round_symbol_inferred",
                "round_session",
            )
        },
    }


# -- Columns of a sheet ---------------------------------------------------------------------------

FIELD_LABELS: dict[ColumnField, Promise] = {field: _(words) for field, words in FIELD_WORDS.items()}


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column with the field that says what it holds."""

    column: SheetColumn
    field: forms.BoundField

    @property
    def letter(self) -> str:
        """Its name as spreadsheets have it: A, B, … AA."""
        return letter_of(self.column.index)


class ColumnsForm(PageForm):
    """What each column of a sheet holds. ``sheet`` and ``header`` are those that were shown."""

    def __init__(self, data: Any = None, *, columns: Columns) -> None:
        super().__init__(data)
        self.columns = columns
        choices = [("", _("– nothing that is taken –")), *FIELD_LABELS.items()]
        for column in columns.columns:
            self.fields[f"column-{column.index}"] = forms.ChoiceField(
                choices=choices,
                required=False,
                label=column.heading or _("column without a heading"),
                initial=column.field or "",
            )

    def rows(self) -> Iterator[ColumnRow]:
        """The columns in the order of the sheet."""
        for column in self.columns.columns:
            yield ColumnRow(column, self[f"column-{column.index}"])

    def mapping(self) -> ColumnMapping:
        """The mapping that was chosen. Belongs after ``is_valid``."""
        fields = {
            column.index: ColumnField(value)
            for column in self.columns.columns
            if (value := self.cleaned_data[f"column-{column.index}"])
        }
        shown = self.columns.mapping
        return ColumnMapping(fields, sheet=shown.sheet, header=shown.header)


class SheetForm(PageForm):
    """Which sheet of a workbook is shown, and in which row its headings stand."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header = forms.IntegerField(
        label=_("Row with the headings"), required=False, min_value=1, max_value=1_000_000
    )

    def __init__(self, data: Any = None, *, columns: Columns) -> None:
        shown = {"sheet": columns.sheet, "header": columns.mapping.header}
        super().__init__(data, initial=shown)
        names = [(name, name) for name in columns.sheets]
        self.set_choices("sheet", names)
        if len(names) < 2:
            del self.fields["sheet"]


# -- Matching -------------------------------------------------------------------------------------

_SEPARATORS = re.compile(r"[\s,;]+")
_LONGEST = 500


class ChangeForm(PageForm):
    """Which earlier elements became which later ones. Those offered are ticked; others are named
    by their references."""

    earlier = forms.MultipleChoiceField(label=_("In the version before"))
    other_earlier = forms.CharField(
        label=_("Others of the version before"),
        required=False,
        max_length=_LONGEST,
        help_text=_("References, with commas or spaces between them: “I.1(a).2, I.1(b).1”."),
        widget=forms.TextInput(attrs={"list": "earlier-references", "autocomplete": "off"}),
    )
    later = forms.MultipleChoiceField(label=_("In the new version"))
    other_later = forms.CharField(
        label=_("Others of the new version"),
        required=False,
        max_length=_LONGEST,
        help_text=_("References, with commas or spaces between them: “I.1(a).2, I.1(b).1”."),
        widget=forms.TextInput(attrs={"list": "later-references", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_REASON,
        help_text=_("Kept with the decision: how you know."),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._set_choices("earlier", choices.earlier)
        self._set_choices("later", choices.later)

    def _set_choices(self, name: str, elements: Sequence[VersionElement]) -> None:
        choices = [
            (element.reference, f"{element.reference} {element.text}") for element in elements
        ]
        self.fields[name] = forms.MultipleChoiceField(
            label=self.fields[name].label,
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def earlier_references(self) -> list[str]:
        """What was chosen of the version before."""
        return self._chosen("earlier")

    @property
    def later_references(self) -> list[str]:
        """What was chosen of the new version."""
        return self._chosen("later")

    def _chosen(self, name: str) -> list[str]:
        named = _SEPARATORS.split(self.cleaned_data[f"other_{name}"])
        return list(dict.fromkeys([*self.cleaned_data[name], *filter(None, named)]))


# -- Corrigenda -----------------------------------------------------------------------------------


class CorrigendumForm(PageForm):
    """The words as they should be, and why. ``seen`` are those that the change started from."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    words = forms.CharField(
        label=_("Words as they should be"),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=MAX_CORRIGENDUM_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "true"}),
        help_text=_("Everybody can read it beside the words."),
    )

    def __init__(self, data: Any = None, *, words: str) -> None:
        super().__init__(data, initial={"seen": words, "words": words})

    def clean_seen(self) -> str:
        # Browsers send the end of a line as two characters.
        return str(self.cleaned_data["seen"]).replace("\r\n", "\n")
