"""Telling time-frames from the prose that a conversion ran together with them.

Every function reads each atom a bounded number of times, so that a hostile document of many
megabytes costs no more than its length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from plans.text.timeframes.grammar import Atom, Grammar, Strength, atoms_of
from plans.text.timeframes.parser import grammar_of
from plans.text.timeframes.phrases import Core, read_core
from plans.text.timeframes.rules import Kind, Precision

_LONGEST_TAIL = 30
_LONGEST_STAGE = 4
_LONGEST_SUBJECT = 7
_CLOSING_SIGNS = frozenset("\"”»)'’")
_SENTENCE_ENDS = frozenset(".!?")
_CLAUSE_SIGNS = frozenset(",;:–—-(/")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a text: ``text`` is ``source[start:end]``, without white space around it."""

    text: str
    is_time_frame: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Atoms ``start`` to ``end`` (exclusive), and what a neighbour must know of them."""

    start: int
    end: int
    surely_dated: bool = False
    full_stop: bool = False
    ditto: bool = False


class _Tail(NamedTuple):
    """What qualifies a core: where it ends, of how many words, and whether a full stop does."""

    end: int
    words: int
    full_stop: bool


def segment(text: str, *, language: str = "en") -> list[Segment]:
    """Cut a text into time-frames and prose, in order. Never raises; empty text gives [].

    The segments cover every word of the text exactly once: joined by spaces they give back
    ``text.split()``.

    A time-frame is taken only where one can begin: at the start of the text or of a line, after
    another time-frame, after a full stop. It begins with a capital or a number (a text that is
    wholly one may be in lower case). It ends before the next capital that does not belong to it.
    A stretch with a finite verb is a sentence, thus prose ("In 2000 initiatives … are under
    way"), and so is an undated phrase that is closed by a full stop and followed by prose
    ("Ongoing. Initiatives have been pursued …"): that is how a status speaks. "Ongoing." alone
    counts as a time-frame; only its column can tell. A run of ditto marks is one time-frame, when
    it stands among time-frames.
    """
    grammar = grammar_of(language)
    atoms = atoms_of(text)
    if not atoms:
        return []
    phrases = _without_sentences(atoms, _phrases(grammar, atoms)) if grammar is not None else []
    segments: list[Segment] = []
    done = 0
    for phrase in [*phrases, None]:
        begins = phrase.start if phrase is not None else len(atoms)
        if begins > done:
            segments.append(_segment(text, atoms, done, begins, is_time_frame=False))
        if phrase is not None:
            segments.append(_segment(text, atoms, phrase.start, phrase.end, is_time_frame=True))
            done = phrase.end
    return segments


def embedded(text: str, *, language: str = "en") -> list[tuple[int, int]]:
    """Find time-frames that were printed by accident in the middle of a sentence. Never raises.

    Meant for the prose among the segments of a text. Returns places (start, end) in it, without
    punctuation around them: "… resource mobilization between the Starting immediately Office and
    the Turin Centre …" gives the place of "Starting immediately". Such a phrase begins with a
    capital, goes on in lower case, and follows a word in lower case, an acronym, a comma or a
    semicolon; its core alone is given, since what follows belongs to the sentence. Not looked
    for: phrases that ordinary sentences contain (bare dates, "In 2000", "Linked to …"), and what
    stands at the start or after a full stop, where ``segment`` looks.
    """
    grammar = grammar_of(language)
    if grammar is None:
        return []
    atoms = atoms_of(text)
    places: list[tuple[int, int]] = []
    at = 1
    while at < len(atoms):
        core = _printed_inside(grammar, text, atoms, at)
        if core is None:
            at += 1
            continue
        places.append((atoms[at].start, atoms[core.end - 1].end))
        at = core.end
    return places


def _segment(
    text: str, atoms: Sequence[Atom], first: int, end: int, *, is_time_frame: bool
) -> Segment:
    begins, ends = atoms[first].start, atoms[end - 1].end
    return Segment(text[begins:ends], is_time_frame, begins, ends)


# --- segment ---------------------------------------------------------------------------------


def _phrases(grammar: Grammar, atoms: Sequence[Atom]) -> list[_Phrase]:
    """All stretches that may be time-frames, in order."""
    phrases: list[_Phrase] = []
    if not _is_head(atoms[0]) and atoms[-1].form != ";":
        whole = _phrase(grammar, atoms, 0)
        if whole is not None and whole.end == len(atoms):
            return [whole]
    at = 0
    while at < len(atoms):
        follows = bool(phrases) and phrases[-1].end == at
        found = None
        if follows or _may_begin(atoms, at):
            found = _phrase(grammar, atoms, at) if _is_head(atoms[at]) else None
            found = found or _ditto(grammar, atoms, at)
        if found is None:
            at += 1
        else:
            phrases.append(found)
            at = found.end
    return phrases


def _may_begin(atoms: Sequence[Atom], at: int) -> bool:
    if at == 0 or atoms[at].new_line:
        return True
    if atoms[at].glued:
        return False
    before = at - 1
    while before > 0 and atoms[before].glued and atoms[before].form in _CLOSING_SIGNS:
        before -= 1
    return atoms[before].form in _SENTENCE_ENDS


def _ditto(grammar: Grammar, atoms: Sequence[Atom], at: int) -> _Phrase | None:
    end = at
    while (mark := grammar.ditto.match(atoms, end)) is not None:
        end = mark[1]
    if end == at or (end < len(atoms) and atoms[end].glued):
        return None
    return _Phrase(at, end, ditto=True)


def _without_sentences(atoms: Sequence[Atom], phrases: Sequence[_Phrase]) -> list[_Phrase]:
    """Leave out what its neighbours show to be prose, as ``segment`` describes."""
    kept: list[_Phrase] = []
    next_start = len(atoms)
    for index in range(len(phrases) - 1, -1, -1):
        phrase = phrases[index]
        prose_after = phrase.end != next_start
        prose_before = phrase.start != (phrases[index - 1].end if index else 0)
        if phrase.ditto:
            is_prose = prose_after or prose_before
        else:
            is_prose = (
                phrase.full_stop and prose_after and (prose_before or not phrase.surely_dated)
            )
        if not is_prose:
            kept.append(phrase)
            next_start = phrase.start
    kept.reverse()
    return kept


def _is_head(atom: Atom) -> bool:
    """Whether a time-frame in running text may begin with an atom."""
    return atom.capital or atom.form[:1].isdigit()


def _phrase(grammar: Grammar, atoms: Sequence[Atom], at: int) -> _Phrase | None:
    """The time-frame that begins at an atom, with what qualifies it; None when none does.

    In lower case nothing but a fixed opening may follow its core: "from January 2000 the use of
    …" is a bullet.
    """
    core = read_core(grammar, atoms, at)
    if core is None or core.prose:
        core = _after_stage(grammar, atoms, at) or _after_subject(grammar, atoms, at)
        strength = Strength.CLEAR
    else:
        strength = core.strength
    if core is None:
        return None
    tail = _tail(grammar, atoms, core, strength if _is_head(atoms[at]) else Strength.WEAK)
    if tail is None or not _fits(atoms, core, tail):
        return None
    return _Phrase(
        at,
        tail.end,
        surely_dated=core.dated and not (_of_ordinary_prose(core) and tail.words),
        full_stop=tail.full_stop,
    )


def _after_stage(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    """The date after "First initiatives", "Preliminary results in"."""
    if atoms[at].form not in grammar.stages:
        return None
    for offset in range(1, _LONGEST_STAGE + 1):
        here = at + offset
        if here >= len(atoms) or not _goes_on(grammar, atoms[here]):
            return None
        core = read_core(grammar, atoms, here)
        if core is not None and core.dated:
            return core
    return None


def _after_subject(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    """The date after a subject without a verb: "Planning of review to begin January 2000".

    A capital may stand in it after a connective ("Review of ILO programmes …"), and may follow a
    subject of one or two words ("Internal By March 2000").
    """
    for offset in range(1, _LONGEST_SUBJECT + 1):
        here = at + offset
        if here >= len(atoms):
            return None
        core = read_core(grammar, atoms, here)
        explicit = core is not None and core.dated and core.strength is Strength.CLEAR
        if atoms[here].capital:
            if explicit and offset <= 2 and not atoms[here].glued:
                return core
            if atoms[here - 1].form not in grammar.connectives:
                return None
        elif explicit:
            return core
        elif not _goes_on(grammar, atoms[here]):
            return None
    return None


def _goes_on(grammar: Grammar, atom: Atom) -> bool:
    """Whether an atom may stand inside the subject of a time-frame."""
    return (
        atom.word
        and not (atom.capital and atom.form not in grammar.months.firsts)
        and (atom.form not in grammar.verbs or atom.capital)
    )


def _tail(grammar: Grammar, atoms: Sequence[Atom], core: Core, strength: Strength) -> _Tail | None:
    """What stands after a core as part of its phrase.

    None when what follows makes it a sentence, or makes the core describe something else.
    """
    depth = words = 0
    at = core.end
    while at < len(atoms):
        atom = atoms[at]
        if at - core.end > _LONGEST_TAIL:
            return None
        if depth == 0 and not atom.glued and _breaks(grammar, atoms, at, core):
            break
        if atom.word:
            if atom.form in grammar.verbs and not atom.capital:
                return None
            if depth == 0 and at == core.end and not _may_open(grammar, atom, core, strength):
                return None
            words += 1
        elif depth == 0 and _closes_sentence(atoms, at):
            return _Tail(at + 1, words, full_stop=True)
        elif atom.form == "(":
            depth += 1
        elif atom.form == ")":
            depth -= 1
        at += 1
    return _Tail(at, words, full_stop=False) if depth <= 0 else None


def _closes_sentence(atoms: Sequence[Atom], at: int) -> bool:
    if atoms[at].form not in _SENTENCE_ENDS or not atoms[at].glued:
        return False
    return at + 1 >= len(atoms) or not atoms[at + 1].glued


def _fits(atoms: Sequence[Atom], core: Core, tail: _Tail) -> bool:
    """Whether a core and its tail make a time-frame, by what the core is."""
    if core.linked:
        clauses = any(atom.form in {",", ";"} for atom in atoms[core.end : tail.end])
        return tail.words > 0 and not clauses
    if core.kind is Kind.UNSPECIFIED:
        return core.start == 0 and tail.end == len(atoms) and tail.words == 0
    if core.bare and core.precision in {Precision.YEAR, Precision.BIENNIUM}:
        return tail.end == core.end  # "2000" may be a cell; "2000 initiatives …" is not
    return True


def _may_open(grammar: Grammar, atom: Atom, core: Core, strength: Strength) -> bool:
    """Whether a word may stand right after a core: "Ongoing initiatives" is no time-frame."""
    return core.linked or strength > Strength.WEAK or atom.form in grammar.openers


def _breaks(grammar: Grammar, atoms: Sequence[Atom], at: int, core: Core) -> bool:
    """Whether something new begins at an atom after a core."""
    atom, before = atoms[at], atoms[at - 1]
    if at > core.end and before.form in grammar.connectives:
        return False
    if core.linked and at == core.end:
        return False
    clause_goes_on = at > core.end and before.form in _CLAUSE_SIGNS
    if atom.form[:1].isdigit():
        return not clause_goes_on and at == core.end and read_core(grammar, atoms, at) is not None
    if grammar.ditto.match(atoms, at) is not None and not atom.word:
        return at == core.end
    if not atom.capital:
        return False
    if not clause_goes_on:
        return True
    own = read_core(grammar, atoms, at)
    return own is not None and not own.bare


def _of_ordinary_prose(core: Core) -> bool:
    """Whether a core is a date as sentences hold them: bare, or after "in"."""
    return core.dated and core.strength is Strength.WEAK and not core.immediate


# --- embedded --------------------------------------------------------------------------------


def _printed_inside(grammar: Grammar, text: str, atoms: Sequence[Atom], at: int) -> Core | None:
    """The core that stands at an atom in the middle of a sentence; None when none does."""
    atom, before = atoms[at], atoms[at - 1]
    if not atom.capital or atom.glued:
        return None
    if before.word:
        known = text[before.start : before.end]
        if before.capital and not (len(known) > 1 and known.isupper()):
            return None
    elif before.form not in {",", ";"}:
        return None
    core = read_core(grammar, atoms, at)
    if core is None:
        core = _after_stage(grammar, atoms, at)
        if core is None or core.strength is Strength.WEAK:
            return None
    elif core.linked or core.kind is Kind.UNSPECIFIED or _of_ordinary_prose(core):
        return None
    capitals_inside = any(
        inner.capital and inner.form not in grammar.months.firsts
        for inner in atoms[at + 1 : core.end]
    )
    if capitals_inside:
        return None
    if core.adjective and core.end < len(atoms) and atoms[core.end].capital:
        return None
    return core
