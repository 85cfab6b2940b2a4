"""Hypothesis strategies for the values that tests are made of."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from plans.reports.table import (
    Cover,
    CoverParagraph,
    ElementCell,
    Footnote,
    GroupCell,
    IssueCell,
    NoteCell,
    PartTable,
    PlanHead,
    ReportTable,
    RoundHead,
    StatusCell,
    TimeFrameCell,
    VersionHead,
)
from plans.text import prose
from plans.text.categories import Category
from plans.text.timeframes import Kind, Precision, Recurrence, Rule, ScheduleState, read_rule

# Words that formats trip over, beside whatever letters hypothesis thinks of.
HOSTILE = (
    "=1+1",
    "+44",
    "-5",
    "@SUM(A1)",
    "</td><script>alert(1)</script>",
    '"quoted", with commas; and\nlines',
    "• a bullet\n• another\n\na paragraph",
    "é – ¹ “”",
    "&amp;",
    "\tindented",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cn"), include_characters="\n\t"),
        max_size=20,
    ),
)
words = texts.filter(str.strip)
dates = st.dates(date(1900, 1, 1), date(2199, 12, 31))
notes = st.lists(
    st.builds(NoteCell, text=words, confidence=st.sampled_from(["high", "medium", "low"])),
    max_size=2,
).map(tuple)
rules = st.builds(
    Rule,
    kind=st.sampled_from(Kind),
    starts_on=st.none() | dates,
    due_on=st.none() | dates,
    recurrence=st.none() | st.sampled_from(Recurrence),
    precision=st.none() | st.sampled_from(Precision),
    qualifier=texts,
)
covers = st.builds(
    Cover,
    agenda_item=texts,
    title=texts,
    paragraphs=st.lists(st.builds(CoverParagraph, texts, texts), max_size=3).map(tuple),
    footnotes=st.lists(
        st.builds(Footnote, st.sampled_from(["¹", "²", "1", "*"]), texts),
        max_size=3,
        unique_by=lambda note: note.mark,
    ).map(tuple),
    place_date=texts,
)
round_heads = st.builds(
    RoundHead,
    as_at=dates,
    label=words,
    state=st.sampled_from(["open", "closed"]),
    symbol=texts,
    symbol_inferred=st.booleans(),
    session=texts,
    record_sha256=st.none() | st.just("0" * 64),
)


@st.composite
def report_tables(draw: st.DrawFn, max_parts: int = 3) -> ReportTable:
    """Whole reports that keep the contract: references are unique and every id is known.

    Statuses cover whatever elements they like, in one run, in several, and across Parts;
    time-frames do so within their issue. Issues may be parents, and may be empty.
    """
    status_of: dict[str, str] = {}
    covered: dict[str, list[str]] = defaultdict(list)
    parts = []
    for part_number in range(1, draw(st.integers(0, max_parts)) + 1):
        issues: list[IssueCell] = []
        elements: list[ElementCell] = []
        frames: list[TimeFrameCell] = []
        for issue_number in range(1, draw(st.integers(0, 3)) + 1):
            issue, its_elements, its_frames = draw(
                _issues(f"{part_number}.{issue_number}", issues[-1] if issues else None)
            )
            for index, element in enumerate(its_elements):
                status = draw(st.none() | st.sampled_from(["status-1", "status-2", "status-3"]))
                if status is not None:
                    status_of[element.reference] = status
                    covered[status].append(element.reference)
                    its_elements[index] = _with_status(element, status)
            issues.append(issue)
            elements += its_elements
            frames += its_frames
        parts.append((str(part_number), issues, elements, frames))
    statuses = {
        status_id: draw(
            st.builds(
                StatusCell,
                id=st.just(status_id),
                category=st.sampled_from([category.value for category in Category]),
                text=texts,
                covers=st.just(tuple(references)),
                schedule=st.fixed_dictionaries(
                    {
                        reference: st.sampled_from([state.value for state in ScheduleState])
                        for reference in references
                    }
                ),
            )
        )
        for status_id, references in covered.items()
    }
    return ReportTable(
        plan=PlanHead(slug="plan", title=draw(words)),
        version=VersionHead(
            slug="version",
            symbol=draw(words),
            session=draw(texts),
            date=draw(st.sampled_from([None, "1999", "1999-11", "1999-11-17"])),
            language=draw(st.sampled_from(["en", "fr", "es", "ar"])),
        ),
        round=draw(round_heads),
        cover=draw(covers),
        parts=tuple(
            PartTable(
                number=number,
                title=draw(words),
                columns=(draw(words), draw(words), draw(words), draw(words)),
                issues=tuple(issues),
                elements=tuple(elements),
                time_frames=tuple(frames),
                statuses=tuple(
                    status
                    for status in statuses.values()
                    if status.covers[0] in {element.reference for element in elements}
                ),
            )
            for number, issues, elements, frames in parts
        ),
    )


def _with_status(element: ElementCell, status: str) -> ElementCell:
    return ElementCell(
        reference=element.reference,
        issue=element.issue,
        text=element.text,
        missing_in_source=element.missing_in_source,
        notes=element.notes,
        source=element.source,
        time_frame=element.time_frame,
        status=status,
    )


@st.composite
def _issues(
    draw: st.DrawFn, reference: str, before: IssueCell | None
) -> tuple[IssueCell, list[ElementCell], list[TimeFrameCell]]:
    elements: list[ElementCell] = []
    groups: list[GroupCell] = []
    covered: dict[str, list[str]] = defaultdict(list)
    for _ in range(draw(st.integers(0, 3))):
        first = len(elements)
        for _ in range(draw(st.integers(0, 3))):
            name = f"{reference}.{len(elements) + 1}"
            frame = draw(st.none() | st.sampled_from([f"tf-{reference}-1", f"tf-{reference}-2"]))
            if frame is not None:
                covered[frame].append(name)
            missing = draw(st.booleans())
            elements.append(
                ElementCell(
                    reference=name,
                    issue=reference,
                    text="" if missing else draw(words),
                    missing_in_source=missing,
                    notes=draw(notes),
                    source=("p1.r1.c2.b1",),
                    time_frame=frame,
                    status=None,
                )
            )
        groups.append(
            GroupCell(
                heading=draw(st.none() | words),
                lead_in=draw(st.none() | words),
                elements=tuple(element.reference for element in elements[first:]),
            )
        )
    issue = IssueCell(
        reference=reference,
        number=draw(st.sampled_from(["1", "1(a)", "(a)"])),
        parent=before.reference if before and draw(st.booleans()) else None,
        title=draw(words),
        context=draw(texts),
        notes=draw(notes),
        groups=tuple(groups),
    )
    frames = [
        TimeFrameCell(id=frame, text=draw(words), covers=tuple(names), rule=draw(rules))
        for frame, names in sorted(covered.items())
    ]
    return issue, elements, frames


# What a printed table can carry: every text is as the tracker stores it, every number is that of
# its place, and every group has elements.


def _one_block(text: str) -> str:
    """``text`` as the words of one paragraph, beginning with no sign of a bullet."""
    return next((block.text for block in prose.parse(prose.clean(text))), "")


def _printed(text: str) -> str:
    return "".join(letter for letter in text if letter not in "\ufffe\uffff")


lines = texts.map(_printed).map(_one_block).filter(prose.words)
narratives = texts.map(_printed).map(prose.clean).filter(prose.words)
plain_lines = lines.filter(lambda text: not text[0].isdigit())


@st.composite
def printed_tables(draw: st.DrawFn) -> ReportTable:
    """Reports that every printed format can carry whole, apart from notes, sources and rules."""
    headings = draw(st.tuples(lines, lines, lines, lines))
    status_of: dict[str, str] = {}
    parts = [
        (str(number), *_printed_part(draw, str(number), status_of))
        for number in range(1, draw(st.integers(1, 3)) + 1)
    ]
    covered: dict[str, list[str]] = defaultdict(list)
    for reference, status in status_of.items():
        covered[status].append(reference)
    numbers = {status: f"status-{number}" for number, status in enumerate(covered, 1)}
    statuses = [
        StatusCell(
            id=numbers[status],
            category=draw(st.sampled_from(Category)).value,
            text=draw(narratives | st.just("")),
            covers=tuple(references),
            schedule={},
        )
        for status, references in covered.items()
    ]
    return ReportTable(
        plan=PlanHead(slug="plan", title="Plan"),
        version=VersionHead("version", "GB.1", "", None, draw(st.sampled_from(["en", "fr", "es"]))),
        round=RoundHead(
            as_at=draw(dates),
            label=headings[3],
            state=draw(st.sampled_from(["open", "closed"])),
            symbol=draw(st.sampled_from(["", "GB.279/TC/2"])),
            symbol_inferred=False,
            session="",
            record_sha256=None,
        ),
        cover=draw(_printed_covers),
        parts=tuple(
            PartTable(
                number=number,
                title=draw(lines),
                columns=headings,
                issues=tuple(issues),
                elements=tuple(
                    _with_status(element, numbers[status_of[element.reference]])
                    if element.reference in status_of
                    else element
                    for element in elements
                ),
                time_frames=tuple(frames),
                statuses=tuple(
                    status
                    for status in statuses
                    if status.covers[0] in {element.reference for element in elements}
                ),
            )
            for number, issues, elements, frames in parts
        ),
    )


_printed_covers = st.builds(
    Cover,
    agenda_item=lines | st.just(""),
    title=lines,
    paragraphs=st.lists(
        st.builds(CoverParagraph, st.sampled_from(["1", "2", "12"]), lines)
        | st.builds(CoverParagraph, st.just(""), plain_lines),
        max_size=3,
    ).map(tuple),
    footnotes=st.lists(
        st.builds(Footnote, st.sampled_from(["¹", "²", "*"]), lines),
        max_size=3,
        unique_by=lambda note: note.mark,
    ).map(tuple),
    place_date=lines | st.just(""),
)


def _printed_part(
    draw: st.DrawFn, part: str, status_of: dict[str, str]
) -> tuple[list[IssueCell], list[ElementCell], list[TimeFrameCell]]:
    issues: list[IssueCell] = []
    elements: list[ElementCell] = []
    frames: list[TimeFrameCell] = []
    for top in range(1, draw(st.integers(1, 2)) + 1):
        reference = f"{part}.{top}"
        bare = draw(st.booleans())
        numbers = [(str(top), reference, None)]
        for letter in "ab"[: draw(st.integers(0, 2))]:
            number = draw(st.sampled_from([f"{top}({letter})", f"({letter})"]))
            numbers.append((number, f"{reference}({letter})", reference))
        for number, name, parent in numbers:
            issue, its_elements, its_frames = _printed_issue(
                draw, name, number, parent, bare=bare and parent is None
            )
            issues.append(issue)
            elements += its_elements
            frames += its_frames
            for element in its_elements:
                status = draw(st.none() | st.sampled_from(["a", "b", "c"]))
                if status is not None:
                    status_of[element.reference] = status
    return issues, elements, frames


def _printed_issue(
    draw: st.DrawFn, reference: str, number: str, parent: str | None, *, bare: bool
) -> tuple[IssueCell, list[ElementCell], list[TimeFrameCell]]:
    elements: list[ElementCell] = []
    groups: list[GroupCell] = []
    covered: dict[str, list[str]] = defaultdict(list)
    for index in range(0 if bare else draw(st.integers(0, 3))):
        heading, lead_in = draw(st.tuples(st.none() | lines, st.none() | lines))
        if index and heading is None and lead_in is None:
            heading = draw(lines)
        first = len(elements)
        for _ in range(draw(st.integers(1, 3))):
            name = f"{reference}.{len(elements) + 1}"
            frame = draw(st.none() | st.sampled_from(["a", "b"]))
            if frame is not None:
                covered[frame].append(name)
            missing = draw(st.booleans())
            elements.append(
                ElementCell(
                    reference=name,
                    issue=reference,
                    text="" if missing else draw(lines),
                    missing_in_source=missing,
                    notes=(),
                    source=(),
                    time_frame=frame,
                    status=None,
                )
            )
        names = tuple(element.reference for element in elements[first:])
        groups.append(GroupCell(heading, lead_in, names))
    ids = {frame: f"tf-{reference}-{number}" for number, frame in enumerate(covered, 1)}
    frames = [
        TimeFrameCell(ids[frame], draw(lines), tuple(names), read_rule(""))
        for frame, names in covered.items()
    ]
    issue = IssueCell(
        reference=reference,
        number=number,
        parent=parent,
        title=draw(lines),
        context="" if bare else draw(narratives | st.just("")),
        notes=(),
        groups=tuple(groups),
    )
    elements = [
        replace(element, time_frame=ids[element.time_frame]) if element.time_frame else element
        for element in elements
    ]
    return issue, elements, frames
