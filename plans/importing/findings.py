"""Findings: what is to be looked at in a document, and what was looked at and accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: an anomaly, or words without a place, whose ``message`` is "".

    ``section`` is where it is, and ``order`` which block of the document it is at. ``accepted``
    is why it is right as it stands, "" while nobody has said so.
    """

    place: str
    line: int
    message: str
    section: int
    order: int
    accepted: str = ""

    @property
    def at(self) -> Place:
        """Where it stands among the others, in the order of the source."""
        return self.section, self.order


def root(piece_id: str) -> str:
    """The id of the block that a piece begins in."""
    return piece_id.partition("#")[0]


def neighbours(
    findings: Sequence[Finding], block: str, here: Place
) -> tuple[Finding | None, Finding | None]:
    """The findings before and after ``here``, leaving out those at ``block`` itself.

    The ends are joined: after the last comes the first.
    """
    if not findings:
        return None, None
    others = [one for one in findings if root(one.place) != block]
    if not others:
        return findings[0], findings[0]
    after = next((one for one in others if one.at > here), others[0])
    before = next((one for one in reversed(others) if one.at < here), others[-1])
    return before, after
