"""Why a change was refused. Each message is a sentence for the person who tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plans.models import StatusRevision, StatusSnapshot

INVALID, CONFLICT, FORBIDDEN = 422, 409, 403


class RefusedError(Exception):
    """A change that was refused; ``str()`` says why and what to do.

    ``status_code`` is that of the answer to the request that asked for the change, ``field`` the
    name of the form's field that is at fault, "" for none.
    """

    status_code: int = INVALID
    field: str = ""


class NotAllowedError(RefusedError):
    """The person has no right to it."""

    status_code = FORBIDDEN


class ConflictError(RefusedError):
    """Something else happened in between, which the person has not seen."""

    status_code = CONFLICT


class RoundClosedError(ConflictError):
    """The round is closed, so nothing in it may change."""


class WrongStateError(ConflictError):
    """The status is in a state in which this cannot be done."""


class InvalidError(RefusedError):
    """Something that was entered cannot be taken. ``field`` names it."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleRevisionError(ConflictError):
    """Somebody saved the status in between. ``newest`` is what they saved, None when the first
    save came from elsewhere and is gone."""

    def __init__(
        self, message: str, *, snapshot: StatusSnapshot, newest: StatusRevision | None
    ) -> None:
        super().__init__(message)
        self.snapshot = snapshot
        self.newest = newest


class StaleCoverError(ConflictError):
    """Somebody saved the cover in between."""


class StaleDraftError(ConflictError):
    """Somebody changed the draft version in between, or it is a draft no more."""


class UndecidedError(InvalidError):
    """What became of elements of the version before is not decided yet, in ``count`` places."""

    def __init__(self, message: str, *, count: int) -> None:
        super().__init__(message)
        self.count = count


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps a round from being closed.

    ``references`` are the elements concerned, in plan order; ``snapshot`` is None for elements
    that no status covers. ``problem`` is a sentence.
    """

    references: tuple[str, ...]
    snapshot: StatusSnapshot | None
    problem: str


class GapsError(RefusedError):
    """The round cannot be closed yet. ``gaps`` says why, one by one."""

    def __init__(self, message: str, gaps: Sequence[Gap]) -> None:
        super().__init__(message)
        self.gaps = tuple(gaps)
