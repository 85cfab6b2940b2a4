"""Acceptances: what is odd in a document, and right as it stands.

What is odd shows when the outline is there, so that is where acceptances are carried out. One
counts for what is odd at its block in just the words that it quotes: as soon as a later
correction changes that, a person has to look anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from plans.importing.correcting import apply_corrections
from plans.importing.corrections import Corrections, Operation
from plans.importing.draft import Anomaly, Draft
from plans.importing.outline import Outline
from plans.importing.outlining import build_outline

_Oddity = tuple[str, str]


def with_acceptances(outline: Outline, before: Draft, corrections: Corrections) -> Outline:
    """``outline`` with the anomalies that ``corrections`` accept, each with the reason.

    ``outline`` is built of ``before``, the draft as classified, with all corrections carried out.
    An acceptance counts no more when a later correction has done away with what was odd. Raises
    CorrectionError for one of what is not odd, and was not when its turn came.
    """
    accepted: dict[_Oddity, str] = {}
    found = _open(outline)
    changes: list[Operation] = []
    then: frozenset[_Oddity] | None = None  # What was odd after ``changes``, once it is asked for.
    for operation in corrections.operations:
        if operation.op != "accept":
            changes.append(operation)
            then = None
            continue
        for oddity in _oddities(operation):
            if oddity in found:
                accepted[oddity] = operation.reason
                continue
            if then is None:
                earlier = Corrections(corrections.document, tuple(changes))
                then = _open(build_outline(apply_corrections(before, earlier)))
            if oddity not in then:
                place, message = oddity
                raise operation.error(f"nothing is odd at block {place} like this: “{message}”")
    if not accepted:
        return outline
    anomalies = tuple(_accepted(anomaly, accepted) for anomaly in outline.anomalies)
    return replace(outline, anomalies=anomalies)


def _open(outline: Outline) -> frozenset[_Oddity]:
    return frozenset((one.place, one.message) for one in outline.anomalies if one.is_open)


def _oddities(operation: Operation) -> Iterator[_Oddity]:
    odd = operation.text("odd")
    return ((place, odd) for place in operation.blocks())


def _accepted(anomaly: Anomaly, accepted: dict[_Oddity, str]) -> Anomaly:
    reason = accepted.get((anomaly.place, anomaly.message), "")
    return replace(anomaly, accepted=reason) if reason and anomaly.is_open else anomaly
