"""A text on its way through the sign-in page.

Somebody whose session ended while they were writing posts their text as nobody. It travels in
the sign-in form, signed, and becomes their working copy once it is known who they are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core import signing

FIELD = "carried"
"""The name of the hidden field."""

_SALT = "plans.carried"
_KEPT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed into the status of that place in the round."""

    round_id: int
    ordinal: int
    base_revision: int
    category: str
    text: str


def seal(carried: Carried) -> str:
    """``carried`` as a signed text for a hidden field."""
    return signing.dumps(asdict(carried), salt=_SALT, compress=True)


def unseal(sealed: str) -> Carried | None:
    """Read back what ``seal`` wrote; None for anything else, and for what is two days old."""
    if not sealed:
        return None
    try:
        return Carried(**signing.loads(sealed, salt=_SALT, max_age=_KEPT))
    except (signing.BadSignature, TypeError):
        return None
