"""Reading a unit of time ("end of March 2000", "first half 2000", "2000-01") at an atom."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from plans.text.timeframes.grammar import Atom, Edge, Grammar
from plans.text.timeframes.rules import Precision

_MONTHS_IN = {Precision.HALF_YEAR: 6, Precision.QUARTER: 3}
_FINER = {
    Precision.BIENNIUM: Precision.HALF_YEAR,
    Precision.YEAR: Precision.QUARTER,
    Precision.HALF_YEAR: Precision.MONTH,
    Precision.QUARTER: Precision.MONTH,
    Precision.MONTH: Precision.DAY,
}
_MIDDLE_FINER = {**_FINER, Precision.BIENNIUM: Precision.YEAR, Precision.YEAR: Precision.HALF_YEAR}
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MOST_FILLERS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """From a first to a last day.

    ``written_as_range``: two ends stand in the text. ``edge``: the words name only this part of
    a unit, and the days are those of the part.
    """

    first: date
    last: date
    precision: Precision
    written_as_range: bool = False
    edge: Edge | None = None


Found = tuple[Span, int]
"""A span and the index of the atom after it."""


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months(year: int, month: int, count: int, precision: Precision) -> Span:
    """So many whole months, from the given one on."""
    last = (month - 1) + count - 1
    return Span(date(year, month, 1), _month_end(year + last // 12, last % 12 + 1), precision)


def _number(atoms: Sequence[Atom], at: int, digits: int) -> int | None:
    if at < len(atoms):
        form = atoms[at].form
        if len(form) == digits and form.isascii() and form.isdigit():
            return int(form)
    return None


def _year(atoms: Sequence[Atom], at: int) -> tuple[int, int] | None:
    year = _number(atoms, at, 4)
    if year is not None and _FIRST_YEAR <= year <= _LAST_YEAR:
        return year, at + 1
    return None


def _skip_fillers(grammar: Grammar, atoms: Sequence[Atom], at: int) -> int:
    for _ in range(_MOST_FILLERS):
        if at >= len(atoms) or atoms[at].form not in grammar.fillers:
            break
        at += 1
    return at


def _day_number(grammar: Grammar, atoms: Sequence[Atom], at: int) -> tuple[int, int] | None:
    for digits in (2, 1):
        day = _number(atoms, at, digits)
        if day is not None:
            return day, at + 1
    ordinal = grammar.ordinals.match(atoms, at)
    if ordinal is not None and ordinal[0] == 1 and atoms[at].form[0] == "1":
        return ordinal
    return None


def _month_name(grammar: Grammar, atoms: Sequence[Atom], at: int) -> tuple[int, int] | None:
    found = grammar.months.match(atoms, at)
    if found is None:
        return None
    month, at = found
    if at < len(atoms) and atoms[at].form == "." and atoms[at].glued:
        at += 1
    return month, at


def _iso_day(atoms: Sequence[Atom], at: int) -> Found | None:
    found = _year(atoms, at)
    if found is None or at + 4 >= len(atoms):
        return None
    month, day = _number(atoms, at + 2, 2), _number(atoms, at + 4, 2)
    dashes = atoms[at + 1].form == "-" and atoms[at + 3].form == "-"
    if month is None or day is None or not dashes:
        return None
    return _day(found[0], month, day, at + 5)


def _day(year: int, month: int, day: int, end: int) -> Found | None:
    try:
        the_day = date(year, month, day)
    except ValueError:
        return None
    return Span(the_day, the_day, Precision.DAY), end


def _day_first(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Found | None:
    """31 August 2000, 1er mars 2000, 31 de agosto de 2000."""
    day = _day_number(grammar, atoms, at)
    if day is None:
        return None
    month = _month_name(grammar, atoms, _skip_fillers(grammar, atoms, day[1]))
    if month is None:
        return None
    year = _year(atoms, _skip_fillers(grammar, atoms, month[1]))
    return _day(year[0], month[0], day[0], year[1]) if year else None


def _month_first(grammar: Grammar, atoms: Sequence[Atom], at: int, ands: bool) -> Found | None:
    """March 2000, January-March 2000, August 31, 2000."""
    month = _month_name(grammar, atoms, at)
    if month is None:
        return None
    at = month[1]
    year = _year(atoms, _skip_fillers(grammar, atoms, at))
    if year:
        return _months(year[0], month[0], 1, Precision.MONTH), year[1]
    day = _day_number(grammar, atoms, at)
    if day:
        comma = day[1] < len(atoms) and atoms[day[1]].form == ","
        year = _year(atoms, day[1] + comma)
        return _day(year[0], month[0], day[0], year[1]) if year else None
    joint = _joint(grammar, atoms, at, ands)
    if joint is None:
        return None
    last = _month_name(grammar, atoms, _skip_fillers(grammar, atoms, joint))
    year = _year(atoms, _skip_fillers(grammar, atoms, last[1])) if last else None
    if last is None or year is None:
        return None
    begins = year[0] - (month[0] > last[0])  # "December-February 2000" began the year before
    span = _months(begins, month[0], (last[0] - month[0]) % 12 + 1, Precision.MONTH)
    return replace(span, written_as_range=True), year[1]


def _joint(grammar: Grammar, atoms: Sequence[Atom], at: int, ands: bool) -> int | None:
    """The atom after the words between the two ends of a range."""
    found = grammar.until.match(atoms, at)
    if found is None and ands:
        found = grammar.conjunctions.match(atoms, at)
    return found[1] if found else None


def _year_part(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Found | None:
    """First half 2000, third quarter of 2000, H1 2000."""
    compact = atoms[at].form
    if len(compact) == 2 and compact[0] in grammar.compact_parts and compact[1] in "1234":
        ordinal, part, at = int(compact[1]), grammar.compact_parts[compact[0]], at + 1
    else:
        counted = grammar.ordinals.match(atoms, at)
        named = grammar.parts.match(atoms, counted[1]) if counted else None
        if counted is None or named is None:
            return None
        ordinal, part, at = counted[0], named[0], named[1]
    year = _year(atoms, _skip_fillers(grammar, atoms, at))
    if year is None:
        return None
    months = _MONTHS_IN[part]
    in_a_year = 12 // months
    ordinal = in_a_year if ordinal == -1 else ordinal
    if ordinal > in_a_year:
        return None
    return _months(year[0], (ordinal - 1) * months + 1, months, part), year[1]


def _years(grammar: Grammar, atoms: Sequence[Atom], at: int) -> Found | None:
    """2000, 2000-01, 2000/2001, biennium 2000-01."""
    named = grammar.biennium.match(atoms, at)
    if named:
        at = _skip_fillers(grammar, atoms, named[1])
    found = _year(atoms, at)
    if found is None:
        return None
    first, at = found
    last = _second_year(atoms, at, first)
    if last is None:
        return _months(first, 1, 12, Precision.YEAR), at
    at += 2
    precision = Precision.BIENNIUM if last == first + 1 else Precision.YEAR
    named = grammar.biennium.match(atoms, at)
    span = Span(date(first, 1, 1), date(last, 12, 31), precision, written_as_range=True)
    return span, named[1] if named else at


def _second_year(atoms: Sequence[Atom], at: int, first: int) -> int | None:
    """The year that a glued dash or stroke joins to the first one, if a later one."""
    if at + 1 >= len(atoms) or atoms[at].form not in {"-", "–", "/"}:
        return None
    if not (atoms[at].glued and atoms[at + 1].glued):
        return None
    full = _number(atoms, at + 1, 4)
    if full is None:
        short = _number(atoms, at + 1, 2)
        if short is None:
            return None
        full = first - first % 100 + short
        full += 100 if full <= first else 0
    return full if first < full <= min(first + 20, _LAST_YEAR) else None


def _edge_of(span: Span, edge: Edge) -> Span:
    """A loosely named part of a span.

    The end is read as its last month, so that it is due with the span itself; early as its first
    quarter, late as its last, the middle as the end of its first half ("mid-2000" is 30 June
    2000). In a month, the 10th, the 15th and the 21st serve.
    """
    if span.precision is Precision.DAY:
        return span
    year, month = span.first.year, span.first.month
    count = (span.last.year - year) * 12 + span.last.month - month + 1
    if edge is Edge.END:
        return replace(span, first=span.last.replace(day=1))
    if edge is Edge.MIDDLE:
        precision = _MIDDLE_FINER[span.precision]
        if count == 1:
            middle = span.first.replace(day=15)
            return Span(middle, middle, precision)
        last = _months(year, month, (count + 1) // 2, precision).last
        return Span(last.replace(day=1), last, precision)
    precision = _FINER[span.precision]
    quarter = (count + 3) // 4
    if edge is Edge.EARLY:
        if count == 1:
            return Span(span.first, span.first.replace(day=10), precision)
        return _months(year, month, quarter, precision)
    if count == 1:
        return Span(span.first.replace(day=21), span.last, precision)
    begins = month - 1 + count - quarter
    return _months(year + begins // 12, begins % 12 + 1, quarter, precision)


def read_unit(
    grammar: Grammar, atoms: Sequence[Atom], at: int, *, ands: bool = False
) -> Found | None:
    """Read one unit of time that begins at an atom; None when none does.

    ``ands``: a conjunction may join two months ("between January and March 2000").
    """
    at = _skip_fillers(grammar, atoms, at)
    if at >= len(atoms):
        return None
    edge = grammar.edges.match(atoms, at)
    if edge is not None:
        at = _skip_fillers(grammar, atoms, edge[1])
        if at >= len(atoms):
            return None
    found = (
        _iso_day(atoms, at)
        or _day_first(grammar, atoms, at)
        or _month_first(grammar, atoms, at, ands)
        or _year_part(grammar, atoms, at)
        or _years(grammar, atoms, at)
    )
    if found is None or edge is None:
        return found
    return replace(_edge_of(found[0], edge[0]), edge=edge[0]), found[1]


def read_range(
    grammar: Grammar, atoms: Sequence[Atom], at: int, *, ands: bool = False
) -> Found | None:
    """Read a unit of time, or two joined to a range ("January 2000 to March 2001")."""
    first = read_unit(grammar, atoms, at, ands=ands)
    if first is None:
        return None
    joint = _joint(grammar, atoms, first[1], ands)
    last = read_unit(grammar, atoms, joint) if joint is not None else None
    if last is None or not in_order(first[0], last[0]):
        return first
    return Span(first[0].first, last[0].last, last[0].precision, written_as_range=True), last[1]


def in_order(*spans: Span) -> bool:
    """Whether each span ends no earlier than the one before it begins."""
    return all(one.first <= other.last for one, other in pairwise(spans))
