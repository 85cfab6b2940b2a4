"""What a person has decided, laid over what is proposed; and files of decisions (TOML)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import tomli_w

from plans.reading.corrections import read_toml
from plans.reading.matching.elements import (
    LineageKind,
    Proposal,
    VersionElement,
    fingerprint,
    kind_of,
    plan_order,
)
from plans.reading.matching.proposals import match


@dataclass(frozen=True, slots=True)
class Settled:
    """A decision: that ``earlier`` became ``later``, by their references.

    ``fingerprint`` is that of the elements when it was taken; ``key`` is the caller's.
    """

    key: int
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class MatchingRow:
    """What became of some elements: as decided where ``settled`` is given, else as proposed."""

    proposal: Proposal
    earlier: tuple[VersionElement, ...]
    later: tuple[VersionElement, ...]
    settled: Settled | None

    @property
    def fingerprint(self) -> str:
        """Identifies the row by the references and words of its elements."""
        return fingerprint(self.earlier, self.later)


def overlay(
    earlier: Sequence[VersionElement],
    later: Sequence[VersionElement],
    proposals: Sequence[Proposal],
    decisions: Iterable[Settled],
) -> tuple[list[MatchingRow], list[Settled]]:
    """The rows of both versions, and the decisions that fit them no longer.

    A decision fits while its elements have the references and words that they had. Every
    reference is in exactly one row. Elements that a decision takes out of a proposal leave the
    others of it behind; what became of those is proposed anew among themselves.
    """
    before = {element.reference: element for element in earlier}
    after = {element.reference: element for element in later}
    fitting, stale = _fitting(decisions, before, after)
    gone = {reference for settled in fitting for reference in settled.earlier}
    come = {reference for settled in fitting for reference in settled.later}
    unaffected = [
        proposal
        for proposal in proposals
        if gone.isdisjoint(proposal.earlier) and come.isdisjoint(proposal.later)
    ]
    gone.update(reference for proposal in unaffected for reference in proposal.earlier)
    come.update(reference for proposal in unaffected for reference in proposal.later)
    unaffected += match(
        [element for element in earlier if element.reference not in gone],
        [element for element in later if element.reference not in come],
    )
    as_proposed = {(proposal.earlier, proposal.later): proposal for proposal in proposals}
    rows = [_row(proposal, None, before, after) for proposal in unaffected]
    for settled in fitting:
        sides = (settled.earlier, settled.later)
        proposal = as_proposed.get(sides) or _decided(sides, before, after)
        rows.append(_row(proposal, settled, before, after))
    place_before = {element.reference: place for place, element in enumerate(earlier)}
    place_after = {element.reference: place for place, element in enumerate(later)}
    ordered = plan_order(
        rows,
        lambda row: (
            [place_before[reference] for reference in row.proposal.earlier],
            [place_after[reference] for reference in row.proposal.later],
        ),
    )
    return ordered, stale


def _fitting(
    decisions: Iterable[Settled],
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> tuple[list[Settled], list[Settled]]:
    """The decisions whose elements are as they were, and the others."""
    fitting: list[Settled] = []
    stale: list[Settled] = []
    gone: set[str] = set()
    come: set[str] = set()
    for settled in decisions:
        known = before.keys() >= {*settled.earlier} and after.keys() >= {*settled.later}
        free = gone.isdisjoint(settled.earlier) and come.isdisjoint(settled.later)
        if (
            known
            and free
            and settled.fingerprint
            == fingerprint(
                [before[reference] for reference in settled.earlier],
                [after[reference] for reference in settled.later],
            )
        ):
            fitting.append(settled)
            gone.update(settled.earlier)
            come.update(settled.later)
        else:
            stale.append(settled)
    return fitting, stale


def _decided(
    sides: tuple[tuple[str, ...], tuple[str, ...]],
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> Proposal:
    """A person's own decision in the form of a proposal."""
    earlier, later = sides
    kind = kind_of([before[name] for name in earlier], [after[name] for name in later])
    return Proposal(kind=kind, earlier=earlier, later=later, score=0, why=())


def _row(
    proposal: Proposal,
    settled: Settled | None,
    before: Mapping[str, VersionElement],
    after: Mapping[str, VersionElement],
) -> MatchingRow:
    return MatchingRow(
        proposal=proposal,
        earlier=tuple(before[reference] for reference in proposal.earlier),
        later=tuple(after[reference] for reference in proposal.later),
        settled=settled,
    )


# -- Files of decisions ---------------------------------------------------------------------------
# Every ``[[became]]`` names elements of the version before as ``earlier`` and of the new one as
# ``later``, by their references. ``earlier`` is left out for what is new, ``later`` for what was
# dropped. ``reason`` says why. ``kind`` and ``fingerprint`` are checks: a decision whose elements
# are of another kind now, or have other references or words, does not fit any more. Pure.

_KEYS = ("kind", "earlier", "later", "reason", "fingerprint")


class MatchingFileError(ValueError):
    """A file of decisions that cannot be read or does not fit. Names the decision."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One decision: its number in the file (from 1) and its elements by their references.

    ``kind`` is None and ``fingerprint`` "" where the file does not say.
    """

    number: int
    earlier: tuple[str, ...]
    later: tuple[str, ...]
    reason: str = ""
    kind: LineageKind | None = None
    fingerprint: str = ""

    def named(self) -> str:
        """The decision in words: “decision 2 (I.1.1 → I.1.1, I.1.2)”."""
        sides = (", ".join(side) or "–" for side in (self.earlier, self.later))
        return f"decision {self.number} ({' → '.join(sides)})"


def read_stated(text: str) -> tuple[Stated, ...]:
    """The decisions of a file.

    Raises MatchingFileError for anything that is not such a file: no TOML, an unknown key or
    kind, a decision about nothing, an element that stands in two of them.
    """
    try:
        data = read_toml(text)
    except ValueError as error:
        raise MatchingFileError(f"not a file of decisions: {error}") from error
    unknown = set(data) - {"became"}
    if unknown:
        raise MatchingFileError(f"unknown section {min(unknown)!r}; write [[became]]")
    items = data.get("became", [])
    if not isinstance(items, list):
        raise MatchingFileError("write [[became]] for every decision")
    found = tuple(_stated(number, item) for number, item in enumerate(items, 1))
    _check_once(found)
    return found


def write_stated(decisions: Iterable[Stated]) -> str:
    """A file of decisions, which ``read_stated`` reads back to the same."""
    return "\n".join(f"[[became]]\n{tomli_w.dumps(_item(stated))}" for stated in decisions)


def _stated(number: int, item: object) -> Stated:
    keys: Mapping[str, Any] = item if isinstance(item, dict) else {}
    earlier, later = (_references(number, keys, side) for side in ("earlier", "later"))
    stated = Stated(number, earlier, later)
    unknown = set(keys) - set(_KEYS)
    if unknown:
        raise MatchingFileError(f"{stated.named()}: does not know {min(unknown)!r}")
    if not earlier and not later:
        raise MatchingFileError(f"decision {number}: needs 'earlier' or 'later', or both")
    return replace(
        stated,
        reason=_text(stated, keys, "reason"),
        kind=_kind(stated, _text(stated, keys, "kind")),
        fingerprint=_text(stated, keys, "fingerprint"),
    )


def _references(number: int, keys: Mapping[str, Any], side: str) -> tuple[str, ...]:
    value = keys.get(side, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise MatchingFileError(f"decision {number}: {side!r} is a list of references")
    return tuple(dict.fromkeys(value))


def _text(stated: Stated, keys: Mapping[str, Any], key: str) -> str:
    value = keys.get(key, "")
    if not isinstance(value, str):
        raise MatchingFileError(f"{stated.named()}: {key!r} is a text")
    return value


def _kind(stated: Stated, value: str) -> LineageKind | None:
    if not value:
        return None
    try:
        return LineageKind(value)
    except ValueError:
        raise MatchingFileError(
            f"{stated.named()}: unknown kind {value!r}; use one of {', '.join(LineageKind)}"
        ) from None


def _check_once(decisions: Iterable[Stated]) -> None:
    """Raise MatchingFileError when an element stands in two decisions."""
    met: dict[tuple[str, str], int] = {}
    for stated in decisions:
        for side, references in (("earlier", stated.earlier), ("later", stated.later)):
            for reference in references:
                before = met.setdefault((side, reference), stated.number)
                if before != stated.number:
                    raise MatchingFileError(
                        f"{stated.named()}: {side} {reference} is in decision {before} already"
                    )


def _item(stated: Stated) -> dict[str, Any]:
    item = {
        "kind": stated.kind.value if stated.kind else "",
        "earlier": list(stated.earlier),
        "later": list(stated.later),
        "reason": stated.reason,
        "fingerprint": stated.fingerprint,
    }
    return {key: value for key, value in item.items() if value}
