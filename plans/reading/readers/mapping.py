"""Which column of a sheet is what: guessed from its headings, or said by a person on screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz

from plans.reading.source_table import SourceError


class ColumnField(StrEnum):
    """What a column of a sheet with one row for each element holds."""

    PART = "part"
    PART_TITLE = "part_title"
    PARENT_NUMBER = "parent_number"
    PARENT_TITLE = "parent_title"
    ISSUE_NUMBER = "issue_number"
    ISSUE_TITLE = "issue_title"
    CONTEXT = "context"
    GROUP_HEADING = "group_heading"
    LEAD_IN = "lead_in"
    ELEMENT = "element"
    MISSING = "missing"
    TIME_FRAME = "time_frame"
    TIME_FRAME_ID = "time_frame_id"
    CATEGORY = "category"
    STATUS = "status"
    STATUS_ID = "status_id"
    AS_AT = "as_at"


def gettext_noop(words: str) -> str:
    """``words``, under the name by which catalogues find what is translated where it is shown."""
    return words


FIELD_WORDS: Mapping[ColumnField, str] = {
    ColumnField.PART: gettext_noop("number of the Part"),
    ColumnField.PART_TITLE: gettext_noop("title of the Part"),
    ColumnField.PARENT_NUMBER: gettext_noop("number of the parent issue"),
    ColumnField.PARENT_TITLE: gettext_noop("title of the parent issue"),
    ColumnField.ISSUE_NUMBER: gettext_noop("number of the issue"),
    ColumnField.ISSUE_TITLE: gettext_noop("title of the issue"),
    ColumnField.CONTEXT: gettext_noop("context"),
    ColumnField.GROUP_HEADING: gettext_noop("heading of a group of elements"),
    ColumnField.LEAD_IN: gettext_noop("lead-in to a group of elements"),
    ColumnField.ELEMENT: gettext_noop("action element"),
    ColumnField.MISSING: gettext_noop("whether the element is missing in the source"),
    ColumnField.TIME_FRAME: gettext_noop("time-frame"),
    ColumnField.TIME_FRAME_ID: gettext_noop("id of the time-frame"),
    ColumnField.CATEGORY: gettext_noop("progress of the status"),
    ColumnField.STATUS: gettext_noop("status"),
    ColumnField.STATUS_ID: gettext_noop("id of the status"),
    ColumnField.AS_AT: gettext_noop("day of the status"),
}
"""What each field holds, in the words that people choose it by."""

# Headings as people write them, in English, French and Spanish. The first of each is the one of
# the template.
_HEADINGS: Mapping[ColumnField, tuple[str, ...]] = {
    ColumnField.PART: ("part", "part number", "partie", "parte"),
    ColumnField.PART_TITLE: (
        *("part title", "title of part", "titre de la partie", "titulo de la parte"),
    ),
    ColumnField.PARENT_NUMBER: (
        *("parent issue number", "parent number", "parent issue", "parent"),
        *("numero parent", "numero question principale", "numero del tema principal"),
    ),
    ColumnField.PARENT_TITLE: (
        *("parent issue title", "parent title", "titre du parent"),
        *("titre de la question principale", "titulo del tema principal"),
    ),
    ColumnField.ISSUE_NUMBER: (
        *("issue number", "issue no", "number", "no", "nr", "numero", "numero question"),
        *("numero del tema", "numero de la cuestion", "numero du point", "ref", "item number"),
    ),
    ColumnField.ISSUE_TITLE: (
        *("issue title", "issue", "issues", "issue to be addressed", "issues to be addressed"),
        *("question", "questions", "questions a traiter", "titre de la question", "probleme"),
        *("tema", "temas", "titulo del tema", "cuestion", "cuestiones", "topic", "title"),
    ),
    ColumnField.CONTEXT: ("context", "background", "perspective", "contexte", "contexto"),
    ColumnField.GROUP_HEADING: (
        *("group heading", "group", "heading", "subheading", "groupe", "intitule du groupe"),
        *("rubrique", "grupo", "titulo del grupo", "epigrafe"),
    ),
    ColumnField.LEAD_IN: (
        *("lead-in", "lead-in sentence", "introduction", "chapeau", "phrase introductive"),
        *("introduccion", "frase introductoria"),
    ),
    ColumnField.ELEMENT: (
        *("element", "elements", "element for action", "elements for action", "action element"),
        *("action", "actions", "activity", "measure", "what will be done", "task"),
        *("element d action", "mesure", "mesures", "activite"),
        *("elemento", "elementos", "elemento de accion", "accion", "acciones", "medida"),
        "actividad",
    ),
    ColumnField.MISSING: (
        *("missing in source", "missing", "manque dans la source", "falta en la fuente"),
    ),
    ColumnField.TIME_FRAME: (
        *("time-frame", "timeframe", "time frames", "deadline", "due", "due date", "when", "date"),
        *("timing", "timeline", "calendrier", "delai", "delais", "echeance", "plazo", "plazos"),
        *("calendario", "fecha"),
    ),
    ColumnField.TIME_FRAME_ID: ("time-frame id",),
    ColumnField.CATEGORY: (
        *("status category", "category", "categorie", "categorie de la situation"),
        *("categoria", "categoria de la situacion"),
    ),
    ColumnField.STATUS: (
        *("status", "progress", "state", "narrative", "status report", "what was done"),
        *("situation", "etat d avancement", "etat", "avancement", "progres"),
        *("situacion", "estado", "progreso", "avance"),
    ),
    ColumnField.STATUS_ID: ("status id",),
    ColumnField.AS_AT: (
        *("status as at", "as at", "status date", "situation au", "date de la situation"),
        *("situacion al", "fecha de la situacion"),
    ),
}
_LETTERS = re.compile(r"[A-Za-z]{1,3}")
_ALIKE = 86.0
# Words that say nothing about which column it is.
_FILLERS = frozenset({"the", "of", "a", "an", "la", "le", "les", "de", "du", "des", "el", "los"})


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column is what.

    ``fields`` are by the number of the column, from 0; columns that are not named are kept as
    page furniture. ``sheet`` is the name of a workbook's sheet, "" for the likeliest. ``header``
    is the number of the row with the headings, from 1; None for the likeliest.
    """

    fields: Mapping[int, ColumnField]
    sheet: str = ""
    header: int | None = None

    def column(self, field: ColumnField) -> int | None:
        """The number of the column that holds ``field``."""
        return next((index for index, found in self.fields.items() if found is field), None)

    @property
    def is_enough(self) -> bool:
        """True when the elements and the issues that they belong to can be read."""
        found = set(self.fields.values())
        issue = {ColumnField.ISSUE_NUMBER, ColumnField.ISSUE_TITLE}
        return ColumnField.ELEMENT in found and bool(issue & found)

    def check(self) -> None:
        """Raise SourceError, in words for the person who chose, for a mapping that cannot be."""
        fields = list(self.fields.values())
        twice = next((field for field in ColumnField if fields.count(field) > 1), None)
        if twice is not None:
            first, second, *_ = (index for index, f in self.fields.items() if f is twice)
            raise SourceError(
                f"columns {letter_of(first)} and {letter_of(second)} are both said to be "
                f"“{FIELD_WORDS[twice]}”; choose one"
            )
        if not self.is_enough:
            raise SourceError(
                "say which column holds the action elements, and which the number or the title "
                "of their issue"
            )

    def as_data(self) -> dict[str, Any]:
        """The mapping as plain data, for JSON or TOML; ``mapping_from`` reads it."""
        data: dict[str, Any] = {"fields": {str(i): f.value for i, f in self.fields.items()}}
        if self.sheet:
            data["sheet"] = self.sheet
        if self.header is not None:
            data["header"] = self.header
        return data


def mapping_from(data: Mapping[str, Any]) -> ColumnMapping:
    """The mapping of ``as_data``. Raises SourceError for data that is none."""
    fields, sheet, header = data.get("fields"), data.get("sheet", ""), data.get("header")
    if not isinstance(fields, Mapping) or not isinstance(sheet, str):
        raise SourceError("a mapping of columns has 'fields', and perhaps 'sheet' and 'header'")
    if header is not None and not isinstance(header, int):
        raise SourceError("'header' is the number of the row with the headings")
    try:
        found = {int(index): ColumnField(field) for index, field in fields.items()}
    except ValueError as error:
        raise SourceError(f"a mapping of columns: {error}") from error
    return ColumnMapping(found, sheet=sheet, header=header)


def mapping_of_section(section: Mapping[str, Any]) -> ColumnMapping:
    """The mapping of a ``[columns]`` section: what stands in each column by its letter, and
    perhaps ``sheet`` and ``header``. Raises SourceError for a section that is none."""
    fields: dict[int, ColumnField] = {}
    for key, value in section.items():
        if key in ("sheet", "header"):
            continue
        if not _LETTERS.fullmatch(key):
            raise SourceError(
                f"{key!r} is no column; write its letter, such as A or AB, or sheet or header"
            )
        if not isinstance(value, str):
            raise SourceError(f'column {key}: write what it holds, such as "issue-number"')
        if index_of(key) in fields:
            raise SourceError(f"column {key.upper()} is named twice")
        fields[index_of(key)] = field_named(value)
    sheet, header = section.get("sheet", ""), section.get("header")
    if not isinstance(sheet, str):
        raise SourceError("sheet: write the name of the sheet")
    if header is not None and (not isinstance(header, int) or isinstance(header, bool)):
        raise SourceError("header: write the number of the row with the headings")
    return ColumnMapping(dict(sorted(fields.items())), sheet=sheet, header=header)


def section_of(mapping: ColumnMapping) -> dict[str, str | int]:
    """The mapping as a ``[columns]`` section, which ``mapping_of_section`` reads."""
    section: dict[str, str | int] = {"sheet": mapping.sheet} if mapping.sheet else {}
    if mapping.header is not None:
        section["header"] = mapping.header
    return section | {
        letter_of(index): name_of(field) for index, field in sorted(mapping.fields.items())
    }


def name_of(field: ColumnField) -> str:
    """What a file and a command line call the field: “issue-number”."""
    return field.value.replace("_", "-")


def field_named(text: str) -> ColumnField:
    """The field of that name, or of the words that people choose it by.

    Raises SourceError, which lists the names.
    """
    wanted = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    for field, words in FIELD_WORDS.items():
        if wanted in (name_of(field), "-".join(words.casefold().replace("-", " ").split())):
            return field
    names = ", ".join(name_of(field) for field in ColumnField)
    raise SourceError(f"{text!r} is nothing that a column holds; use one of {names}")


def letter_of(index: int) -> str:
    """The name of a column, numbered from 0, as spreadsheets have it: A, B, … AA."""
    number, letters = index + 1, ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def index_of(letters: str) -> int:
    """The number, from 0, of the column that ``letter_of`` names so."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def heading_of(field: ColumnField) -> str:
    """The heading of ``field`` in the template, which ``guess_mapping`` understands."""
    return _HEADINGS[field][0].capitalize()


def guess_mapping(
    headings: Sequence[str], *, sheet: str = "", header: int | None = None
) -> ColumnMapping:
    """The likeliest mapping for these headings; columns that look like nothing known are left out.

    Headings that are known word for word come first, then those that are much like a known one.
    No field is given to two columns.
    """
    folded = [_folded(heading) for heading in headings]
    scores = [
        (_score(text, names), -index, field)
        for index, text in enumerate(folded)
        if text
        for field, names in _NAMES.items()
    ]
    fields: dict[int, ColumnField] = {}
    for score, index, field in sorted(scores, key=lambda found: found[:2], reverse=True):
        if score >= _ALIKE and -index not in fields and field not in fields.values():
            fields[-index] = field
    return ColumnMapping(dict(sorted(fields.items())), sheet=sheet, header=header)


def _score(text: str, names: Sequence[str]) -> float:
    if text in names:
        # Of two columns whose headings are known, the one with the more usual name.
        return 200.0 - names.index(text)
    if len(text) < 4 or len(text) > 60:
        return 0.0
    return max(fuzz.token_sort_ratio(text, name, score_cutoff=_ALIKE) for name in names)


def _folded(heading: str) -> str:
    """``heading`` in small letters without accents, signs and words that say nothing."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(word for word in re.findall(r"[^\W_]+", plain) if word not in _FILLERS)


_NAMES: Mapping[ColumnField, tuple[str, ...]] = {
    field: tuple(_folded(heading) for heading in headings) for field, headings in _HEADINGS.items()
}
