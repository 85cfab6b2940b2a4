"""Spanish words of time-frames. Accents are folded on matching."""

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
            ("enero", "ene"),
            ("febrero", "feb"),
            ("marzo", "mar"),
            ("abril", "abr"),
            ("mayo",),
            ("junio", "jun"),
            ("julio", "jul"),
            ("agosto", "ago"),
            ("septiembre", "setiembre", "sept"),
            ("octubre", "oct"),
            ("noviembre", "nov"),
            ("diciembre", "dic"),
        ),
        start=1,
    )
    for name in names
}

_DONE = inflected(
    (
        "terminad",
        "completad",
        "concluid",
        "finalizad",
        "realizad",
        "ultimad",
        "ejecutad",
        "acabad",
    ),
    ("o", "a", "os", "as"),
)

_HOW_OFTEN = {
    Recurrence.WEEKLY: ("cada semana", "todas las semanas", "semanalmente"),
    Recurrence.MONTHLY: ("cada mes", "todos los meses", "mensualmente", "una vez al mes"),
    Recurrence.QUARTERLY: (
        "cada trimestre",
        "todos los trimestres",
        "cada tres meses",
        "trimestralmente",
    ),
    Recurrence.HALF_YEARLY: (
        "cada semestre",
        "cada seis meses",
        "dos veces al año",
        "dos veces por año",
        "semestralmente",
    ),
    Recurrence.ANNUAL: (
        "cada año",
        "todos los años",
        "anualmente",
        "una vez al año",
        "una vez por año",
    ),
    Recurrence.BIENNIAL: (
        "cada dos años",
        "bienalmente",
        "cada bienio",
        "en cada bienio",
        "una vez cada dos años",
    ),
    Recurrence.REGULAR: (
        "regularmente",
        "con regularidad",
        "de forma regular",
        "de manera regular",
        "a intervalos regulares",
        "periódicamente",
        "de forma periódica",
    ),
}

SPANISH = Vocabulary(
    language="es",
    months=_MONTHS,
    ordinals={
        "primer": 1,
        "primero": 1,
        "primera": 1,
        "1.er": 1,
        "1er": 1,
        "1º": 1,
        "1.º": 1,
        "1ª": 1,
        "segundo": 2,
        "segunda": 2,
        "2º": 2,
        "2.º": 2,
        "2ª": 2,
        "tercer": 3,
        "tercero": 3,
        "tercera": 3,
        "3.er": 3,
        "3er": 3,
        "cuarto": 4,
        "4º": 4,
        "4.º": 4,
        "último": -1,
        "última": -1,
    },
    parts={
        "semestre": Precision.HALF_YEAR,
        "mitad": Precision.HALF_YEAR,
        "trimestre": Precision.QUARTER,
    },
    compact_parts={"s": Precision.HALF_YEAR, "t": Precision.QUARTER},
    biennium=("bienio",),
    edges={
        **dict.fromkeys(("fin", "fines", "final", "finales", "el final"), Edge.END),
        **dict.fromkeys(("mediados", "la mitad"), Edge.MIDDLE),
        **dict.fromkeys(("principios", "comienzos", "inicios", "el comienzo"), Edge.EARLY),
    },
    fillers=("de", "del", "el", "la", "los", "año", "mes", "en"),
    heads={
        "a más tardar": Head(DateRole.BY, Strength.CLEAR),
        "a más tardar en": Head(DateRole.BY, Strength.CLEAR),
        "a más tardar a": Head(DateRole.BY, Strength.CLEAR),
        "no más tarde de": Head(DateRole.BY, Strength.CLEAR),
        "para": Head(DateRole.BY, Strength.PLAIN),
        "antes de": Head(DateRole.BEFORE, Strength.PLAIN),
        "antes del": Head(DateRole.BEFORE, Strength.PLAIN),
        "a partir de": Head(DateRole.FROM, Strength.PLAIN),
        "a partir del": Head(DateRole.FROM, Strength.PLAIN),
        "desde": Head(DateRole.FROM, Strength.PLAIN),
        "de": Head(DateRole.FROM, Strength.WEAK),
        "después de": Head(DateRole.AFTER, Strength.PLAIN),
        "hasta": Head(DateRole.UNTIL, Strength.PLAIN),
        "entre": Head(DateRole.BETWEEN, Strength.PLAIN),
        "durante": Head(DateRole.DURING, Strength.WEAK),
        "a lo largo de": Head(DateRole.DURING, Strength.WEAK),
        "a lo largo del": Head(DateRole.DURING, Strength.WEAK),
        "en el curso de": Head(DateRole.DURING, Strength.WEAK),
        "en": Head(DateRole.WITHIN, Strength.WEAK),
        "a": Head(DateRole.WITHIN, Strength.WEAK),
        "al": Head(DateRole.WITHIN, Strength.WEAK),
        "el": Head(DateRole.WITHIN, Strength.WEAK),
    },
    starting=(
        "comenzando",
        "empezando",
        "a comenzar",
        "comenzará",
        "comenzarán",
        "debe comenzar",
        "deberá comenzar",
        "que comenzará",
        "que se iniciará",
        "se iniciará",
        "se iniciarán",
        "inicio",
        "comienzo",
        "comenzar",
        "iniciar",
    ),
    finishing=(
        *_DONE,
        "terminar",
        "finalizar",
        "concluir",
        "a terminar",
        "terminará",
        "finalizará",
        "concluirá",
        "finalización",
        "conclusión",
    ),
    immediately=("inmediatamente", "de inmediato", "ahora", "inmediato"),
    at_once=(
        "inmediatamente",
        "de inmediato",
        "a partir de ahora",
        "desde ahora",
        "con efecto inmediato",
    ),
    until=("a", "al", "hasta"),
    conjunctions=("y", "y luego"),
    keywords={
        **dict.fromkeys(
            (
                "continuamente",
                "permanentemente",
                "de forma continua",
                "de manera continua",
                "de forma permanente",
                "de manera permanente",
                "en forma permanente",
                "en forma continua",
                "con carácter permanente",
                "sin interrupción",
                "actividad continua",
                "actividad permanente",
                "en curso",
            ),
            Keyword(Kind.CONTINUOUS),
        ),
        **dict.fromkeys(
            ("continuo", "continua", "permanente"), Keyword(Kind.CONTINUOUS, adjective=True)
        ),
        **dict.fromkeys(
            (
                "según sea necesario",
                "según las necesidades",
                "según se requiera",
                "según proceda",
                "según corresponda",
                "en función de las necesidades",
                "cuando sea necesario",
                "cuando proceda",
                "si es necesario",
                "si procede",
                "en caso necesario",
                "de ser necesario",
                "en la medida de lo posible",
                "previa solicitud",
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
            f"{linked} {to}": LinkWords(kept=False, prose=False)
            for linked in inflected(("vinculad", "ligad", "relacionad"), ("o", "a", "os", "as"))
            for to in ("a", "al", "con")
        },
        "se integrará en": LinkWords(kept=True, prose=False),
        "se integrarán en": LinkWords(kept=True, prose=False),
        "por integrar en": LinkWords(kept=True, prose=False),
        "al final de": LinkWords(kept=True, prose=False),
        "al final del": LinkWords(kept=True, prose=False),
        "al término de": LinkWords(kept=True, prose=False),
        "al término del": LinkWords(kept=True, prose=False),
        "en función de": LinkWords(kept=True, prose=False),
        "supeditado a": LinkWords(kept=True, prose=False),
        "sujeto a": LinkWords(kept=True, prose=False),
        "en el marco de": LinkWords(kept=True, prose=True),
        "en el marco del": LinkWords(kept=True, prose=True),
        "como parte de": LinkWords(kept=True, prose=True),
        "como parte del": LinkWords(kept=True, prose=True),
        "después de": LinkWords(kept=True, prose=True),
        "tras": LinkWords(kept=True, prose=True),
    },
    undecided=(
        "en negociación",
        "en curso de negociación",
        "en proceso de negociación",
        "en estudio",
        "por determinar",
        "por definir",
        "por decidir",
        "por confirmar",
        "no aplicable",
        "no se aplica",
        "n/a",
    ),
    stages=(
        *inflected(("primer", "inicial"), ("", "o", "a", "os", "as", "es")),
        "preliminares",
    ),
    ditto=("ídem", "idem", "ibíd"),
    connectives=listed(
        "a al ante cada con de del desde el en entre e y o u la las los para por según sin sobre "
        "su sus todos todas un una hasta &"
    ),
    openers=listed(
        "y e o u para por en con de del a al hasta desde según cuando si sin durante entre tras "
        "antes después pero salvo"
    ),
    verbs=listed(
        "es son era eran ha han había habían será serán sería sido fue fueron está están puede "
        "pueden podrá podrán debe deben deberá deberán hay"
    ),
)
