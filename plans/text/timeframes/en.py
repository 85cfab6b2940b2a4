"""English words of time-frames."""

from __future__ import annotations

from plans.text.timeframes.grammar import (
    DateRole,
    Edge,
    Head,
    Keyword,
    LinkWords,
    Strength,
    Vocabulary,
    listed,
)
from plans.text.timeframes.rules import Kind, Precision, Recurrence

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("January", "Jan"),
            ("February", "Feb"),
            ("March", "Mar"),
            ("April", "Apr"),
            ("May",),
            ("June", "Jun"),
            ("July", "Jul"),
            ("August", "Aug"),
            ("September", "Sept", "Sep"),
            ("October", "Oct"),
            ("November", "Nov"),
            ("December", "Dec"),
        ),
        start=1,
    )
    for name in names
}

_DONE = (
    "completed",
    "done",
    "finished",
    "finalized",
    "finalised",
    "concluded",
    "achieved",
    "delivered",
    "implemented",
)

_HOW_OFTEN = {
    Recurrence.WEEKLY: ("weekly", "every week", "each week", "on a weekly basis"),
    Recurrence.MONTHLY: ("monthly", "every month", "each month", "on a monthly basis"),
    Recurrence.QUARTERLY: (
        "quarterly",
        "every quarter",
        "each quarter",
        "every three months",
        "on a quarterly basis",
    ),
    Recurrence.HALF_YEARLY: (
        "half-yearly",
        "semi-annually",
        "biannually",
        "twice a year",
        "twice yearly",
        "every six months",
    ),
    Recurrence.ANNUAL: (
        "annually",
        "yearly",
        "every year",
        "each year",
        "once a year",
        "on an annual basis",
        "on a yearly basis",
    ),
    Recurrence.BIENNIAL: (
        "biennially",
        "every two years",
        "every second year",
        "every biennium",
        "each biennium",
        "on a biennial basis",
    ),
    Recurrence.REGULAR: (
        "on a regular basis",
        "regularly",
        "at regular intervals",
        "periodically",
        "on a periodic basis",
    ),
}

_ALSO_ADJECTIVES = frozenset({"weekly", "monthly", "quarterly", "half-yearly", "yearly"})

ENGLISH = Vocabulary(
    language="en",
    months=_MONTHS,
    ordinals={
        "first": 1,
        "1st": 1,
        "second": 2,
        "2nd": 2,
        "third": 3,
        "3rd": 3,
        "fourth": 4,
        "4th": 4,
        "last": -1,
        "final": -1,
    },
    parts={
        "half": Precision.HALF_YEAR,
        "half-year": Precision.HALF_YEAR,
        "semester": Precision.HALF_YEAR,
        "quarter": Precision.QUARTER,
    },
    compact_parts={"h": Precision.HALF_YEAR, "q": Precision.QUARTER},
    biennium=("biennium",),
    edges={
        "end": Edge.END,
        "end-": Edge.END,
        "the end": Edge.END,
        "mid": Edge.MIDDLE,
        "mid-": Edge.MIDDLE,
        "the middle": Edge.MIDDLE,
        "middle": Edge.MIDDLE,
        "early": Edge.EARLY,
        "early in": Edge.EARLY,
        "the beginning": Edge.EARLY,
        "the start": Edge.EARLY,
        "late": Edge.LATE,
        "late in": Edge.LATE,
    },
    fillers=("of", "the", "year", "in"),
    heads={
        "by": Head(DateRole.BY, Strength.CLEAR),
        "due": Head(DateRole.BY, Strength.CLEAR),
        "due by": Head(DateRole.BY, Strength.CLEAR),
        "due in": Head(DateRole.BY, Strength.CLEAR),
        "no later than": Head(DateRole.BY, Strength.CLEAR),
        "not later than": Head(DateRole.BY, Strength.CLEAR),
        "at the latest by": Head(DateRole.BY, Strength.CLEAR),
        "before": Head(DateRole.BEFORE, Strength.PLAIN),
        "prior to": Head(DateRole.BEFORE, Strength.PLAIN),
        "from": Head(DateRole.FROM, Strength.PLAIN),
        "as from": Head(DateRole.FROM, Strength.PLAIN),
        "as of": Head(DateRole.FROM, Strength.PLAIN),
        "since": Head(DateRole.FROM, Strength.PLAIN),
        "not before": Head(DateRole.FROM, Strength.PLAIN),
        "no earlier than": Head(DateRole.FROM, Strength.PLAIN),
        "after": Head(DateRole.AFTER, Strength.PLAIN),
        "until": Head(DateRole.UNTIL, Strength.PLAIN),
        "till": Head(DateRole.UNTIL, Strength.PLAIN),
        "up to": Head(DateRole.UNTIL, Strength.PLAIN),
        "through": Head(DateRole.UNTIL, Strength.PLAIN),
        "between": Head(DateRole.BETWEEN, Strength.PLAIN),
        "during": Head(DateRole.DURING, Strength.WEAK),
        "throughout": Head(DateRole.DURING, Strength.WEAK),
        "over": Head(DateRole.DURING, Strength.WEAK),
        "in": Head(DateRole.WITHIN, Strength.WEAK),
        "on": Head(DateRole.WITHIN, Strength.WEAK),
        "at": Head(DateRole.WITHIN, Strength.WEAK),
        "within": Head(DateRole.WITHIN, Strength.WEAK),
    },
    starting=(
        "starting",
        "to start",
        "to be started",
        "beginning",
        "to begin",
        "commencing",
        "to commence",
        "with effect",
        "to be launched",
    ),
    finishing=(
        *_DONE,
        *(f"to be {word}" for word in _DONE),
        "to finish",
        "to end",
        "ending",
        "finishing",
        "completion",
        "for completion",
    ),
    immediately=("immediately", "at once", "now", "forthwith"),
    at_once=("immediately", "with immediate effect", "effective immediately", "immediate"),
    until=("to", "until", "till", "through"),
    conjunctions=("and", "then"),
    keywords={
        "continuously": Keyword(Kind.CONTINUOUS),
        "continually": Keyword(Kind.CONTINUOUS),
        "on a continuing basis": Keyword(Kind.CONTINUOUS),
        "on a continuous basis": Keyword(Kind.CONTINUOUS),
        "on an ongoing basis": Keyword(Kind.CONTINUOUS),
        "on an on-going basis": Keyword(Kind.CONTINUOUS),
        "ongoing": Keyword(Kind.CONTINUOUS, adjective=True),
        "on-going": Keyword(Kind.CONTINUOUS, adjective=True),
        "continuous": Keyword(Kind.CONTINUOUS, adjective=True),
        "continuing": Keyword(Kind.CONTINUOUS, adjective=True),
        "permanent": Keyword(Kind.CONTINUOUS, adjective=True),
        **dict.fromkeys(
            (
                "as required",
                "as and when required",
                "when required",
                "if required",
                "as necessary",
                "as and when necessary",
                "when necessary",
                "if necessary",
                "as needed",
                "as and when needed",
                "when needed",
                "as appropriate",
                "when appropriate",
                "as feasible",
                "when feasible",
                "as the need arises",
                "on request",
                "upon request",
            ),
            Keyword(Kind.AS_REQUIRED),
        ),
        **{
            phrase: Keyword(Kind.RECURRING, recurrence, adjective=phrase in _ALSO_ADJECTIVES)
            for recurrence, phrases in _HOW_OFTEN.items()
            for phrase in phrases
        },
    },
    links={
        "linked to": LinkWords(kept=False, prose=False),
        "linked with": LinkWords(kept=False, prose=False),
        "tied to": LinkWords(kept=False, prose=False),
        "to be linked to": LinkWords(kept=True, prose=False),
        "to be integrated in": LinkWords(kept=True, prose=False),
        "to be integrated into": LinkWords(kept=True, prose=False),
        "to be integrated with": LinkWords(kept=True, prose=False),
        "at the end of": LinkWords(kept=True, prose=False),
        "upon completion of": LinkWords(kept=True, prose=False),
        "on completion of": LinkWords(kept=True, prose=False),
        "depending on": LinkWords(kept=True, prose=False),
        "subject to": LinkWords(kept=True, prose=False),
        "as part of": LinkWords(kept=True, prose=True),
        "in conjunction with": LinkWords(kept=True, prose=True),
        "in parallel with": LinkWords(kept=True, prose=True),
        "within the framework of": LinkWords(kept=True, prose=True),
        "following": LinkWords(kept=True, prose=True),
        "after": LinkWords(kept=True, prose=True),
        "once": LinkWords(kept=True, prose=True),
        "pending": LinkWords(kept=True, prose=True),
    },
    undecided=(
        "under negotiation",
        "under discussion",
        "under consideration",
        "to be determined",
        "to be decided",
        "to be agreed",
        "to be confirmed",
        "not applicable",
        "tbd",
        "n/a",
    ),
    stages=("first", "initial", "preliminary", "final", "interim"),
    ditto=("ditto", "idem"),
    connectives=listed(
        "a an and any at as between by each every for from in into its of on or per such than the "
        "their this these to under until upon with within all both some other "
        "&"
    ),
    openers=listed(
        "and or for as in on with within at to by from of through until till under upon during "
        "between since when where if subject depending starting beginning thereafter onwards "
        "followed linked including"
    ),
    verbs=listed(
        "is are was were been has have had will would shall should can could must may might do "
        "does did"
    ),
)
