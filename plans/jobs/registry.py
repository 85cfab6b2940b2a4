"""Which kinds of jobs there are, and what does each of them.

A feature registers its handlers in a module of its own that ``settings.JOB_MODULES`` names. Those
modules stand above the services; what enqueues a job knows only the name of its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from django.conf import settings
from django.utils.functional import Promise

from plans.models import Job

if TYPE_CHECKING:
    from plans.jobs.attempts import Attempt

    Handler: TypeAlias = Callable[[Attempt], None]
    Text: TypeAlias = str | Promise


class JobLink(NamedTuple):
    """Somewhere to go from the page of a job."""

    label: Text
    url: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of job.

    ``title`` says what a job is to whoever waits for it; ``stages`` has a label for each stage
    that the handler reports. ``refusals`` are the exceptions whose text is meant for people: work
    that raises one cannot be done as asked. ``links`` says where else to go from the job's page.
    ``every`` is the period of periodic work.
    """

    name: str
    handler: Handler
    title: Callable[[Job], Text]
    stages: Mapping[str, Text]
    refusals: tuple[type[Exception], ...]
    links: Callable[[Job], Sequence[JobLink]]
    every: timedelta | None


_kinds: dict[str, JobKind] = {}


def handler(
    name: str,
    *,
    title: Callable[[Job], Text],
    stages: Mapping[str, Text] | None = None,
    refusals: tuple[type[Exception], ...] = (),
    links: Callable[[Job], Sequence[JobLink]] = lambda _job: (),
    every: timedelta | None = None,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as what does jobs of the kind ``name``; see ``JobKind``.

    It gets an Attempt, and must commit exactly once, with ``Attempt.commit``. It may be called up
    to three times for a job whose process ended, also while an attempt given up still goes on.
    With ``every`` a job without arguments is enqueued once for each period.
    """

    def register(function: Handler) -> Handler:
        if name in _kinds:
            raise ValueError(f"the kind of job {name!r} is registered twice")
        _kinds[name] = JobKind(name, function, title, stages or {}, refusals, links, every)
        return function

    return register


def kinds() -> list[JobKind]:
    """All kinds of jobs."""
    _load()
    return list(_kinds.values())


def kind_named(name: str) -> JobKind:
    """The kind of this name. Raises LookupError when no module registers it."""
    _load()
    if name not in _kinds:
        raise LookupError(f"no module of JOB_MODULES registers the kind of job {name!r}")
    return _kinds[name]


def _load() -> None:
    for name in settings.JOB_MODULES:
        import_module(name)
