"""A file of decisions: what became of elements, as a person states it. TOML.

Every ``[[became]]`` names elements of the version before as ``earlier`` and of the new one as
``later``, by their references. ``earlier`` is left out for what is new, ``later`` for what was
dropped. ``reason`` says why. ``kind`` and ``fingerprint`` are checks: a decision whose elements
are of another kind now, or have other references or words, does not fit any more. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import tomli_w

from plans.importing.matching.elements import Kind
from plans.importing.toml import read_toml

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
    kind: Kind | None = None
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


def _kind(stated: Stated, value: str) -> Kind | None:
    if not value:
        return None
    try:
        return Kind(value)
    except ValueError:
        raise MatchingFileError(
            f"{stated.named()}: unknown kind {value!r}; use one of {', '.join(Kind)}"
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
    said = {
        "kind": stated.kind.value if stated.kind else "",
        "earlier": list(stated.earlier),
        "later": list(stated.later),
        "reason": stated.reason,
        "fingerprint": stated.fingerprint,
    }
    return {key: value for key, value in said.items() if value}
