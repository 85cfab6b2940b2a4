"""The road in, from the bytes of a document to its outline and account."""

from __future__ import annotations

from dataclasses import dataclass

from plans.reading.accounting import Account, Measure, measure, take_account
from plans.reading.classify import classify
from plans.reading.correcting import apply_corrections, with_acceptances
from plans.reading.corrections import Corrections
from plans.reading.draft import Draft
from plans.reading.fixture import SourceFile, fixture_objects, fixture_text
from plans.reading.heads import DocumentHead, language_of, read_head
from plans.reading.outline import Outline, build_outline
from plans.reading.progress import Progress, no_progress
from plans.reading.readers import read_source
from plans.reading.readers.mapping import ColumnMapping
from plans.reading.source_table import SourceTable

NO_CORRECTIONS = Corrections(document={}, operations=())


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document read, classified, corrected and accounted for."""

    source: SourceTable
    draft: Draft
    outline: Outline
    head: DocumentHead
    account: Account
    measure: Measure

    def fixture(self) -> str:
        """The text of the fixture."""
        file = SourceFile(self.source.name, self.source.sha256)
        return fixture_text(fixture_objects(self.outline, self.head, file))


@dataclass(frozen=True, slots=True)
class Classified:
    """A document read and classified, before any correction: the part that takes time and that
    corrections do not change."""

    source: SourceTable
    draft: Draft
    outline: Outline


def classified(
    source: SourceTable, *, language: str, progress: Progress = no_progress
) -> Classified:
    """Classify a source table whose time-frames are in ``language``."""
    draft = classify(source, language=language)
    pieces = sum(1 for _piece in draft)
    progress("blocks", pieces, pieces)
    outline = build_outline(draft)
    elements = sum(1 for _element in outline.elements())
    progress("elements", elements, elements)
    return Classified(source, draft, outline)


def corrected(
    before: Classified, corrections: Corrections, *, progress: Progress = no_progress
) -> Parsed:
    """Carry out corrections on a document, and take account of the words.

    Raises CorrectionError when one does not fit, or the ``[document]`` section is at fault.
    """
    source = before.source
    after = apply_corrections(before.draft, corrections)
    outline = with_acceptances(build_outline(after), before.draft, corrections)
    stem = source.name.rpartition(".")[0] or source.name
    head = read_head(corrections.document, outline, file_stem=stem)
    account = take_account(source, after, outline)
    progress("words", account.read - account.unplaced, account.read)
    return Parsed(
        source=source,
        draft=after,
        outline=outline,
        head=head,
        account=account,
        measure=measure(source, (before.draft, before.outline), (after, outline)),
    )


def parse_document(
    data: bytes,
    *,
    name: str,
    corrections: Corrections = NO_CORRECTIONS,
    mapping: ColumnMapping | None = None,
) -> Parsed:
    """Read a document of any kind that there is a reader for.

    ``name`` is its file name; ``mapping`` says which column is what in CSV and XLSX, before what
    the corrections say of it. Raises
    SourceError when the document cannot be read, and CorrectionError when a correction does not
    fit it.
    """
    source = read_source(data, name=name, mapping=mapping or corrections.columns)
    before = classified(source, language=language_of(corrections.document))
    return corrected(before, corrections)
