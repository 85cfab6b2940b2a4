"""From the words of one time-frame to its rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from plans.text.timeframes.en import ENGLISH
from plans.text.timeframes.es import SPANISH
from plans.text.timeframes.fr import FRENCH
from plans.text.timeframes.grammar import Atom, Grammar, atoms_of
from plans.text.timeframes.phrases import Core, read_core
from plans.text.timeframes.rules import Kind, Precision, Rule

_GRAMMARS: Final = {
    vocabulary.language: Grammar(vocabulary) for vocabulary in (ENGLISH, FRENCH, SPANISH)
}
_EDGE_SIGNS = " ,;:.–—-"


def grammar_of(language: str) -> Grammar | None:
    """The grammar of a language tag ("en", "fr-CH", "es_419"); None for other languages."""
    return _GRAMMARS.get(language.replace("_", "-").split("-")[0].lower())


def read_rule(text: str, *, language: str = "en", immediately: date | None = None) -> Rule:
    """Read the rule of one time-frame. Never raises.

    ``text``: the whole cell. Where it holds several phrases, the first one with a date makes the
    rule, else the first one; the others are kept in the qualifier, with " … " for the words that
    the rule expresses ("First initiatives … Continuously").
    ``language``: a tag whose first part is en, fr or es; nothing is read in other languages.
    ``immediately``: the day that "Starting immediately" means, usually that of the adoption;
    without it such a rule is a start without a date.

    A single unit of time is a deadline at its end ("May 2000" is due on 31 May 2000), a range is
    a period. Words without any rule give ``Kind.UNSPECIFIED`` with the whole text, its white
    space collapsed, as the qualifier.
    """
    grammar = grammar_of(language)
    core = None
    if grammar is not None:
        atoms = atoms_of(text)
        core = _deciding_core(grammar, atoms)
    if core is None or core.kind is Kind.UNSPECIFIED:
        return Rule(Kind.UNSPECIFIED, qualifier=" ".join(text.split()))
    begins, ends = atoms[core.start].start, atoms[core.end - 1].end
    starts_on, precision = core.starts_on, core.precision
    if core.immediate and immediately is not None:
        starts_on, precision = immediately, Precision.DAY
    return Rule(
        kind=core.kind,
        starts_on=starts_on,
        due_on=core.due_on,
        recurrence=core.recurrence,
        precision=precision,
        qualifier=_qualifier(text) if core.kept else _qualifier(text[:begins], text[ends:]),
    )


def _qualifier(*pieces: str) -> str:
    """The pieces around a core as one text, without the punctuation at their edges."""
    cleaned = (" ".join(piece.split()).strip(_EDGE_SIGNS) for piece in pieces)
    return " … ".join(piece for piece in cleaned if piece)


def _deciding_core(grammar: Grammar, atoms: Sequence[Atom]) -> Core | None:
    """The first dated core, else the first one that a time-frame can rest on."""
    first: Core | None = None
    at = 0
    while at < len(atoms):
        core = read_core(grammar, atoms, at)
        if core is None or _describes_a_noun(grammar, atoms, core):
            at += 1
            continue
        at = core.end
        if _hangs_on(grammar, atoms, core):
            continue
        if core.dated:
            return core
        first = first or core
    return first


def _describes_a_noun(grammar: Grammar, atoms: Sequence[Atom], core: Core) -> bool:
    """Whether "ongoing" stands before its noun, as in "ongoing reform"."""
    if not core.adjective or core.dated or core.end >= len(atoms):
        return False
    follows = atoms[core.end]
    return follows.word and not follows.capital and follows.form not in grammar.openers


def _hangs_on(grammar: Grammar, atoms: Sequence[Atom], core: Core) -> bool:
    """Whether a bare date belongs to what stands before it, and names no time-frame by itself.

    So it does in brackets after a word ("277th Session (March 2000)"), and after a day or a part
    that does not exist ("31 April 2000", "fourth half 2000").
    """
    if not core.bare or core.start == 0:
        return False
    before = atoms[core.start - 1]
    return (
        (before.form == "(" and core.start > 1)
        or before.form.isdigit()
        or before.form in grammar.parts.firsts
    )
