"""The URL map of the site, and rows for its addresses to name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, cast

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from plans.jobs.services import cancel, enqueue
from plans.models import ActionElement, Job, StatusSnapshot
from tests.factories import (
    close,
    make_element,
    make_plan,
    make_round,
    make_status,
    make_unit,
    make_user,
    make_version,
)
from tests.seeding.cases import begin
from tests.unit_files.files import came_back

Places: TypeAlias = dict[str, str | int]

# Asked with POST: to GET they answer 405 whoever asks, which would prove nothing.
POSTED = {"plans:status_autosave", "plans:status_preview", "plans:status_presence"}


@dataclass(frozen=True)
class Address:
    """One entry of the URL map, by its full name."""

    name: str
    arguments: tuple[str, ...]

    def path(self, places: Places) -> str:
        return reverse(self.name, kwargs={name: places[name] for name in self.arguments})

    def ask(self, client: Client, places: Places) -> HttpResponse:
        """The answer to ``client``, to the method that the view is made for."""
        method = client.post if self.name in POSTED else client.get
        return cast(HttpResponse, method(self.path(places)))


def walk(resolver: URLResolver, prefix: str = "") -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from walk(entry, inner)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name or prefix == "admin:", f"{entry.pattern} has no name"
            yield Address(f"{prefix}{entry.name}", tuple(entry.pattern.regex.groupindex))


OURS = [address for address in walk(get_resolver()) if not address.name.startswith("admin:")]


def make_places() -> Places:
    """What addresses name, by the names of their arguments.

    A published version has a closed round and an open one, each with one status, and the elements
    belong to no unit, so that every officer answers for them.
    """
    version = make_plan(elements=2)
    elements = list(ActionElement.objects.filter(version=version))
    earlier = make_round(version, as_at=date(2000, 3, 31))
    make_status(earlier, elements)
    close(earlier)
    closed = make_round(version)
    make_status(closed, elements)
    close(closed)
    opened = make_round(version, as_at=date(2001, 3, 31))
    make_status(opened, elements, state=StatusSnapshot.State.SUBMITTED)
    unit = make_unit("training")
    make_status(opened, [make_element(elements[0].group, units=[unit])])
    return {
        "plan": version.plan.slug,
        "version": version.slug,
        "reference": "I.1",
        "as_at": closed.as_at.isoformat(),
        "first": earlier.as_at.isoformat(),
        "second": closed.as_at.isoformat(),
        "extension": "docx",
        "round_id": opened.pk,
        "ordinal": 1,
        "unit": unit.slug,
        "file_id": came_back(opened, unit).pk,
        "kind": "xlsx",
        "slug": make_unit().slug,
        "pk": make_user("somebody").pk,
        "fingerprint": "0" * 64,
        "earlier": version.slug,
        "later": make_version(slug="gb282-tc-3").slug,
        "draft_id": begin(plan=version.plan, base=version).pk,
        "job_id": ended_job().pk,
    }


def ended_job() -> Job:
    """A job that nobody asked for, and that has ended."""
    job = enqueue("prune_jobs", key="a job")
    cancel(job)
    return job
