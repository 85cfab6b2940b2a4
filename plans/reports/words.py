"""The few words that a report says beside the plan's own, in the plan's language.

Not the interface's words: a French plan is printed in French, whoever reads it. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plans.categories import Category
from plans.timeframes import ScheduleState

# Printed where the conversion lost an element's words.
MISSING_MARK = "[…]"

_RIGHT_TO_LEFT = frozenset({"ar", "dv", "fa", "he", "ps", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Words:
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


_ENGLISH = Words(
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

_FRENCH = Words(
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

_SPANISH = Words(
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


def words_for(language: str) -> Words:
    """The words of ``language``, a tag such as "fr" or "fr-CH"; English when there are none."""
    return _LANGUAGES.get(primary_language(language), _ENGLISH)


def direction(language: str) -> str:
    """ "rtl" for a language written from right to left, else "ltr"."""
    return "rtl" if primary_language(language) in _RIGHT_TO_LEFT else "ltr"


def primary_language(language: str) -> str:
    """The language of a tag, without its country: "fr" of "fr-CH"."""
    return language.replace("_", "-").partition("-")[0].lower()
