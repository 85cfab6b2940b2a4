"""The words of a unit's file, in the plan's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from plans.reports.labels import labels_for
from plans.unit_files.sheet import REPORTABLE


class Column(StrEnum):
    """The columns of the table, in their order. ``KEY`` is one of its own only in XLSX."""

    REFERENCES = "references"
    SUBJECT = "subject"
    TIME_FRAME = "time_frame"
    BEFORE = "before"
    STANDING = "standing"
    CATEGORY = "category"
    STATUS = "status"
    KEY = "key"


DOCX_COLUMNS = tuple(column for column in Column if column is not Column.KEY)
XLSX_COLUMNS = tuple(Column)
EDITABLE = (Column.CATEGORY, Column.STATUS)
READ_ONLY = (Column.SUBJECT, Column.TIME_FRAME, Column.BEFORE, Column.STANDING)


@dataclass(frozen=True, slots=True)
class SheetWords:
    """Fixed words of one language.

    Texts in ``rules``, ``typing_xlsx`` and ``typing_docx`` have the fields ``{category}`` and
    ``{status}``, the headings of the two columns to write in, and ``{choices}``. ``stages`` is
    keyed by stage.
    """

    headings: Mapping[Column, str]
    sheet: str
    rows_of: str
    rules: tuple[str, ...]
    typing_xlsx: str
    typing_docx: str
    send_back: str
    send_back_by: str
    choose: str
    choice_title: str
    choice_error: str
    stages: Mapping[str, str]
    file: str


_ENGLISH = SheetWords(
    headings={
        Column.REFERENCES: "Elements",
        Column.SUBJECT: "Issue and elements for action",
        Column.TIME_FRAME: "Time-frame",
        Column.BEFORE: "Reported last time",
        Column.STANDING: "Where it stands",
        Column.CATEGORY: "How far has it come?",
        Column.STATUS: "Status",
        Column.KEY: "Key (leave as it is)",
    },
    sheet="Rows",
    rows_of="Rows of {unit}",
    rules=(
        "Write only in the yellow cells, under “{category}” and “{status}”. All other cells are "
        "there to be read; grey ones are with the secretariat already and cannot be changed here.",
        "Under “{category}” choose one of: {choices}.",
        "Leave rows, columns and headings as they are. A row with nothing new may stay as it is.",
    ),
    typing_xlsx="Under “{status}” write what shall be printed. Alt+Enter (in LibreOffice "
    "Ctrl+Enter) begins a new paragraph; a line that begins with “• ” or “- ” is a bullet. "
    "Bold, colours and the like are not kept.",
    typing_docx="Under “{status}” write what shall be printed: paragraphs and bullets. Bold, "
    "colours, notes and pictures are not kept.",
    send_back="Then send the file back to the committee secretariat.",
    send_back_by="Then send the file back to the committee secretariat, by {due}.",
    choose="– choose –",
    choice_title="Not in the list",
    choice_error="Choose one of the list, or leave the cell empty.",
    stages={
        "empty": "nothing written yet",
        "draft": "draft",
        "returned": "returned by the secretariat",
        "submitted": "submitted to the secretariat",
        "cleared": "cleared",
        "not_reported": "closed as not reported",
    },
    file="File",
)

_FRENCH = SheetWords(
    headings={
        Column.REFERENCES: "Éléments",
        Column.SUBJECT: "Question et éléments d’action",
        Column.TIME_FRAME: "Délai",
        Column.BEFORE: "Dernier état communiqué",
        Column.STANDING: "Où en est la ligne",
        Column.CATEGORY: "Où en est-on ?",
        Column.STATUS: "État d’avancement",
        Column.KEY: "Clé (à laisser telle quelle)",
    },
    sheet="Lignes",
    rows_of="Lignes de l’unité : {unit}",
    rules=(
        "N’écrivez que dans les cellules jaunes, sous « {category} » et « {status} ». Les autres "
        "sont à lire ; les grises sont déjà au secrétariat et ne peuvent être modifiées ici.",
        "Sous « {category} », choisissez : {choices}.",
        "Laissez lignes, colonnes et titres tels quels. Une ligne sans nouveauté peut rester "
        "comme elle est.",
    ),
    typing_xlsx="Sous « {status} », écrivez ce qui doit être imprimé. Alt+Entrée (Ctrl+Entrée "
    "dans LibreOffice) commence un paragraphe ; une ligne qui commence par « • » ou « - » est "
    "une puce. Gras, couleurs, etc. ne sont pas conservés.",
    typing_docx="Sous « {status} », écrivez ce qui doit être imprimé : paragraphes et puces. "
    "Gras, couleurs, notes et images ne sont pas conservés.",
    send_back="Renvoyez ensuite le fichier au secrétariat de la commission.",
    send_back_by="Renvoyez ensuite le fichier au secrétariat de la commission, "
    "au plus tard le {due}.",
    choose="– choisir –",
    choice_title="Hors de la liste",
    choice_error="Choisissez dans la liste, ou laissez la cellule vide.",
    stages={
        "empty": "encore rien d’écrit",
        "draft": "projet",
        "returned": "renvoyé par le secrétariat",
        "submitted": "soumis au secrétariat",
        "cleared": "approuvé",
        "not_reported": "close sans information",
    },
    file="Fichier",
)

_SPANISH = SheetWords(
    headings={
        Column.REFERENCES: "Elementos",
        Column.SUBJECT: "Cuestión y elementos de acción",
        Column.TIME_FRAME: "Plazo",
        Column.BEFORE: "Último estado comunicado",
        Column.STANDING: "Situación de la fila",
        Column.CATEGORY: "¿Hasta dónde se ha llegado?",
        Column.STATUS: "Estado",
        Column.KEY: "Clave (no modificar)",
    },
    sheet="Filas",
    rows_of="Filas de la unidad: {unit}",
    rules=(
        "Escriba solo en las celdas amarillas, bajo «{category}» y «{status}». Las demás son "
        "para leer; las grises ya están en la secretaría y no pueden cambiarse aquí.",
        "Bajo «{category}» elija: {choices}.",
        "Deje filas, columnas y encabezados como están. Una fila sin novedad puede quedar igual.",
    ),
    typing_xlsx="Bajo «{status}» escriba lo que se imprimirá. Alt+Intro (en LibreOffice "
    "Ctrl+Intro) empieza un párrafo; una línea que empieza con «• » o «- » es una viñeta. "
    "Negrita, colores, etc. no se conservan.",
    typing_docx="Bajo «{status}» escriba lo que se imprimirá: párrafos y viñetas. Negrita, "
    "colores, notas e imágenes no se conservan.",
    send_back="Luego devuelva el archivo a la secretaría de la comisión.",
    send_back_by="Luego devuelva el archivo a la secretaría de la comisión, a más tardar el {due}.",
    choose="– elegir –",
    choice_title="Fuera de la lista",
    choice_error="Elija de la lista, o deje la celda vacía.",
    stages={
        "empty": "nada escrito aún",
        "draft": "borrador",
        "returned": "devuelto por la secretaría",
        "submitted": "presentado a la secretaría",
        "cleared": "aprobado",
        "not_reported": "cerrada sin informe",
    },
    file="Archivo",
)

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH, "es": _SPANISH}


def sheet_words(language: str) -> SheetWords:
    """The words of ``language``, a tag such as "fr" or "fr-CH"; English when there are none."""
    return _LANGUAGES.get(language.replace("_", "-").partition("-")[0].lower(), _ENGLISH)


def choices(language: str) -> tuple[str, ...]:
    """The words for the categories that a unit can choose, in their order."""
    names = labels_for(language).categories
    return tuple(names[category] for category in REPORTABLE)
