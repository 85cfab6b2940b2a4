"""French words of time-frames. Accents are folded on matching, so "a" also stands for "à"."""

from __future__ import annotations

from plans.text.timeframes.grammar import (
    DateRole,
    Edge,
    Head,
    Keyword,
    LinkWords,
    Strength,
    Vocabulary,
    inflected,
    listed,
)
from plans.text.timeframes.rules import Kind, Precision, Recurrence

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv"),
            ("février", "févr"),
            ("mars",),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juil"),
            ("août",),
            ("septembre", "sept"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("décembre", "déc"),
        ),
        start=1,
    )
    for name in names
}

_DONE = inflected(
    ("achevé", "terminé", "réalisé", "exécuté", "finalisé", "mené à bien"), ("", "e", "s", "es")
)

_HOW_OFTEN = {
    Recurrence.WEEKLY: ("chaque semaine", "toutes les semaines", "hebdomadairement"),
    Recurrence.MONTHLY: ("chaque mois", "tous les mois", "mensuellement", "une fois par mois"),
    Recurrence.QUARTERLY: (
        "chaque trimestre",
        "tous les trimestres",
        "tous les trois mois",
        "trimestriellement",
        "une fois par trimestre",
    ),
    Recurrence.HALF_YEARLY: (
        "chaque semestre",
        "tous les semestres",
        "tous les six mois",
        "deux fois par an",
        "semestriellement",
    ),
    Recurrence.ANNUAL: (
        "chaque année",
        "tous les ans",
        "toutes les années",
        "annuellement",
        "une fois par an",
        "une fois l'an",
    ),
    Recurrence.BIENNIAL: (
        "tous les deux ans",
        "une année sur deux",
        "chaque exercice biennal",
        "à chaque exercice biennal",
        "chaque période biennale",
        "une fois tous les deux ans",
    ),
    Recurrence.REGULAR: (
        "régulièrement",
        "de façon régulière",
        "de manière régulière",
        "à intervalles réguliers",
        "périodiquement",
    ),
}

FRENCH = Vocabulary(
    language="fr",
    months=_MONTHS,
    ordinals={
        "premier": 1,
        "première": 1,
        "1er": 1,
        "1re": 1,
        "1ère": 1,
        "deuxième": 2,
        "second": 2,
        "seconde": 2,
        "2e": 2,
        "2ème": 2,
        "2nd": 2,
        "troisième": 3,
        "3e": 3,
        "3ème": 3,
        "quatrième": 4,
        "4e": 4,
        "4ème": 4,
        "dernier": -1,
        "dernière": -1,
    },
    parts={
        "semestre": Precision.HALF_YEAR,
        "moitié": Precision.HALF_YEAR,
        "trimestre": Precision.QUARTER,
    },
    compact_parts={"s": Precision.HALF_YEAR, "t": Precision.QUARTER},
    biennium=("biennium", "exercice biennal", "exercice", "période biennale"),
    edges={
        "fin": Edge.END,
        "fin-": Edge.END,
        "mi": Edge.MIDDLE,
        "mi-": Edge.MIDDLE,
        "milieu": Edge.MIDDLE,
        "le milieu": Edge.MIDDLE,
        "la fin": Edge.END,
        "début": Edge.EARLY,
        "le début": Edge.EARLY,
    },
    fillers=("de", "du", "d'", "le", "la", "l'", "les", "an", "année", "mois", "au", "en"),
    heads={
        "d'ici": Head(DateRole.BY, Strength.CLEAR),
        "d'ici à": Head(DateRole.BY, Strength.CLEAR),
        "d'ici au": Head(DateRole.BY, Strength.CLEAR),
        "d'ici en": Head(DateRole.BY, Strength.CLEAR),
        "au plus tard": Head(DateRole.BY, Strength.CLEAR),
        "au plus tard en": Head(DateRole.BY, Strength.CLEAR),
        "au plus tard à": Head(DateRole.BY, Strength.CLEAR),
        "pour": Head(DateRole.BY, Strength.WEAK),
        "avant": Head(DateRole.BEFORE, Strength.PLAIN),
        "à partir de": Head(DateRole.FROM, Strength.PLAIN),
        "à partir du": Head(DateRole.FROM, Strength.PLAIN),
        "à partir d'": Head(DateRole.FROM, Strength.PLAIN),
        "à compter de": Head(DateRole.FROM, Strength.PLAIN),
        "à compter du": Head(DateRole.FROM, Strength.PLAIN),
        "à compter d'": Head(DateRole.FROM, Strength.PLAIN),
        "dès": Head(DateRole.FROM, Strength.PLAIN),
        "depuis": Head(DateRole.FROM, Strength.PLAIN),
        "de": Head(DateRole.FROM, Strength.WEAK),
        "d'": Head(DateRole.FROM, Strength.WEAK),
        "du": Head(DateRole.FROM, Strength.WEAK),
        "après": Head(DateRole.AFTER, Strength.PLAIN),
        "jusqu'à": Head(DateRole.UNTIL, Strength.PLAIN),
        "jusqu'au": Head(DateRole.UNTIL, Strength.PLAIN),
        "jusqu'en": Head(DateRole.UNTIL, Strength.PLAIN),
        "entre": Head(DateRole.BETWEEN, Strength.PLAIN),
        "pendant": Head(DateRole.DURING, Strength.WEAK),
        "durant": Head(DateRole.DURING, Strength.WEAK),
        "au cours de": Head(DateRole.DURING, Strength.WEAK),
        "au cours du": Head(DateRole.DURING, Strength.WEAK),
        "tout au long de": Head(DateRole.DURING, Strength.WEAK),
        "tout au long du": Head(DateRole.DURING, Strength.WEAK),
        "en": Head(DateRole.WITHIN, Strength.WEAK),
        "à": Head(DateRole.WITHIN, Strength.WEAK),
        "au": Head(DateRole.WITHIN, Strength.WEAK),
        "le": Head(DateRole.WITHIN, Strength.WEAK),
    },
    starting=(
        "commençant",
        "commencer",
        "à commencer",
        "doit commencer",
        "doivent commencer",
        "devant commencer",
        "débutant",
        "débuter",
        "à lancer",
        "début des travaux",
        "début des activités",
        "démarrage",
    ),
    finishing=(
        *_DONE,
        *(f"à {verb}" for verb in ("achever", "terminer", "réaliser", "exécuter", "finaliser")),
        "s'achever",
        "se terminer",
        "prendre fin",
        "finir",
        "achèvement",
    ),
    immediately=("immédiatement", "maintenant", "à présent", "dès maintenant", "dès à présent"),
    at_once=(
        "immédiatement",
        "dès maintenant",
        "dès à présent",
        "avec effet immédiat",
        "début immédiat",
        "démarrage immédiat",
    ),
    until=("à", "au", "jusqu'à", "jusqu'au", "jusqu'en", "à la"),
    conjunctions=("et", "puis"),
    keywords={
        **dict.fromkeys(
            (
                "en continu",
                "en permanence",
                "continuellement",
                "de façon continue",
                "de manière continue",
                "de façon permanente",
                "de manière permanente",
                "sans interruption",
                "activité continue",
                "activité permanente",
                "en cours",
            ),
            Keyword(Kind.CONTINUOUS),
        ),
        **dict.fromkeys(
            ("continu", "continue", "permanent", "permanente"),
            Keyword(Kind.CONTINUOUS, adjective=True),
        ),
        **dict.fromkeys(
            (
                "selon les besoins",
                "suivant les besoins",
                "en fonction des besoins",
                "au besoin",
                "si besoin est",
                "si nécessaire",
                "lorsque nécessaire",
                "quand cela est nécessaire",
                "selon que de besoin",
                "en tant que de besoin",
                "le cas échéant",
                "s'il y a lieu",
                "dans la mesure du possible",
                "sur demande",
                "à la demande",
            ),
            Keyword(Kind.AS_REQUIRED),
        ),
        **{
            phrase: Keyword(Kind.RECURRING, recurrence)
            for recurrence, phrases in _HOW_OFTEN.items()
            for phrase in phrases
        },
    },
    links={
        **{
            f"{lie} {to}": LinkWords(kept=False, prose=False)
            for lie in inflected(("lié",), ("", "e", "s", "es"))
            for to in ("à", "au", "aux")
        },
        **{
            f"{opening} {into}": LinkWords(kept=True, prose=False)
            for opening in (
                "à intégrer",
                *inflected(("devant être intégré",), ("", "e", "s", "es")),
            )
            for into in ("dans", "à", "au")
        },
        "à la fin de": LinkWords(kept=True, prose=False),
        "à la fin des": LinkWords(kept=True, prose=False),
        "à la fin du": LinkWords(kept=True, prose=False),
        "à l'issue de": LinkWords(kept=True, prose=False),
        "à l'issue du": LinkWords(kept=True, prose=False),
        "en fonction de": LinkWords(kept=True, prose=False),
        "sous réserve de": LinkWords(kept=True, prose=False),
        "sous réserve du": LinkWords(kept=True, prose=False),
        "dans le cadre de": LinkWords(kept=True, prose=True),
        "dans le cadre du": LinkWords(kept=True, prose=True),
        "parallèlement à": LinkWords(kept=True, prose=True),
        "après": LinkWords(kept=True, prose=True),
        "à la suite de": LinkWords(kept=True, prose=True),
    },
    undecided=(
        "en cours de négociation",
        "en cours de discussion",
        "en négociation",
        "à l'examen",
        "à déterminer",
        "à définir",
        "à décider",
        "à convenir",
        "à confirmer",
        "sans objet",
        "n/a",
    ),
    stages=("premier", "premiers", "première", "premières", "initial", "initiaux", "initiales"),
    ditto=("idem", "ibid"),
    connectives=listed(
        "à au aux avec ce ces cette chaque dans de des du d' en entre et la le les l' leur leurs "
        "ou par pour sans selon son sa ses sous sur tous toutes un une vers &"
    ),
    openers=listed(
        "et ou pour à au aux en dans avec de du d' par puis lorsque si selon sous sauf jusqu' dès "
        "pendant durant entre après avant dont mais ainsi"
    ),
    verbs=listed(
        "est sont était étaient ont avait avaient sera seront serait été peut peuvent pourra "
        "pourront doit doivent devra devront fut furent vont"
    ),
)
