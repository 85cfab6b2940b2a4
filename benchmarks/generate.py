"""A plan of any size, shaped like the real one, for measuring.

One unit of scale is what the Governing Body's plan has: 17 issues, two of them parents without
a text of their own, and 78 action elements, with contexts, groups, time-frames and statuses as long
as the real ones. The same scale always makes the same plan. Rows are written in bulk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count, cycle, islice

from django.db import transaction

from plans.exports.queries import build_from_database
from plans.models import (
    ActionElement,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
    StatusSnapshot,
    TimeFrame,
)
from plans.reports.canonical import canonical_json, closed_table, sha256_of
from plans.text.categories import Category
from plans.text.timeframes import read_rule

# The elements of each issue in one unit of scale; 0 is a parent issue.
ISSUE_SIZES = (0, 5, 6, 4, 7, 0, 5, 6, 4, 3, 8, 6, 5, 4, 6, 5, 4)
ELEMENTS_PER_UNIT = sum(ISSUE_SIZES)

_PASSAGE = (
    "technical cooperation will be planned with constituents in each region and sector so that "
    "the Office’s programmes & budgets support “decent work”, guidance for field staff is "
    "reviewed and revised, reports are shortened, and evaluation findings are fed back into new "
    "projects at an early stage of their design"
)
_WORDS = _PASSAGE.split()
_TIME_FRAMES = (
    "Completed by April 2000",
    "By end 2000",
    "Starting January 2000 and continuing",
    "Continuously, as feasible",
    "First half 2000",
    "As required",
)
_CATEGORIES = (Category.IN_PROGRESS, Category.CONTINUING, Category.COMPLETED)


def generate(*, scale: int, slug: str = "benchmark", closed: bool = False) -> ReportingRound:
    """Make a published plan of ``scale`` times ``ELEMENTS_PER_UNIT`` elements and its round.

    ``closed`` closes the round with its record. All or nothing. Raises IntegrityError when there
    is a plan of this ``slug``.
    """
    with transaction.atomic():
        plan = Plan.objects.create(slug=slug, title=f"Benchmark plan, {scale} times the real one")
        version = PlanVersion.objects.create(
            plan=plan,
            slug="adopted",
            symbol="GB.276/TC/2",
            session="276th Session",
            dated_on=date(1999, 11, 1),
            published=True,
        )
        for part in _parts(version):
            _fill(version, part, scale)
        round_ = ReportingRound.objects.create(
            version=version,
            as_at=date(2000, 8, 31),
            label="Status as at 31 August 2000",
            symbol="GB.279/TC/2",
            session="279th Session",
            agenda_item="SECOND ITEM ON THE AGENDA",
            title="Progress report",
            paragraphs=[{"number": str(n), "text": _text(90, n)} for n in range(1, 6)],
            footnotes=[{"mark": "¹", "text": "GB.276/TC/2."}],
            place_date="Geneva, 5 October 2000.",
        )
        _report(round_)
        if closed:
            _close(round_)
    return round_


def report_again(round_: ReportingRound) -> ReportingRound:
    """Make a later closed round on the same plan, in which two of three statuses are reworded."""
    with transaction.atomic():
        later = ReportingRound.objects.create(
            version=round_.version,
            as_at=date(2001, 2, 28),
            label="Status as at 28 February 2001",
            symbol="GB.280/TC/2",
            session="280th Session",
            title="Progress report",
        )
        _report(later)
        snapshots = list(later.snapshots.all())
        for snapshot in snapshots:
            if snapshot.ordinal % 3:
                snapshot.text = snapshot.text.replace("field staff", "staff in the field")
                snapshot.text = f"Since the last report: {snapshot.text}"
        StatusSnapshot.objects.bulk_update(snapshots, ["text"], batch_size=500)
        _close(later)
    return later


def _parts(version: PlanVersion) -> list[Part]:
    return Part.objects.bulk_create(
        Part(
            version=version,
            ordinal=ordinal,
            number=number,
            title=_text(9, ordinal),
            issues_heading="Issues to be addressed",
            elements_heading="Context and elements for action",
            time_frame_heading="Time-frame",
        )
        for ordinal, number in enumerate(("I", "II", "III"), 1)
    )


def _fill(version: PlanVersion, part: Part, scale: int) -> None:
    """Give ``part`` its third of the issues, and them their elements."""
    sizes = [
        size
        for index, size in enumerate(islice(cycle(ISSUE_SIZES), scale * len(ISSUE_SIZES)))
        if index % len(ISSUE_SIZES) % 3 == part.ordinal - 1
    ]
    start = part.ordinal * 100_000
    issues = Issue.objects.bulk_create(
        Issue(
            version=version,
            part=part,
            ordinal=start + number,
            number=str(number),
            reference=f"{part.number}.{number}",
            title=_text(14, number),
            context=_text(80, number) if size else "",
        )
        for number, size in enumerate(sizes, 1)
    )
    groups = ElementGroup.objects.bulk_create(
        ElementGroup(
            issue=issue,
            ordinal=ordinal,
            heading="General" if ordinal == 2 else "",
            lead_in=_text(12, ordinal) if ordinal == 2 else "",
        )
        for issue, size in zip(issues, sizes, strict=True)
        for ordinal in range(1, 3 if size > 5 else 2 if size else 1)
    )
    frames = TimeFrame.objects.bulk_create(
        _time_frame(issue, ordinal)
        for issue, size in zip(issues, sizes, strict=True)
        for ordinal in range(1, (size + 1) // 2 + 1)
    )
    group_of = {(group.issue_id, group.ordinal): group for group in groups}
    frame_of = {(frame.issue_id, frame.ordinal): frame for frame in frames}
    ActionElement.objects.bulk_create(
        ActionElement(
            version=version,
            issue=issue,
            group=group_of[issue.pk, 2 if size > 5 and ordinal > 3 else 1],
            time_frame=frame_of[issue.pk, (ordinal + 1) // 2],
            ordinal=ordinal,
            reference=f"{issue.reference}.{ordinal}",
            text=_text(24, ordinal) + ";",
            sources=[f"p1.r{issue.ordinal}.c2.b{ordinal}"],
        )
        for issue, size in zip(issues, sizes, strict=True)
        for ordinal in range(1, size + 1)
    )


def _time_frame(issue: Issue, ordinal: int) -> TimeFrame:
    text = _TIME_FRAMES[(issue.ordinal + ordinal) % len(_TIME_FRAMES)]
    rule = read_rule(text)
    return TimeFrame(
        issue=issue,
        ordinal=ordinal,
        text=text,
        rule_kind=rule.kind,
        starts_on=rule.starts_on,
        due_on=rule.due_on,
        recurrence=rule.recurrence or "",
        precision=rule.precision or "",
        qualifier=rule.qualifier,
    )


def _report(round_: ReportingRound) -> None:
    """A status for every two elements; one in ten reaches over to the next issue."""
    elements = ActionElement.objects.filter(version=round_.version)
    chunks = list(_chunks(list(elements.order_by("issue__ordinal", "ordinal"))))
    snapshots = StatusSnapshot.objects.bulk_create(
        StatusSnapshot(
            round=round_,
            ordinal=ordinal,
            category=_CATEGORIES[ordinal % len(_CATEGORIES)],
            text=f"{_text(40, ordinal)}.\n\n• {_text(12, ordinal + 1)};\n• {_text(9, ordinal)}.",
            state=StatusSnapshot.State.CLEARED,
        )
        for ordinal in range(1, len(chunks) + 1)
    )
    StatusCover.objects.bulk_create(
        StatusCover(round=round_, snapshot=snapshot, element=element)
        for snapshot, chunk in zip(snapshots, chunks, strict=True)
        for element in chunk
    )


def _chunks(elements: list[ActionElement]) -> Iterator[list[ActionElement]]:
    position = 0
    for number in count(1):
        if position >= len(elements):
            return
        size = 4 if number % 10 == 0 else 2
        yield elements[position : position + size]
        position += size


def _close(round_: ReportingRound) -> None:
    content = canonical_json(closed_table(build_from_database(round_)))
    Record.objects.create(round=round_, number=1, content=content, sha256=sha256_of(content))
    round_.state = ReportingRound.State.CLOSED
    round_.save(update_fields=["state"])


def _text(length: int, start: int) -> str:
    """``length`` words, beginning at one that depends on ``start``."""
    words = islice(cycle(_WORDS), start % len(_WORDS), start % len(_WORDS) + length)
    text = " ".join(words)
    return text[0].upper() + text[1:]
