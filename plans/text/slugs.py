"""Short names of plans and versions, as they stand in addresses. Pure."""

from __future__ import annotations

import re
from typing import Final

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG: Final = 60
RESERVED_SLUGS: Final = ("compare",)
"""Short names that no version may have, because addresses have these words in their place."""


def is_slug(text: str) -> bool:
    """Whether ``text`` has the form and length of a short name; it may be a reserved one."""
    return len(text) <= MAX_SLUG and SLUG.fullmatch(text) is not None


def slug_of(symbol: str) -> str:
    """A short name made from a symbol: "gb276-tc-2" of "GB.276/TC/2"; "" where there is none."""
    return hyphened(symbol.replace(".", ""))


def hyphened(text: str) -> str:
    """The letters and digits of ``text``, with hyphens for all that stands between them."""
    return "-".join(re.findall(r"[a-z0-9]+", text.lower()))[:MAX_SLUG].strip("-")
