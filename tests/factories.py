"""Plans, rounds and people for tests, made through the models.

Nothing here is random: the same call makes the same rows, so that tests can assert exact values.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from plans.exports.queries import build_from_database
from plans.models import (
    ActionElement,
    EditorialNote,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    Role,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    TimeFrame,
    Unit,
)
from plans.reports.canonical import canonical_json, closed_table, sha256_of
from plans.text.categories import Category
from plans.text.timeframes import read_rule
from tests.aside import triggers_aside

PASSWORD = "correct horse battery staple"
AS_AT = date(2000, 8, 31)
TIME_FRAMES = ("Completed by April 2000", "By end 2000", "Continuously", "As required")
CATEGORIES = (
    Category.IN_PROGRESS,
    Category.COMPLETED,
    Category.CONTINUING,
    Category.NOT_STARTED,
)


def make_user(
    username: str = "reader", role: Role | None = None, *, units: Iterable[Unit] = ()
) -> User:
    """A person with the password ``PASSWORD``; without a role, a reader."""
    user = User.objects.create(
        username=username, password=_password_hash(), is_staff=role is Role.ADMINISTRATOR
    )
    if role is not None:
        user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    for unit in units:
        unit.members.add(user)
    return user


@cache
def _password_hash() -> str:
    # Hashing is slow on purpose; once for a run of the tests is enough.
    return make_password(PASSWORD)


def make_unit(slug: str = "evaluation", name: str = "") -> Unit:
    return Unit.objects.create(slug=slug, name=name or slug.replace("-", " ").capitalize())


def make_version(
    *,
    plan: str = "technical-cooperation",
    slug: str = "gb276-tc-2",
    symbol: str = "GB.276/TC/2",
    published: bool = True,
    language: str = "en",
    dated_on: date | None = date(1999, 11, 1),
) -> PlanVersion:
    """An empty version of the plan ``plan``, which is made when there is none yet."""
    owner, _ = Plan.objects.get_or_create(
        slug=plan, defaults={"title": "Technical cooperation implementation plan"}
    )
    return PlanVersion.objects.create(
        plan=owner,
        slug=slug,
        symbol=symbol,
        session="276th Session",
        dated_on=dated_on,
        date_precision=PlanVersion.DatePrecision.MONTH,
        language=language,
        published=published,
    )


def make_part(
    version: PlanVersion,
    number: str = "I",
    *,
    title: str = "Relevance",
    elements_heading: str = "Context and elements for action",
) -> Part:
    return Part.objects.create(
        version=version,
        ordinal=version.parts.count() + 1,
        number=number,
        title=title,
        issues_heading="Issues to be addressed",
        elements_heading=elements_heading,
        time_frame_heading="Time-frame",
    )


def make_issue(
    part: Part,
    number: str = "1",
    *,
    reference: str = "",
    parent: Issue | None = None,
    title: str = "",
    context: str = "",
) -> Issue:
    """An issue after all others of its version; ``reference`` defaults to ``<Part>.<number>``."""
    return Issue.objects.create(
        version=part.version,
        part=part,
        parent=parent,
        ordinal=part.version.issues.count() + 1,
        number=number,
        reference=reference or f"{part.number}.{number}",
        title=title or f"Issue {number}",
        context=context,
        sources=[],
    )


def make_group(issue: Issue, *, heading: str = "", lead_in: str = "") -> ElementGroup:
    return ElementGroup.objects.create(
        issue=issue, ordinal=issue.groups.count() + 1, heading=heading, lead_in=lead_in
    )


def make_time_frame(issue: Issue, text: str = "Completed by April 2000") -> TimeFrame:
    """A time-frame whose rule is the one read from its words."""
    rule = read_rule(text)
    return TimeFrame.objects.create(
        issue=issue,
        ordinal=issue.time_frames.count() + 1,
        text=text,
        rule_kind=rule.kind,
        starts_on=rule.starts_on,
        due_on=rule.due_on,
        recurrence=rule.recurrence or "",
        precision=rule.precision or "",
        qualifier=rule.qualifier,
    )


def make_element(
    group: ElementGroup,
    text: str | None = None,
    *,
    time_frame: TimeFrame | None = None,
    missing: bool = False,
    units: Iterable[Unit] = (),
) -> ActionElement:
    """The next element of the group's issue. ``missing`` makes one whose words were lost."""
    issue = group.issue
    ordinal = issue.elements.count() + 1
    reference = f"{issue.reference}.{ordinal}"
    if missing:
        text = ""
    elif text is None:
        text = f"Element {reference} will be carried out."
    element = ActionElement.objects.create(
        version=issue.version,
        issue=issue,
        group=group,
        time_frame=time_frame,
        ordinal=ordinal,
        reference=reference,
        text=text,
        missing_in_source=missing,
        sources=[f"p1.r{issue.ordinal}.c2.b{ordinal}"],
    )
    element.units.add(*units)
    return element


def make_note(
    at: Issue | ActionElement, text: str = "The source is torn here.", confidence: str = "medium"
) -> EditorialNote:
    """An editorial note at an issue or at an element."""
    return EditorialNote.objects.create(
        version=at.version,
        issue=at if isinstance(at, Issue) else None,
        element=at if isinstance(at, ActionElement) else None,
        ordinal=at.version.notes.count() + 1,
        text=text,
        confidence=confidence,
    )


def make_plan(
    *,
    issues: int = 1,
    elements: int = 2,
    slug: str = "technical-cooperation",
    published: bool = True,
) -> PlanVersion:
    """A version of two Parts with ``issues`` issues of ``elements`` elements each.

    Issues stand in Part I, except that with two or more the last one stands in Part II. With
    three or more, the second and third are sub-issues ``1(a)`` and ``1(b)`` of the first. Every
    issue has a context and, from two elements on, a second group with heading and lead-in that
    holds its later half. Two neighbouring elements share a time-frame. The last element of the
    version carries an editorial note. ``elements`` is at least 1.
    """
    version = make_version(plan=slug, published=published)
    first_part = make_part(version, "I", title="Relevance")
    second_part = make_part(version, "II", title="Management")
    top: Issue | None = None
    element: ActionElement | None = None
    for index in range(issues):
        in_second = issues > 1 and index == issues - 1
        sub = index in (1, 2) and issues > 2 and not in_second
        number = f"1({'ab'[index - 1]})" if sub else "1" if in_second else str(index + 1)
        issue = make_issue(
            second_part if in_second else first_part,
            number,
            parent=top if sub else None,
            title=f"Title of issue {number}",
            context=f"Context of issue {number}, elements of which are:",
        )
        top = top or issue
        element = _fill(issue, elements)
    if element is not None:
        make_note(element)
    return version


def _fill(issue: Issue, elements: int) -> ActionElement:
    group = make_group(issue)
    frame: TimeFrame | None = None
    for index in range(elements):
        if index and index == (elements + 1) // 2:
            group = make_group(issue, heading="General", lead_in="In parallel with this:")
        if index % 2 == 0:
            frame = make_time_frame(issue, TIME_FRAMES[index // 2 % len(TIME_FRAMES)])
        element = make_element(group, time_frame=frame)
    return element


def rewrite(version: PlanVersion, text: str) -> None:
    """Give every element other words, past the database that keeps a published version's."""
    with triggers_aside():
        version.elements.update(text=text)


def make_round(
    version: PlanVersion, *, as_at: date = AS_AT, closed: bool = False
) -> ReportingRound:
    """A round with a cover and no status. ``closed`` closes it, with its record."""
    round_ = ReportingRound.objects.create(
        version=version,
        as_at=as_at,
        label=f"Status as at {as_at.day} {as_at:%B %Y}",
        symbol="GB.279/TC/2",
        symbol_inferred=True,
        session="279th Session",
        agenda_item="SECOND ITEM ON THE AGENDA",
        title="Progress report on the implementation plan",
        paragraphs=[
            {"number": "1", "text": "The Committee asked for a report.¹"},
            {"number": "2", "text": "It is found in the appendix."},
        ],
        footnotes=[{"mark": "¹", "text": "GB.276/TC/2."}],
        place_date="Geneva, 2 October 2000.",
    )
    if closed:
        close(round_)
    return round_


def make_status(
    round_: ReportingRound,
    elements: Iterable[ActionElement],
    *,
    text: str = "Work is in progress.",
    category: Category = Category.IN_PROGRESS,
    state: str = StatusSnapshot.State.CLEARED,
    by: User | None = None,
) -> StatusSnapshot:
    """The next status of an open round, covering ``elements``, with its first revision."""
    snapshot = StatusSnapshot.objects.create(
        round=round_,
        ordinal=round_.snapshots.count() + 1,
        category=category,
        text=text,
        state=state,
        revision=1,
    )
    for element in elements:
        StatusCover.objects.create(round=round_, snapshot=snapshot, element=element)
    StatusRevision.objects.create(snapshot=snapshot, number=1, category=category, text=text, by=by)
    return snapshot


def close(round_: ReportingRound) -> Record:
    """Close a round as it stands and write its record, without asking whether it is complete."""
    table = closed_table(build_from_database(round_))
    previous = round_.records.order_by("number").last()
    content = canonical_json(table)
    record = Record.objects.create(
        round=round_,
        number=previous.number + 1 if previous else 1,
        content=content,
        sha256=sha256_of(content),
        previous_sha256=previous.sha256 if previous else "",
    )
    round_.state = ReportingRound.State.CLOSED
    round_.save(update_fields=["state"])
    return record


def make_report(
    *,
    issues: int = 1,
    elements: int = 2,
    closed: bool = True,
    slug: str = "technical-cooperation",
    as_at: date = AS_AT,
) -> ReportingRound:
    """``make_plan`` with a round in which every element has a status.

    The elements of each issue are covered two by two; categories take turns. With two or more
    issues the last status of the first issue also covers the last element of the version.
    """
    version = make_plan(issues=issues, elements=elements, slug=slug)
    round_ = make_round(version, as_at=as_at)
    by_issue = [
        list(issue.elements.order_by("ordinal")) for issue in version.issues.order_by("ordinal")
    ]
    reach = by_issue[-1].pop() if issues > 1 else None
    count = 0
    for position, found in enumerate(by_issue):
        for start in range(0, len(found), 2):
            covered = found[start : start + 2]
            if reach is not None and position == 0 and start + 2 >= len(found):
                covered.append(reach)
            category = CATEGORIES[count % len(CATEGORIES)]
            count += 1
            make_status(
                round_,
                covered,
                category=category,
                text=f"Status {count} in one paragraph.\n\n• first bullet;\n• second bullet.",
            )
    if closed:
        close(round_)
    return round_
