"""Feeds: deadlines for calendars, and what came out for feed readers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from plans import permissions
from plans.catalogue.queries.feeds import (
    Deadline,
    Deadlines,
    FeedStatus,
    plan_changes,
    plan_deadlines,
    unit_deadlines,
)
from plans.catalogue.queries.versions import plan_overview
from plans.models import CATEGORY_LABELS, ReportingRound, Unit
from plans.text.categories import Category
from plans.web.labels import day
from plans.web.shortcuts import find_plan

# Names made in this space stay the same on every machine and at every address.
_SPACE = uuid.UUID("1b0c5a52-5c1e-4f0c-9d0b-6a0f6a3f7f5e")
_PRODUCT = "-//implementation-plan-tracker//deadlines//EN"
Link = Callable[[str], str]


@require_safe
def plan_calendar(request: HttpRequest, plan: str) -> HttpResponse:
    """The deadlines of a plan's current version."""
    overview = plan_overview(request.user, plan)
    if overview is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    return _calendar(
        request,
        plan_deadlines(request.user, overview.current),
        name=overview.plan.title,
        scope="plan",
        file=f"{plan}.ics",
    )


@require_safe
def unit_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The deadlines that a unit answers for."""
    unit = Unit.objects.filter(slug=slug).first() if permissions.can_read(request.user) else None
    if unit is None:
        raise Http404(_("There is no unit “%(slug)s”.") % {"slug": slug})
    return _calendar(
        request,
        unit_deadlines(request.user, unit),
        name=unit.name,
        scope=f"unit {unit.slug}",
        file=f"{slug}.ics",
    )


@require_safe
def plan_feed(request: HttpRequest, plan: str) -> HttpResponse:
    """Closed rounds and cleared statuses of a plan, as Atom."""
    found = find_plan(request.user, plan)
    if found is None:
        raise Http404(_("There is no plan “%(plan)s”.") % {"plan": plan})
    changes = plan_changes(request.user, plan)
    feed = Atom1Feed(
        title=found.title,
        link=request.build_absolute_uri(found.get_absolute_url()),
        description="",
        feed_url=request.build_absolute_uri(),
        feed_guid=_urn("feed", found.slug),
        subtitle=_("Closed rounds and cleared statuses"),
    )
    for round_, at in changes.rounds.items():
        _add_round(feed, round_, at, request.build_absolute_uri)
    for status in changes.statuses:
        _add_status(feed, status, request.build_absolute_uri)
    answer = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")
    return _own(answer)


def _calendar(
    request: HttpRequest, found: Deadlines, *, name: str, scope: str, file: str
) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for deadline in found.deadlines:
        calendar.add_component(_deadline_event(deadline, scope, request.build_absolute_uri))
    for round_ in found.rounds:
        calendar.add_component(_round_event(round_, scope, request.build_absolute_uri))
    answer = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'inline; filename="{file}"'
    return _own(answer)


def _deadline_event(deadline: Deadline, scope: str, link: Link) -> Event:
    frame, version = deadline.time_frame, deadline.version
    first = deadline.elements[0]
    references = ", ".join(element.reference for element in deadline.elements)
    lines = [f"{element.reference} {element.text}".rstrip() for element in deadline.elements]
    return _event(
        uid=_urn("time-frame", scope, *frame_key(deadline)),
        on=frame.due_on or date.min,
        summary=_("Due: %(references)s") % {"references": references},
        description="\n\n".join([f"{version.symbol}: {frame.text}", *lines]),
        url=link(reverse("plans:item", args=[version.plan.slug, version.slug, first.reference])),
        # The adopted words were last revised when they were adopted.
        revised=datetime.combine(version.dated_on or frame.due_on or date.min, time(), UTC),
    )


def frame_key(deadline: Deadline) -> tuple[str, ...]:
    """What names a time-frame for good: plan, version, issue, position."""
    version, frame = deadline.version, deadline.time_frame
    issue = deadline.elements[0].issue
    return version.plan.slug, version.slug, issue.reference, str(frame.ordinal)


def _round_event(round_: ReportingRound, scope: str, link: Link) -> Event:
    version = round_.version
    revised: datetime | None = getattr(round_, "revised_at", None)
    return _event(
        uid=_urn("reports-due", scope, *_round_key(round_)),
        on=round_.reports_due_on or round_.as_at,
        summary=_("Reports are due: status as at %(day)s") % {"day": day(round_.as_at)},
        description=f"{version.plan.title} ({version.symbol})",
        url=link(round_.get_absolute_url()),
        revised=revised or datetime.combine(round_.as_at, time(), UTC),
    )


def _event(
    *, uid: str, on: date, summary: str, description: str, url: str, revised: datetime
) -> Event:
    """An event that takes a whole day and leaves the person free on it."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", revised)
    event.add("dtstart", on)
    event.add("dtend", on + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", description)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event


def _add_round(feed: Atom1Feed, round_: ReportingRound, at: datetime, link: Link) -> None:
    feed.add_item(
        title=_("Progress report as at %(day)s") % {"day": day(round_.as_at)},
        link=link(round_.get_absolute_url()),
        description=linebreaks(
            "\n".join(filter(None, (round_.title, round_.session, round_.symbol))), autoescape=True
        ),
        unique_id=_urn("round", *_round_key(round_)),
        updateddate=at,
        pubdate=at,
        author_name=round_.version.symbol,
    )


def _add_status(feed: Atom1Feed, status: FeedStatus, link: Link) -> None:
    snapshot, elements = status.snapshot, status.elements
    version = snapshot.round.version
    references = [element.reference for element in elements]
    named = references[0] if len(references) == 1 else f"{references[0]}–{references[-1]}"
    feed.add_item(
        title=_("%(references)s: %(category)s (as at %(day)s)")
        % {
            "references": named,
            "category": CATEGORY_LABELS[Category(snapshot.category)],
            "day": day(snapshot.round.as_at),
        },
        link=link(reverse("plans:item", args=[version.plan.slug, version.slug, references[0]])),
        description=linebreaks(snapshot.printed_text, autoescape=True),
        unique_id=_urn("status", *_round_key(snapshot.round), str(snapshot.ordinal)),
        updateddate=status.at,
        pubdate=status.at,
        author_name=version.symbol,
    )


def _round_key(round_: ReportingRound) -> tuple[str, str, str]:
    version = round_.version
    return version.plan.slug, version.slug, round_.as_at.isoformat()


def _urn(*names: str) -> str:
    return uuid.uuid5(_SPACE, "\x1f".join(names)).urn


def _own(answer: HttpResponse) -> HttpResponse:
    """``answer`` for this person only: it shows what they may see, in their language."""
    patch_vary_headers(answer, ("Cookie", "Accept-Language"))
    answer["Cache-Control"] = "private, no-cache"
    return answer
