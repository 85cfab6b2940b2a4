"""The shape of a language's grammar of time-frames, and the atoms that it is matched against.

A language is one ``Vocabulary``: tables of phrases, no code. ``Grammar`` is the same, indexed by
first word. English, French and Spanish stand in ``en.py``, ``fr.py`` and ``es.py``.

The tables are our own rather than a date library's: month names are the smallest part of them,
the libraries that know them (Babel, dateparser) know nothing of "Completed by", "first half" or
"as required", and guess a day, or today's date, where the words give none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from plans.text.timeframes.rules import Kind, Precision, Recurrence

T = TypeVar("T")


class Atom(NamedTuple):
    """A word, a number or one punctuation mark of a text, with its place in it."""

    form: str  # lower case, without accents: what the tables are matched against
    start: int
    end: int
    capital: bool
    glued: bool  # no white space before it
    new_line: bool  # first of its line
    word: bool  # a word or number rather than a punctuation mark


# A word keeps the apostrophe that ends it, so that "d'ici" and "d'avril" fall in two atoms.
_ATOM = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*['’]?|\S")
_LONGEST_WORD = 40


@lru_cache(maxsize=8192)
def _form(word: str) -> str:
    if word.isascii():
        return word.lower()
    folded = unicodedata.normalize("NFKD", word.replace("’", "'")).casefold()
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def atoms_of(text: str) -> list[Atom]:
    """Split a text into atoms, in time linear in its length."""
    atoms: list[Atom] = []
    position = 0
    for found in _ATOM.finditer(text):
        start, end = found.span()
        first = text[start]
        # A longer word is in no table; folding and caching it would only cost.
        form = _form(found[0]) if end - start <= _LONGEST_WORD else ""
        gap = text[position:start] if start > position else ""
        atoms.append(
            Atom(
                form=form,
                start=start,
                end=end,
                capital=first.isupper() or first.istitle(),
                glued=start == position and start > 0,
                new_line="\n" in gap or start == 0,
                word=first.isalnum(),
            )
        )
        position = end
    return atoms


class Index(Generic[T]):
    """Phrases and what they stand for, found by their first word; the longest phrase wins."""

    def __init__(self, table: Mapping[str, T]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in table.items():
            forms = tuple(atom.form for atom in atoms_of(phrase))
            self._by_first.setdefault(forms[0], []).append((forms, value))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: len(entry[0]), reverse=True)
        self.firsts = frozenset(self._by_first)
        """The forms that a phrase of this index may begin with."""

    def match(self, atoms: Sequence[Atom], at: int) -> tuple[T, int] | None:
        """The value of the longest phrase that begins at an atom, and the atom after it."""
        if at >= len(atoms):
            return None
        for forms, value in self._by_first.get(atoms[at].form, ()):
            end = at + len(forms)
            if end <= len(atoms) and all(
                atoms[at + offset].form == form for offset, form in enumerate(forms)
            ):
                return value, end
        return None


class DateRole(Enum):
    """What the words before a date make of it."""

    BY = "due at its end"
    WITHIN = "due at its end, said with a mere 'in'"
    DURING = "from its start to its end"
    FROM = "starts with it"
    AFTER = "starts after it"
    BEFORE = "due before it begins"
    UNTIL = "goes on to its end"
    BETWEEN = "from the first date to the second"


class Strength(IntEnum):
    """How surely a head makes a time-frame of what stands around it."""

    WEAK = 0  # "in 2000": ordinary prose begins so too
    PLAIN = 1  # "from January 2000"
    CLEAR = 2  # "completed by April 2000": even after a subject ("Review to start …")


class Head(NamedTuple):
    """Words before a date."""

    role: DateRole
    strength: Strength


class Keyword(NamedTuple):
    """A time-frame that needs no date. An adjective may also describe the noun after it."""

    kind: Kind
    recurrence: Recurrence | None = None
    adjective: bool = False


class LinkWords(NamedTuple):
    """Words that tie an action to something else, named after them.

    ``kept``: the words themselves say more than "linked", so the qualifier keeps them.
    ``prose``: ordinary sentences begin so too; read only where the text is known to be a
    time-frame.
    """

    kept: bool
    prose: bool


class Edge(Enum):
    """A part of a unit of time, named loosely."""

    EARLY = "early"
    MIDDLE = "middle"
    LATE = "late"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One language, as tables of phrases. Case and accents do not matter."""

    language: str
    months: Mapping[str, int]
    ordinals: Mapping[str, int]  # -1 is the last
    parts: Mapping[str, Precision]  # "half", "quarter"
    compact_parts: Mapping[str, Precision]  # the letter of "H1", "Q3"
    biennium: Sequence[str]
    edges: Mapping[str, Edge]
    fillers: Sequence[str]  # words that may stand between the members of a date
    heads: Mapping[str, Head]
    starting: Sequence[str]  # "starting", "to begin": before a date, or "immediately"
    finishing: Sequence[str]  # "completed", "to finish": before a date, or "by" and a date
    immediately: Sequence[str]
    at_once: Sequence[str]  # the whole of "starting immediately" in other words
    until: Sequence[str]  # between the two ends of a period
    conjunctions: Sequence[str]  # "and"
    keywords: Mapping[str, Keyword]
    links: Mapping[str, LinkWords]
    undecided: Sequence[str]  # known phrases that name no time: "under negotiation"
    stages: Sequence[str]  # "First …" before a date
    ditto: Sequence[str]
    connectives: Sequence[str]  # words after which a phrase cannot end
    openers: Sequence[str]  # words that may open what qualifies a time-frame
    verbs: Sequence[str]  # finite verbs: where one stands, it is a sentence


def _phrases(phrases: Iterable[str]) -> Index[bool]:
    return Index(dict.fromkeys(phrases, True))


def _forms(words: Iterable[str]) -> frozenset[str]:
    return frozenset(atom.form for word in words for atom in atoms_of(word))


class Grammar:
    """A vocabulary, indexed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.language = vocabulary.language
        self.months = Index(vocabulary.months)
        self.ordinals = Index(vocabulary.ordinals)
        self.parts = Index(vocabulary.parts)
        self.compact_parts = dict(vocabulary.compact_parts)
        self.biennium = _phrases(vocabulary.biennium)
        self.edges = Index(vocabulary.edges)
        self.fillers = _forms(vocabulary.fillers)
        self.heads = Index(vocabulary.heads)
        self.starting = _phrases(vocabulary.starting)
        self.finishing = _phrases(vocabulary.finishing)
        self.immediately = _phrases(vocabulary.immediately)
        self.at_once = _phrases(vocabulary.at_once)
        self.until = _phrases([*vocabulary.until, "-", "–", "—"])
        self.conjunctions = _phrases(vocabulary.conjunctions)
        self.keywords = Index(vocabulary.keywords)
        self.links = Index(vocabulary.links)
        self.undecided = _phrases(vocabulary.undecided)
        self.stages = _forms(vocabulary.stages)
        self.ditto = _phrases([*vocabulary.ditto, '"', "“", "”", "„", "″", "〃", "''", "’’"])
        self.connectives = _forms(vocabulary.connectives)
        self.openers = _forms(vocabulary.openers)
        self.verbs = _forms(vocabulary.verbs)


def listed(words: str) -> tuple[str, ...]:
    """The words of a line, for tables whose entries are single words."""
    return tuple(words.split())


def inflected(stems: Sequence[str], endings: Sequence[str]) -> list[str]:
    """Every stem with every ending: "terminad" with "o", "a", "os", "as"."""
    return [stem + ending for stem in stems for ending in endings]
