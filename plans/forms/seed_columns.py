"""The form on which a person says which column of a sheet holds what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.forms.choices import offer
from plans.importing.readers import Column, Columns
from plans.importing.readers.mapping import (
    FIELD_WORDS,
    ColumnField,
    ColumnMapping,
    letter_of,
)

FIELD_LABELS: dict[ColumnField, Promise] = {field: _(words) for field, words in FIELD_WORDS.items()}


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column with the field that says what it holds."""

    column: Column
    field: forms.BoundField

    @property
    def letter(self) -> str:
        """Its name as spreadsheets have it: A, B, … AA."""
        return letter_of(self.column.index)


class ColumnsForm(forms.Form):
    """What each column of a sheet holds. ``sheet`` and ``header`` are those that were shown."""

    def __init__(self, data: Any = None, *, columns: Columns) -> None:
        super().__init__(data, label_suffix="")
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
        """What was said. Belongs after ``is_valid``."""
        said = {
            column.index: ColumnField(value)
            for column in self.columns.columns
            if (value := self.cleaned_data[f"column-{column.index}"])
        }
        shown = self.columns.mapping
        return ColumnMapping(said, sheet=shown.sheet, header=shown.header)


class SheetForm(forms.Form):
    """Which sheet of a workbook is shown, and in which row its headings stand."""

    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header = forms.IntegerField(
        label=_("Row with the headings"), required=False, min_value=1, max_value=1_000_000
    )

    def __init__(self, data: Any = None, *, columns: Columns) -> None:
        shown = {"sheet": columns.sheet, "header": columns.mapping.header}
        super().__init__(data, label_suffix="", initial=shown)
        names = [(name, name) for name in columns.sheets]
        offer(self, "sheet", names)
        if len(names) < 2:
            del self.fields["sheet"]
