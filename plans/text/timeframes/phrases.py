"""Reading the core of a time-frame phrase at an atom: its head and date, or its fixed words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from plans.text.timeframes.dates import Span, in_order, read_range, read_unit
from plans.text.timeframes.grammar import Atom, DateRole, Edge, Grammar, Head, Strength
from plans.text.timeframes.rules import Kind, Precision, Recurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What stands at atoms ``start`` to ``end`` (exclusive), as the fields of a rule."""

    start: int
    end: int
    kind: Kind
    strength: Strength
    starts_on: date | None = None
    due_on: date | None = None
    precision: Precision | None = None
    recurrence: Recurrence | None = None
    immediate: bool = False  # starts at once, whenever that is
    bare: bool = False  # a date without a word before it
    adjective: bool = False
    linked: bool = False
    kept: bool = False  # the words themselves belong in the qualifier
    prose: bool = False  # ordinary sentences begin so too

    @property
    def dated(self) -> bool:
        """Whether the words give a date, or would if the date of adoption were known."""
        return self.starts_on is not None or self.due_on is not None or self.immediate


_JOINING_SIGNS = frozenset("-–/&_@.'’+")
_BARE = Head(DateRole.WITHIN, Strength.WEAK)
_STARTING = Head(DateRole.FROM, Strength.CLEAR)
_FINISHING = Head(DateRole.BY, Strength.CLEAR)
_NAMED_WITH_ARTICLE = frozenset({Precision.HALF_YEAR, Precision.QUARTER})  # "The first half of"
_LEADING_ROLES = frozenset({DateRole.WITHIN, DateRole.FROM, DateRole.BY})
_CLOSING_ROLES = frozenset({DateRole.WITHIN, DateRole.BY, DateRole.BEFORE})


def read_core(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    """Read the longest core that begins at an atom; None when none does.

    Takes a bounded number of steps, whatever the text.
    """
    core = _undated(grammar, atoms, at) or _dated(grammar, atoms, at) or _linked(grammar, atoms, at)
    return core if core is not None and _ends_with_its_word(atoms, core.end) else None


def _ends_with_its_word(atoms: Sequence[Atom], end: int) -> bool:
    """False where the next word hangs on to the last: "ongoing-ness", "2000/foo"."""
    if end >= len(atoms) or not atoms[end].glued:
        return True
    if atoms[end].word:
        return False
    follows = end + 1 < len(atoms) and atoms[end + 1].glued and atoms[end + 1].word
    return not (follows and atoms[end].form in _JOINING_SIGNS)


def _undated(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    undecided = grammar.undecided.match(atoms, at)
    if undecided is not None:
        return Core(
            start=at, end=undecided[1], kind=Kind.UNSPECIFIED, kept=True, strength=Strength.WEAK
        )
    keyword = grammar.keywords.match(atoms, at)
    if keyword is not None:
        (kind, recurrence, adjective), end = keyword
        core = Core(
            start=at,
            end=end,
            kind=kind,
            recurrence=recurrence,
            adjective=adjective,
            strength=Strength.WEAK,
        )
        return _with_limits(grammar, atoms, core)
    at_once = grammar.at_once.match(atoms, at)
    if at_once is not None:
        return Core(
            start=at, end=at_once[1], kind=Kind.START, immediate=True, strength=Strength.WEAK
        )
    return None


def _with_limits(grammar: Grammar, atoms: Sequence[Atom], core: Core) -> Core:
    """Give something that goes on the dates that follow it: "annually from 2001"."""
    at = core.end
    if at < len(atoms) and atoms[at].form == ",":
        at += 1
    if at >= len(atoms) or atoms[at].capital or core.kind is Kind.AS_REQUIRED:
        return core
    limits = _dated(grammar, atoms, at)
    if limits is None or limits.bare or limits.kind not in {Kind.START, Kind.PERIOD}:
        return core
    return replace(
        core,
        end=limits.end,
        starts_on=limits.starts_on,
        due_on=limits.due_on,
        precision=limits.precision,
        immediate=limits.immediate,
        strength=limits.strength,
    )


def _dated(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    opening = grammar.starting.match(atoms, at)
    if opening is not None:
        at_once = grammar.immediately.match(atoms, opening[1])
        if at_once is not None:
            return Core(
                start=at, end=at_once[1], kind=Kind.START, immediate=True, strength=Strength.CLEAR
            )
        # "To start by March" and "to start in March" alike start with March.
        _, after = _inner_head(grammar, atoms, opening[1], _LEADING_ROLES)
        return _from_head(grammar, atoms, at, after, _STARTING)
    closing = grammar.finishing.match(atoms, at)
    if closing is not None:
        head, after = _inner_head(grammar, atoms, closing[1], _CLOSING_ROLES)
        role = DateRole.BEFORE if head is not None and head.role is DateRole.BEFORE else DateRole.BY
        return _from_head(grammar, atoms, at, after, Head(role, Strength.CLEAR))
    found = grammar.heads.match(atoms, at)
    if found is not None:
        head, after = found
        if head.role is DateRole.FROM:
            at_once = grammar.immediately.match(atoms, after)
            if at_once is not None:
                return Core(
                    start=at,
                    end=at_once[1],
                    kind=Kind.START,
                    immediate=True,
                    strength=head.strength,
                )
        return _from_head(grammar, atoms, at, after, head)
    core = _from_head(grammar, atoms, at, at, _BARE)
    if core is None:
        return None
    if atoms[at].form in grammar.fillers and core.precision not in _NAMED_WITH_ARTICLE:
        return None  # "the 2000 meetings"
    return replace(core, bare=True)


def _inner_head(
    grammar: Grammar, atoms: Sequence[Atom], at: int, roles: frozenset[DateRole]
) -> tuple[Head | None, int]:
    """The preposition after "completed" or "to start", if there is one of the given roles."""
    found = grammar.heads.match(atoms, at)
    if found is not None and found[0].role in roles:
        return found
    return None, at


def _from_head(
    grammar: Grammar, atoms: Sequence[Atom], start: int, at: int, head: Head
) -> Core | None:
    """The core made by a head and the unit of time after it."""
    role = head.role
    between = role is DateRole.BETWEEN
    reader = read_unit if role is DateRole.FROM else read_range
    found = reader(grammar, atoms, at, ands=between)
    if found is None:
        return None
    span, end = found
    ranged = span.written_as_range
    if role is DateRole.FROM:
        finish = _finish(grammar, atoms, span, end)
        if finish is not None:
            last, end = finish
            span, ranged = replace(span, last=last.last, precision=last.precision), True
        elif span.precision is Precision.BIENNIUM:
            ranged = False
    starts_on, due_on = _limits(role, span, ranged)
    if starts_on is not None and due_on is None:
        if role is DateRole.FROM and head.strength is Strength.WEAK:
            return None  # a mere "de" begins a range and nothing else
        kind = Kind.START
    elif role in {DateRole.DURING, DateRole.UNTIL} or (
        starts_on is not None and due_on is not None
    ):
        kind = Kind.PERIOD
    else:
        kind = Kind.DEADLINE
    return Core(
        start=start,
        end=end,
        kind=kind,
        starts_on=starts_on,
        due_on=due_on,
        precision=span.precision,
        strength=head.strength,
    )


def _limits(role: DateRole, span: Span, ranged: bool) -> tuple[date | None, date | None]:
    """Start and due date of a span under a role.

    One unit alone is a deadline at its end ("May 2000", "in 2001", "first half 2000"); a range
    that is written as such is a period.
    """
    day = timedelta(days=1)
    match role:
        case DateRole.FROM:
            return span.first, span.last if ranged else None
        case DateRole.AFTER:
            return span.last + day, None
        case DateRole.BEFORE:  # "before the end of 2000" leaves the whole of it
            return None, span.last if span.edge is Edge.END else span.first - day
        case DateRole.BY | DateRole.UNTIL:
            return None, span.last
        case DateRole.DURING | DateRole.BETWEEN:
            return span.first, span.last
        case DateRole.WITHIN:
            return span.first if ranged else None, span.last


def _finish(
    grammar: Grammar, atoms: Sequence[Atom], start: Span, at: int
) -> tuple[Span, int] | None:
    """The end that follows a start: "and to finish end 2000", "to March 2001", ", completed by …".

    A capital opens a new time-frame instead: "Starting January 2000 Completed by December 2000".
    """
    if at < len(atoms) and atoms[at].form == ",":
        at += 1
    conjunction = grammar.conjunctions.match(atoms, at)
    if conjunction is not None:
        at = conjunction[1]
    if at >= len(atoms) or atoms[at].capital:
        return None
    closing = grammar.finishing.match(atoms, at)
    if closing is not None:
        _, after = _inner_head(grammar, atoms, closing[1], _CLOSING_ROLES)
    else:
        joint = grammar.until.match(atoms, at)
        if joint is None:
            return None
        after = joint[1]
    found = read_unit(grammar, atoms, after)
    return found if found is not None and in_order(start, found[0]) else None


def _linked(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Core | None:
    link = grammar.links.match(atoms, at)
    if link is None or link[1] >= len(atoms) or not atoms[link[1]].word:
        return None
    (kept, prose), end = link
    return Core(
        start=at,
        end=end,
        kind=Kind.LINKED,
        linked=True,
        kept=kept,
        prose=prose,
        strength=Strength.WEAK,
    )
