"""The French and Spanish grammars: the same engine, other tables."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from plans.text.timeframes import Kind, Precision, Recurrence, Rule, embedded, read_rule, segment
from plans.text.timeframes.en import ENGLISH
from plans.text.timeframes.es import SPANISH
from plans.text.timeframes.fr import FRENCH
from plans.text.timeframes.grammar import Vocabulary


def due(
    year: int, month: int, day: int, precision: Precision = Precision.MONTH, qualifier: str = ""
) -> Rule:
    return Rule(
        Kind.DEADLINE, due_on=date(year, month, day), precision=precision, qualifier=qualifier
    )


def starts(year: int, month: int, day: int, precision: Precision = Precision.MONTH) -> Rule:
    return Rule(Kind.START, starts_on=date(year, month, day), precision=precision)


def lasts(first: date, last: date, precision: Precision, qualifier: str = "") -> Rule:
    return Rule(Kind.PERIOD, starts_on=first, due_on=last, precision=precision, qualifier=qualifier)


FRENCH_RULES = {
    "Achevé d'ici à avril 2000": due(2000, 4, 30),
    "D’ici avril 2000": due(2000, 4, 30),
    "D'ici à avril 2000": due(2000, 4, 30),
    "D'ici au 30 avril 2000": due(2000, 4, 30, Precision.DAY),
    "Au plus tard le 1er mars 2000": due(2000, 3, 1, Precision.DAY),
    "Fin 2000": due(2000, 12, 31, Precision.YEAR),
    "D'ici à la fin de 2000": due(2000, 12, 31, Precision.YEAR),
    "Avant la fin de 2000": due(2000, 12, 31, Precision.YEAR),
    "Avant mars 2000": due(2000, 2, 29),
    "Premier semestre 2000": due(2000, 6, 30, Precision.HALF_YEAR),
    "Premières initiatives au premier semestre 2000": due(
        2000, 6, 30, Precision.HALF_YEAR, "Premières initiatives"
    ),
    "Troisième trimestre 2001": due(2001, 9, 30, Precision.QUARTER),
    "Mi-2000": due(2000, 6, 30, Precision.HALF_YEAR),
    "Début 2001": due(2001, 3, 31, Precision.QUARTER),
    "Août 2000": due(2000, 8, 31),
    "Révision de mai 2000": due(2000, 5, 31, Precision.MONTH, "Révision de"),
    "À partir de janvier 2000": starts(2000, 1, 1),
    "A partir d'avril 2000": starts(2000, 4, 1),
    "A compter du 15 janvier 2000": starts(2000, 1, 15, Precision.DAY),
    "De janvier à mars 2000": lasts(date(2000, 1, 1), date(2000, 3, 31), Precision.MONTH),
    "De janvier 2000 à décembre 2001": lasts(date(2000, 1, 1), date(2001, 12, 31), Precision.MONTH),
    "Exercice biennal 2000-01": lasts(date(2000, 1, 1), date(2001, 12, 31), Precision.BIENNIUM),
    "Planification de l'examen devant commencer en janvier 2000 et s'achever fin 2000": lasts(
        date(2000, 1, 1), date(2000, 12, 31), Precision.YEAR, "Planification de l'examen"
    ),
    "Dès maintenant": Rule(Kind.START),
    "Immédiatement": Rule(Kind.START),
    "En continu": Rule(Kind.CONTINUOUS),
    "En permanence": Rule(Kind.CONTINUOUS),
    "Selon les besoins": Rule(Kind.AS_REQUIRED),
    "Le cas échéant": Rule(Kind.AS_REQUIRED),
    "Chaque année ou au moins tous les deux ans": Rule(
        Kind.RECURRING, recurrence=Recurrence.ANNUAL, qualifier="ou au moins tous les deux ans"
    ),
    "Tous les deux ans": Rule(Kind.RECURRING, recurrence=Recurrence.BIENNIAL),
    "Régulièrement": Rule(Kind.RECURRING, recurrence=Recurrence.REGULAR),
    "Liée à la révision de la structure extérieure": Rule(
        Kind.LINKED, qualifier="la révision de la structure extérieure"
    ),
    "A la fin de chaque projet": Rule(Kind.LINKED, qualifier="A la fin de chaque projet"),
    "En cours de négociation": Rule(Kind.UNSPECIFIED, qualifier="En cours de négociation"),
    "En cours": Rule(Kind.CONTINUOUS),
}

SPANISH_RULES = {
    "Terminado para abril de 2000": due(2000, 4, 30),
    "Para abril de 2000": due(2000, 4, 30),
    "A más tardar en abril de 2000": due(2000, 4, 30),
    "31 de agosto de 2000": due(2000, 8, 31, Precision.DAY),
    "A finales de 2000": due(2000, 12, 31, Precision.YEAR),
    "Para fines de 2000": due(2000, 12, 31, Precision.YEAR),
    "Antes de finales de 2000": due(2000, 12, 31, Precision.YEAR),
    "Antes de marzo de 2000": due(2000, 2, 29),
    "Primer semestre de 2000": due(2000, 6, 30, Precision.HALF_YEAR),
    "1.er semestre de 2000": due(2000, 6, 30, Precision.HALF_YEAR),
    "Primeras iniciativas en el primer semestre de 2000": due(
        2000, 6, 30, Precision.HALF_YEAR, "Primeras iniciativas"
    ),
    "Tercer trimestre de 2001": due(2001, 9, 30, Precision.QUARTER),
    "A mediados de 2000": due(2000, 6, 30, Precision.HALF_YEAR),
    "A principios de 2001": due(2001, 3, 31, Precision.QUARTER),
    "Mayo de 2000": due(2000, 5, 31),
    "A partir de enero de 2000": starts(2000, 1, 1),
    "Desde el 15 de enero de 2000": starts(2000, 1, 15, Precision.DAY),
    "De enero a marzo de 2000": lasts(date(2000, 1, 1), date(2000, 3, 31), Precision.MONTH),
    "Entre enero y marzo de 2000": lasts(date(2000, 1, 1), date(2000, 3, 31), Precision.MONTH),
    "Bienio 2000-2001": lasts(date(2000, 1, 1), date(2001, 12, 31), Precision.BIENNIUM),
    "Comienzo inmediato": Rule(Kind.START),
    "A partir de ahora": Rule(Kind.START),
    "Continuamente": Rule(Kind.CONTINUOUS),
    "De forma continua": Rule(Kind.CONTINUOUS),
    "Según las necesidades": Rule(Kind.AS_REQUIRED),
    "Cuando proceda": Rule(Kind.AS_REQUIRED),
    "Cada dos años": Rule(Kind.RECURRING, recurrence=Recurrence.BIENNIAL),
    "Anualmente o por lo menos cada dos años": Rule(
        Kind.RECURRING, recurrence=Recurrence.ANNUAL, qualifier="o por lo menos cada dos años"
    ),
    "Vinculado a la revisión de la estructura exterior": Rule(
        Kind.LINKED, qualifier="la revisión de la estructura exterior"
    ),
    "En negociación": Rule(Kind.UNSPECIFIED, qualifier="En negociación"),
}


@pytest.mark.parametrize(("text", "rule"), FRENCH_RULES.items())
def test_french_time_frames_have_their_rules(text: str, rule: Rule) -> None:
    assert read_rule(text, language="fr") == rule


@pytest.mark.parametrize(("text", "rule"), SPANISH_RULES.items())
def test_spanish_time_frames_have_their_rules(text: str, rule: Rule) -> None:
    assert read_rule(text, language="es") == rule


def test_decomposed_accents_are_read_as_composed_ones() -> None:
    text = unicodedata.normalize("NFD", "À partir de février 2000")
    assert read_rule(text, language="fr") == starts(2000, 2, 1)


def test_accents_that_a_conversion_lost_do_not_matter() -> None:
    assert read_rule("Debut aout 2000", language="fr").due_on == date(2000, 8, 10)


def test_run_together_french_time_frames_are_parted_from_prose() -> None:
    segments = segment("D'ici fin 2000 En continu Des travaux sont en cours.", language="fr")
    assert [(each.text, each.is_time_frame) for each in segments] == [
        ("D'ici fin 2000", True),
        ("En continu", True),
        ("Des travaux sont en cours.", False),
    ]


def test_run_together_spanish_time_frames_are_parted_from_prose() -> None:
    segments = segment(
        "A partir de enero de 2000 Para fines de 2000 Los trabajos han comenzado.", language="es"
    )
    assert [(each.text, each.is_time_frame) for each in segments] == [
        ("A partir de enero de 2000", True),
        ("Para fines de 2000", True),
        ("Los trabajos han comenzado.", False),
    ]


def test_a_time_frame_inside_a_french_sentence_is_found() -> None:
    text = "la mobilisation de ressources entre le Selon les besoins Bureau et le Centre de Turin"
    assert [text[start:end] for start, end in embedded(text, language="fr")] == [
        "Selon les besoins"
    ]


@pytest.mark.parametrize("vocabulary", [ENGLISH, FRENCH, SPANISH], ids=lambda each: each.language)
def test_every_language_names_every_month_half_quarter_and_recurrence(
    vocabulary: Vocabulary,
) -> None:
    assert set(vocabulary.months.values()) == set(range(1, 13))
    assert set(vocabulary.ordinals.values()) == {1, 2, 3, 4, -1}
    assert set(vocabulary.parts.values()) == {Precision.HALF_YEAR, Precision.QUARTER}
    assert {keyword.recurrence for keyword in vocabulary.keywords.values()} == {None, *Recurrence}
