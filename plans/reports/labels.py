"""The few words that a report says beside the plan's own, in the plan's language.

Not the interface's words: a French plan is printed in French, whoever reads it. Pure.
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
class ReportLabels:
    """Fixed words of one language. ``confidences`` is keyed by "high", "medium" and "low"."""

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


_ENGLISH = ReportLabels(
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
        ScheduleState.NOT_DATABLE: "not datable",
    },
)

_FRENCH = ReportLabels(
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
)

_SPANISH = ReportLabels(
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
)

_LANGUAGES = {"en": _ENGLISH, "fr": _FRENCH, "es": _SPANISH}


def labels_for(language: str) -> ReportLabels:
    """The words of ``language``, a tag such as "fr" or "fr-CH"; English when there are none."""
    return _LANGUAGES.get(primary_language(language), _ENGLISH)


def direction(language: str) -> str:
    """ "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if primary_language(language) in _RIGHT_TO_LEFT else "ltr"


def primary_language(language: str) -> str:
    """The language of a tag, without its country: "fr" of "fr-CH"."""
    return language.replace("_", "-").partition("-")[0].lower()


# -- The few words that a comparison of two reports says beside theirs, in the plan's langu -------
# Not the interface's words: what changed in a French plan is printed in French, whoever reads it.


@dataclass(frozen=True, slots=True)
class DiffLabels:
    """Fixed words of one language.

    ``compared`` takes ``{new}`` and ``{old}``, ``count`` takes ``{what}`` and ``{count}``, and
    ``words`` takes ``{removed}`` and ``{added}``. ``removed`` and ``added`` are for those who hear
    the page: what to say before and after the marked words.
    """

    title: str
    compared: str
    compared_with: str
    draft: str
    count: str
    elements: str
    words: str
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


_ENGLISH_CHANGE_WORDS = DiffLabels(
    title="What changed between two progress reports",
    compared="{new}, compared with {old}.",
    compared_with="compared with",
    draft="draft",
    count="{what}: {count}",
    elements="Action elements",
    words="{removed} words removed, {added} words added.",
    screen_key="Removed words are struck through, added ones are underlined.",
    printed_key=(
        "Words that were removed are struck through and stand in square brackets; words that were "
        "added are underlined."
    ),
    revisions_key=(
        "The changes are revisions: the review functions of the word processor show them, go from "
        "one to the next, and accept or reject them."
    ),
    removed=("[removed:", "end of removed]"),
    added=("[added:", "end of added]"),
    link="permanent link",
    outcomes={
        Outcome.NEWLY_REPORTED: "newly reported",
        Outcome.REWORDED: "reworded",
        Outcome.RECATEGORISED: "same words, other category",
        Outcome.NO_LONGER_REPORTED: "no longer reported",
        Outcome.UNCHANGED: "unchanged",
        Outcome.AWAITED: "nothing reported yet",
        Outcome.NEVER_REPORTED: "reported in neither",
    },
    traits={
        Trait.CATEGORY: "other category",
        Trait.SCHEDULE: "other schedule state",
        Trait.GROUPING: "reported together with other elements than before",
        Trait.WORDING: "the plan’s own words corrected",
    },
    views={
        View.CHANGES: "Only elements with a change are shown.",
        View.ALL: "All elements are shown.",
    },
)

_FRENCH_CHANGE_WORDS = DiffLabels(
    title="Ce qui a changé d’un rapport intérimaire à l’autre",
    compared="{new}, en comparaison avec {old}.",
    compared_with="en comparaison avec",
    draft="projet",
    count="{what}\u00a0: {count}",
    elements="Éléments d’action",
    words="{removed} mots supprimés, {added} mots ajoutés.",
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
)

_SPANISH_CHANGE_WORDS = DiffLabels(
    title="Lo que ha cambiado entre dos informes de avance",
    compared="{new}, en comparación con {old}.",
    compared_with="en comparación con",
    draft="proyecto",
    count="{what}: {count}",
    elements="Elementos de acción",
    words="{removed} palabras suprimidas, {added} palabras añadidas.",
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
)

_CHANGE_LANGUAGES = {
    "en": _ENGLISH_CHANGE_WORDS,
    "fr": _FRENCH_CHANGE_WORDS,
    "es": _SPANISH_CHANGE_WORDS,
}


def diff_labels_for(language: str) -> DiffLabels:
    """The words of ``language``, a tag such as "fr" or "fr-CH"; English when there are none."""
    return _CHANGE_LANGUAGES.get(primary_language(language), _ENGLISH_CHANGE_WORDS)
