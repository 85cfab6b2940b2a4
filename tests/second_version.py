"""The real plan as a later document might have it: a made-up second version, from known edits.

The edits are written as changes of the adopted words, which stay in the fixture. ``BECAME`` says
what a careful reader would find.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from plans.models import ActionElement, ElementGroup, Issue, Part, PlanVersion, TimeFrame
from plans.reading.matching import LineageKind, VersionElement
from tests.reading.documents import HEADINGS, bullets, table

FIXTURE = Path(__file__).parents[1] / "fixtures" / "technical-cooperation.json"

BECAME: tuple[tuple[LineageKind, tuple[str, ...], tuple[str, ...]], ...] = (
    (LineageKind.REWORDED, ("I.1(a).1",), ("I.1(a).1",)),
    (LineageKind.MOVED, ("I.1(b).2",), ("I.1(b).1",)),
    (LineageKind.MOVED, ("I.1(b).1",), ("I.1(b).2",)),
    (LineageKind.SPLIT, ("I.2(a).2",), ("I.2(a).2", "I.2(a).3")),
    (LineageKind.MOVED, ("I.2(a).3",), ("I.2(a).4",)),
    (LineageKind.MERGED, ("I.2(c).3", "I.2(c).4"), ("I.2(c).3",)),
    (LineageKind.MOVED, ("I.3(b).2",), ("I.3(a).3",)),
    (LineageKind.DROPPED, ("II.1.2",), ()),
    (LineageKind.MOVED, ("II.1.3",), ("II.1.2",)),
    (LineageKind.REWORDED, ("II.2.3",), ("II.2.3",)),
    (LineageKind.NEW, (), ("II.2.8",)),
    (LineageKind.DROPPED, ("II.3.2",), ()),
    (LineageKind.MOVED, ("II.3.3",), ("II.3.2",)),
    (LineageKind.MOVED, ("II.3.4",), ("II.3.3",)),
    (LineageKind.MOVED, ("II.3.5",), ("II.3.4",)),
    (LineageKind.MOVED, ("II.3.6",), ("II.3.5",)),
    (LineageKind.MERGED, ("II.4.6", "II.4.7"), ("II.4.6",)),
    (LineageKind.MOVED, ("II.4.8",), ("II.4.7",)),
    (LineageKind.MOVED, ("II.4.9",), ("II.4.8",)),
    (LineageKind.SPLIT, ("III.1.5",), ("III.1.5", "III.1.6")),
    (LineageKind.REWORDED, ("III.1(b).2",), ("III.1(b).2",)),
    (LineageKind.REWORDED, ("III.1(c).2",), ("III.1(c).2",)),
    (LineageKind.NEW, (), ("III.1(e).5",)),
)
"""What is not the same, as (kind, earlier, later), in the order of the second version."""


@dataclass(frozen=True, slots=True)
class Line:
    """An element to be: its words, and which group and time-frame of its issue it belongs to."""

    text: str
    group: int
    frame: tuple[str, int] | None


@cache
def _objects(model: str) -> list[dict[str, Any]]:
    rows = json.loads(FIXTURE.read_text(encoding="utf-8"))
    return [row["fields"] for row in rows if row["model"] == f"plans.{model}"]


def _lines() -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {issue["reference"]: [] for issue in _objects("issue")}
    for fields in _objects("actionelement"):
        frame = fields["time_frame"]
        found[fields["issue"][-1]].append(
            Line(fields["text"], fields["group"][-1], (frame[2], frame[3]) if frame else None)
        )
    return found


def _edited() -> dict[str, list[Line]]:
    plan = _lines()

    def change(issue: str, number: int, old: str, new: str) -> None:
        line = plan[issue][number - 1]
        assert old in line.text, (issue, number, old)
        plan[issue][number - 1] = replace(line, text=line.text.replace(old, new))

    def split(issue: str, number: int, word: str, beginning: str = "") -> None:
        line = plan[issue][number - 1]
        head, found, tail = line.text.partition(word)
        assert found, (issue, number, word)
        plan[issue][number - 1 : number] = [
            replace(line, text=f"{head.rstrip(' ,')};"),
            replace(line, text=f"{beginning}{found}{tail}".strip()),
        ]

    def merge(issue: str, number: int, between: str) -> None:
        first, second = plan[issue][number - 1 : number + 1]
        text = f"{first.text.rstrip(';.')}{between}{second.text}"
        plan[issue][number - 1 : number + 1] = [replace(first, text=text)]

    def add(issue: str, text: str) -> None:
        plan[issue].append(replace(plan[issue][-1], text=text))

    change("I.1(a)", 1, "communicating the guiding principles for", "setting out the principles of")
    plan["I.1(b)"][:2] = plan["I.1(b)"][1::-1]
    split("I.2(a)", 2, "on tripartite involvement", "training for ILO staff ")
    merge("I.2(c)", 3, ", and ")
    moved = plan["I.3(b)"].pop()
    plan["I.3(a)"].append(replace(moved, group=1, frame=None))
    del plan["II.1"][1]
    change("II.2", 3, "project design flaws", "flaws in the design of projects")
    add("II.2", "a help desk that answers field offices within three working days.")
    del plan["II.3"][1]
    merge("II.4", 6, ", together with ")
    split("III.1", 5, "to encourage them", "agencies will be approached ")
    change("III.1(b)", 2, "a review of past experience in", "lessons drawn from past experience of")
    plan["III.1(c)"][1] = replace(
        plan["III.1(c)"][1], text="regular briefings of the missions in Geneva;"
    )
    add("III.1(e)", "an annual round table with foundations, hosted by turns.")
    return plan


def record() -> tuple[str, str]:
    """The record of the real plan's round: its canonical JSON, and the hash of that."""
    (fields,) = _objects("record")
    return fields["content"], fields["sha256"]


def first_elements() -> list[VersionElement]:
    """The elements of the real plan."""
    return _elements(_lines())


def second_elements() -> list[VersionElement]:
    """The elements of the second version."""
    return _elements(_edited())


def _elements(plan: dict[str, list[Line]]) -> list[VersionElement]:
    titles = {issue["reference"]: issue["title"] for issue in _objects("issue")}
    return [
        VersionElement(f"{issue}.{number}", issue, titles[issue], line.text)
        for issue, lines in plan.items()
        for number, line in enumerate(lines, 1)
    ]


def make_second_version(
    first: PlanVersion, *, slug: str = "gb282-tc-3", published: bool = True
) -> PlanVersion:
    """The second version in the database, based on ``first``, the real plan; without lineage."""
    version = PlanVersion.objects.create(
        plan=first.plan,
        slug=slug,
        symbol="GB.282/TC/3",
        session="282nd Session",
        dated_on="2001-11-01",
        date_precision=PlanVersion.DatePrecision.MONTH,
        language=first.language,
        based_on=first,
        published=published,
    )
    parts = {}
    for part in first.parts.order_by("ordinal"):
        old, part.pk, part.version = part.pk, None, version
        part.save(force_insert=True)
        parts[old] = part
    issues = _copied_issues(first, version, parts)
    for reference, lines in _edited().items():
        _fill(issues[reference], first.issues.get(reference=reference), lines)
    return version


def _copied_issues(
    first: PlanVersion, version: PlanVersion, parts: dict[int, Part]
) -> dict[str, Issue]:
    issues: dict[str, Issue] = {}
    for issue in first.issues.select_related("parent").order_by("ordinal"):
        parent = issues[issue.parent.reference] if issue.parent else None
        issues[issue.reference] = Issue.objects.create(
            version=version,
            part=parts[issue.part_id],
            parent=parent,
            ordinal=issue.ordinal,
            number=issue.number,
            reference=issue.reference,
            title=issue.title,
            context=issue.context,
        )
    return issues


def _fill(issue: Issue, old: Issue, lines: list[Line]) -> None:
    groups: dict[int, ElementGroup] = {}
    for group in old.groups.order_by("ordinal"):
        group.pk, group.issue = None, issue
        group.save(force_insert=True)
        groups[group.ordinal] = group
    frames: dict[tuple[str, int] | None, TimeFrame] = {}
    for frame in old.time_frames.order_by("ordinal"):
        frame.pk, frame.issue = None, issue
        frame.save(force_insert=True)
        frames[old.reference, frame.ordinal] = frame
    for number, line in enumerate(lines, 1):
        ActionElement.objects.create(
            version=issue.version,
            issue=issue,
            group=groups[line.group],
            time_frame=frames.get(line.frame),
            ordinal=number,
            reference=f"{issue.reference}.{number}",
            text=line.text,
            missing_in_source=not line.text,
        )


def document() -> str:
    """The second version as a document in the Governing Body text dialect, without statuses."""
    plan = _edited()
    tables = []
    for part in _objects("part"):
        rows = []
        for issue in _objects("issue"):
            if issue["part"][-1] != part["number"]:
                continue
            lines = plan[issue["reference"]]
            words = bullets(*(line.text or "[…]" for line in lines)) if lines else ""
            context = f"<p>{issue['context']}</p> " if issue["context"] else ""
            number = issue["number"].removesuffix(".")
            sign = "" if number.endswith(")") else "."
            heading = f"{number}{sign} {issue['title']}"
            rows.append((heading, context + words, "By end 2002" if lines else ""))
        tables.append(
            table(*rows, head=f"Part {part['number']} – {part['title']}", headings=HEADINGS[:3])
        )
    return "\n\n".join(tables)
