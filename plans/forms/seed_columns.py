"""The form on which a person says which column of a sheet holds what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.importing.readers import Column, Columns
from plans.importing.readers.mapping import ColumnField, ColumnMapping

FIELD_LABELS: dict[ColumnField, Promise] = {
    ColumnField.PART: _("number of the Part"),
    ColumnField.PART_TITLE: _("title of the Part"),
    ColumnField.PARENT_NUMBER: _("number of the parent issue"),
    ColumnField.PARENT_TITLE: _("title of the parent issue"),
    ColumnField.ISSUE_NUMBER: _("number of the issue"),
    ColumnField.ISSUE_TITLE: _("title of the issue"),
    ColumnField.CONTEXT: _("context"),
    ColumnField.GROUP_HEADING: _("heading of a group of elements"),
    ColumnField.LEAD_IN: _("lead-in to a group of elements"),
    ColumnField.ELEMENT: _("action element"),
    ColumnField.MISSING: _("whether the element is missing in the source"),
    ColumnField.TIME_FRAME: _("time-frame"),
    ColumnField.TIME_FRAME_ID: _("id of the time-frame"),
    ColumnField.CATEGORY: _("category of the status"),
    ColumnField.STATUS: _("status"),
    ColumnField.STATUS_ID: _("id of the status"),
    ColumnField.AS_AT: _("day of the status"),
}


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column with the field that says what it holds."""

    column: Column
    field: forms.BoundField

    @property
    def letter(self) -> str:
        """Its name as spreadsheets have it: A, B, … AA."""
        number, letters = self.column.index + 1, ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters


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
        self.fields["sheet"].choices = names  # type: ignore[attr-defined]
        if len(names) < 2:
            del self.fields["sheet"]
