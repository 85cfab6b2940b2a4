"""The fixed words of what is printed and sent out, in the plan's language: one table for each.

Not the interface's words: a French plan is printed in French, whoever reads it. A further language
is a further table in ``_LANGUAGES``. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plans.reports.changes import Outcome, Shown, Trait, View
from plans.text.categories import Category
from plans.text.timeframes import ScheduleState

# Printed where the conversion lost an element's words.
MISSING_MARK = "[…]"

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class DiffLabels:
    """The words of a comparison of two reports.

    ``compared`` takes ``{new}`` and ``{old}``, ``count`` takes ``{what}`` and ``{count}``, and
    ``word_counts`` takes ``{removed}`` and ``{added}``. ``removed`` and ``added`` are for those who
    hear the page: what to say before and after the marked words.
    """

    title: str
    compared: str
    compared_with: str
    draft: str
    count: str
    elements: str
    word_counts: str
    screen_key: str
    printed_key: str
    revisions_key: str
    removed: tuple[str, str]
    added: tuple[str, str]
    link: str
    outcomes: Mapping[Outcome, str]
    traits: Mapping[Trait, str]
    views: Mapping[View, str]

    def shown(self, shown: Shown) -> str:
        """Which elements a view holds."""
        if isinstance(shown, View):
            return self.views[shown]
        return self.outcomes[shown] if isinstance(shown, Outcome) else self.traits[shown]


@dataclass(frozen=True, slots=True)
class UnitFileLabels:
    """The words of the file that holds the rows of a unit.

    Texts in ``rules``, ``typing_xlsx`` and ``typing_docx`` have the fields ``{category}`` and
    ``{status}``, the headings of the two columns to write in, and ``{choices}``. ``headings``
    is keyed by the columns of such a file, ``stages`` by stage.
    """

    headings: Mapping[str, str]
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


@dataclass(frozen=True, slots=True)
class Labels:
    """All fixed words of one language; those that stand here are of a report.

    ``confidences`` is keyed by "high", "medium" and "low".
    """

    part: str
    appendix: str
    see: str
    footnotes: str
    # On paper only:
    continued: str
    draft: str
    # On screen only:
    missing: str
    inferred: str
    note: str
    confidences: Mapping[str, str]
    categories: Mapping[str, str]
    schedule: Mapping[str, str]
    diff: DiffLabels
    unit_file: UnitFileLabels


_ENGLISH = Labels(
    part="Part",
    appendix="Appendix",
    see="see",
    footnotes="Footnotes",
    continued="continued",
    draft="Draft",
    missing="The words of this element are missing in the source.",
    inferred="inferred; the document does not print its symbol",
    note="Editorial note",
    confidences={
        "high": "high confidence",
        "medium": "medium confidence",
        "low": "low confidence",
    },
    categories={
        Category.NOT_STARTED: "not started",
        Category.IN_PROGRESS: "in progress",
        Category.CONTINUING: "continuing",
        Category.COMPLETED: "completed",
        Category.POSTPONED: "postponed",
        Category.NOT_REPORTED: "not reported",
    },
    schedule={
        ScheduleState.DONE: "done",
        ScheduleState.OVERDUE: "overdue",
        ScheduleState.DUE_SOON: "due soon",
        ScheduleState.ON_SCHEDULE: "on schedule",
        ScheduleState.OPEN_ENDED: "open-ended",
        ScheduleState.NOT_DATABLE: "no fixed date",
    },
    diff=DiffLabels(
        title="What changed between two progress reports",
        compared="{new}, compared with {old}.",
        compared_with="compared with",
        draft="draft",
        count="{what}: {count}",
        elements="Action elements",
        word_counts="{removed} words removed, {added} words added.",
        screen_key="Removed words are struck through, added ones are underlined.",
        printed_key=(
            "Words that were removed are struck through and stand in square brackets; words that "
            "were added are underlined."
        ),
        revisions_key=(
            "The changes are revisions: the review functions of the word processor show them, go "
            "from one to the next, and accept or reject them."
        ),
        removed=("[removed:", "end of removed]"),
        added=("[added:", "end of added]"),
        link="permanent link",
        outcomes={
            Outcome.NEWLY_REPORTED: "newly reported",
            Outcome.REWORDED: "reworded",
            Outcome.RECATEGORISED: "same words, other progress",
            Outcome.NO_LONGER_REPORTED: "no longer reported",
            Outcome.UNCHANGED: "unchanged",
            Outcome.AWAITED: "nothing reported yet",
            Outcome.NEVER_REPORTED: "reported in neither",
        },
        traits={
            Trait.CATEGORY: "other progress",
            Trait.SCHEDULE: "other schedule",
            Trait.GROUPING: "reported together with other elements than before",
            Trait.WORDING: "the plan’s own words corrected",
        },
        views={
            View.CHANGES: "Only elements with a change are shown.",
            View.ALL: "All elements are shown.",
        },
    ),
    unit_file=UnitFileLabels(
        headings={
            "references": "Elements",
            "subject": "Issue and elements for action",
            "time_frame": "Time-frame",
            "before": "Reported last time",
            "stage": "Where it stands",
            "category": "How far has it come?",
            "status": "Status",
            "key": "Key (leave as it is)",
        },
        sheet="Rows",
        rows_of="Rows of {unit}",
        rules=(
            "Write only in the yellow cells, under “{category}” and “{status}”. All other cells "
            "are there to be read; grey ones are with the secretariat already and cannot be "
            "changed here.",
            "Under “{category}” choose one of: {choices}.",
            "Leave rows, columns and headings as they are. A row with nothing new may stay as it "
            "is.",
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
            "empty": "not started",
            "draft": "draft",
            "returned": "returned by the secretariat",
            "submitted": "submitted to the secretariat",
            "cleared": "cleared",
            "not_reported": "closed as not reported",
        },
        file="File",
    ),
)

_FRENCH = Labels(
    part="Partie",
    appendix="Annexe",
    see="voir",
    footnotes="Notes",
    continued="suite",
    draft="Projet",
    missing="Le texte de cet élément manque dans la source.",
    inferred="cote déduite, que le document n’imprime pas",
    note="Note de la rédaction",
    confidences={
        "high": "confiance élevée",
        "medium": "confiance moyenne",
        "low": "confiance faible",
    },
    categories={
        Category.NOT_STARTED: "pas commencé",
        Category.IN_PROGRESS: "en cours",
        Category.CONTINUING: "permanent",
        Category.COMPLETED: "achevé",
        Category.POSTPONED: "reporté",
        Category.NOT_REPORTED: "non communiqué",
    },
    schedule={
        ScheduleState.DONE: "fait",
        ScheduleState.OVERDUE: "en retard",
        ScheduleState.DUE_SOON: "échéance proche",
        ScheduleState.ON_SCHEDULE: "dans les délais",
        ScheduleState.OPEN_ENDED: "sans terme",
        ScheduleState.NOT_DATABLE: "non datable",
    },
    diff=DiffLabels(
        title="Ce qui a changé d’un rapport intérimaire à l’autre",
        compared="{new}, en comparaison avec {old}.",
        compared_with="en comparaison avec",
        draft="projet",
        count="{what}\u00a0: {count}",
        elements="Éléments d’action",
        word_counts="{removed} mots supprimés, {added} mots ajoutés.",
        screen_key="Les mots supprimés sont barrés, les mots ajoutés sont soulignés.",
        printed_key=(
            "Les mots supprimés sont barrés et placés entre crochets\u00a0; les mots ajoutés sont "
            "soulignés."
        ),
        revisions_key=(
            "Les changements sont des révisions\u00a0: les fonctions de révision du traitement de "
            "texte les montrent, mènent de l’une à l’autre et les acceptent ou les refusent."
        ),
        removed=("[supprimé\u00a0:", "fin du passage supprimé]"),
        added=("[ajouté\u00a0:", "fin du passage ajouté]"),
        link="lien permanent",
        outcomes={
            Outcome.NEWLY_REPORTED: "nouveau",
            Outcome.REWORDED: "reformulé",
            Outcome.RECATEGORISED: "mêmes mots, autre catégorie",
            Outcome.NO_LONGER_REPORTED: "ne figure plus",
            Outcome.UNCHANGED: "inchangé",
            Outcome.AWAITED: "pas encore communiqué",
            Outcome.NEVER_REPORTED: "dans aucun des deux",
        },
        traits={
            Trait.CATEGORY: "autre catégorie",
            Trait.SCHEDULE: "autre état au regard du délai",
            Trait.GROUPING: "regroupé avec d’autres éléments qu’auparavant",
            Trait.WORDING: "texte du plan corrigé",
        },
        views={
            View.CHANGES: "Seuls figurent les éléments où quelque chose a changé.",
            View.ALL: "Tous les éléments figurent.",
        },
    ),
    unit_file=UnitFileLabels(
        headings={
            "references": "Éléments",
            "subject": "Question et éléments d’action",
            "time_frame": "Délai",
            "before": "Dernier état communiqué",
            "stage": "Où en est la ligne",
            "category": "Où en est-on ?",
            "status": "État d’avancement",
            "key": "Clé (à laisser telle quelle)",
        },
        sheet="Lignes",
        rows_of="Lignes de l’unité : {unit}",
        rules=(
            "N’écrivez que dans les cellules jaunes, sous « {category} » et « {status} ». Les "
            "autres sont à lire ; les grises sont déjà au secrétariat et ne peuvent être modifiées "
            "ici.",
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
            "empty": "pas commencé",
            "draft": "projet",
            "returned": "renvoyé par le secrétariat",
            "submitted": "soumis au secrétariat",
            "cleared": "approuvé",
            "not_reported": "close sans information",
        },
        file="Fichier",
    ),
)

_SPANISH = Labels(
    part="Parte",
    appendix="Anexo",
    see="véase",
    footnotes="Notas",
    continued="continuación",
    draft="Proyecto",
    missing="El texto de este elemento falta en la fuente.",
    inferred="signatura deducida, que el documento no imprime",
    note="Nota editorial",
    confidences={
        "high": "confianza alta",
        "medium": "confianza media",
        "low": "confianza baja",
    },
    categories={
        Category.NOT_STARTED: "no iniciado",
        Category.IN_PROGRESS: "en curso",
        Category.CONTINUING: "permanente",
        Category.COMPLETED: "terminado",
        Category.POSTPONED: "aplazado",
        Category.NOT_REPORTED: "no comunicado",
    },
    schedule={
        ScheduleState.DONE: "hecho",
        ScheduleState.OVERDUE: "atrasado",
        ScheduleState.DUE_SOON: "vence pronto",
        ScheduleState.ON_SCHEDULE: "en plazo",
        ScheduleState.OPEN_ENDED: "sin término",
        ScheduleState.NOT_DATABLE: "sin fecha",
    },
    diff=DiffLabels(
        title="Lo que ha cambiado entre dos informes de avance",
        compared="{new}, en comparación con {old}.",
        compared_with="en comparación con",
        draft="proyecto",
        count="{what}: {count}",
        elements="Elementos de acción",
        word_counts="{removed} palabras suprimidas, {added} palabras añadidas.",
        screen_key="Las palabras suprimidas aparecen tachadas; las añadidas, subrayadas.",
        printed_key=(
            "Las palabras suprimidas aparecen tachadas y entre corchetes; las palabras añadidas, "
            "subrayadas."
        ),
        revisions_key=(
            "Los cambios son revisiones: las funciones de revisión del procesador de textos los "
            "muestran, llevan de uno a otro y los aceptan o rechazan."
        ),
        removed=("[suprimido:", "fin de lo suprimido]"),
        added=("[añadido:", "fin de lo añadido]"),
        link="enlace permanente",
        outcomes={
            Outcome.NEWLY_REPORTED: "nuevo",
            Outcome.REWORDED: "reformulado",
            Outcome.RECATEGORISED: "mismas palabras, otra categoría",
            Outcome.NO_LONGER_REPORTED: "ya no figura",
            Outcome.UNCHANGED: "sin cambios",
            Outcome.AWAITED: "aún no comunicado",
            Outcome.NEVER_REPORTED: "en ninguno de los dos",
        },
        traits={
            Trait.CATEGORY: "otra categoría",
            Trait.SCHEDULE: "otro estado respecto del plazo",
            Trait.GROUPING: "agrupado con otros elementos que antes",
            Trait.WORDING: "texto del plan corregido",
        },
        views={
            View.CHANGES: "Solo figuran los elementos con algún cambio.",
            View.ALL: "Figuran todos los elementos.",
        },
    ),
    unit_file=UnitFileLabels(
        headings={
            "references": "Elementos",
            "subject": "Cuestión y elementos de acción",
            "time_frame": "Plazo",
            "before": "Último estado comunicado",
            "stage": "Situación de la fila",
            "category": "¿Hasta dónde se ha llegado?",
            "status": "Estado",
            "key": "Clave (no modificar)",
        },
        sheet="Filas",
        rows_of="Filas de la unidad: {unit}",
        rules=(
            "Escriba solo en las celdas amarillas, bajo «{category}» y «{status}». Las demás son "
            "para leer; las grises ya están en la secretaría y no pueden cambiarse aquí.",
            "Bajo «{category}» elija: {choices}.",
            "Deje filas, columnas y encabezados como están. Una fila sin novedad puede quedar "
            "igual.",
        ),
        typing_xlsx="Bajo «{status}» escriba lo que se imprimirá. Alt+Intro (en LibreOffice "
        "Ctrl+Intro) empieza un párrafo; una línea que empieza con «• » o «- » es una viñeta. "
        "Negrita, colores, etc. no se conservan.",
        typing_docx="Bajo «{status}» escriba lo que se imprimirá: párrafos y viñetas. Negrita, "
        "colores, notas e imágenes no se conservan.",
        send_back="Luego devuelva el archivo a la secretaría de la comisión.",
        send_back_by="Luego devuelva el archivo a la secretaría de la comisión, a más tardar "
        "el {due}.",
        choose="– elegir –",
        choice_title="Fuera de la lista",
        choice_error="Elija de la lista, o deje la celda vacía.",
        stages={
            "empty": "no iniciado",
            "draft": "borrador",
            "returned": "devuelto por la secretaría",
            "submitted": "presentado a la secretaría",
            "cleared": "aprobado",
            "not_reported": "cerrada sin informe",
        },
        file="Archivo",
    ),
)

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH, "es": _SPANISH}


def labels_for(language: str) -> Labels:
    """The words of ``language``, a tag such as "fr" or "fr-CH"; English when there are none."""
    return _LANGUAGES.get(primary_language(language), _ENGLISH)


def direction(language: str) -> str:
    """ "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if primary_language(language) in _RIGHT_TO_LEFT else "ltr"


def primary_language(language: str) -> str:
    """The language of a tag, without its country: "fr" of "fr-CH"."""
    return language.replace("_", "-").partition("-")[0].lower()
