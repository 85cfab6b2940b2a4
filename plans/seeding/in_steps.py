"""Long work: a page that is sent piece by piece, as the steps are done.

The page is the answer to the very request that asks for the work. There is no process beside it,
nothing to look again for, and no script: a browser shows what it has of a page while the rest is on
its way. What is kept is written in one transaction, which ends before the last piece is sent; the
pieces in between are a few short lines, which no slow reader holds up. So what the page says is so:
without its last piece nothing is kept. Whoever closes the page earlier gives the work up, because
the server then closes the answer, and with it the transaction. Everything that can be refused
beforehand is refused before the first piece, with a status code of its own; what comes in between
is told at the end of the page.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import DatabaseError
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from plans.reading.progress import Step, Steps
from plans.web.refusals import RefusedError

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
# Where the pieces go in the template. No page holds them otherwise: what people write is escaped.
_STEPS, _OUTCOME = "<!--steps-->", "<!--outcome-->"
# Rows, lines or elements: work on more of them takes a second, or more.
_LONG = 1_500
# These are many in the shortest document, and say nothing of how long it is.
_SMALL_THINGS = frozenset({"block told", "word placed", "pair compared"})


@dataclass
class HeadStart(Generic[_Result]):
    """The steps of some work that were done before its answer is begun, and the rest of it.

    ``done`` are at least all steps of work that is short; then ``ended`` is true, and ``result``
    what came of it.
    """

    rest: Steps[_Result]
    done: list[Step] = field(default_factory=list)
    ended: bool = False
    _result: list[_Result] = field(default_factory=list)

    @property
    def result(self) -> _Result:
        """What came of it. Belongs after ``ended``."""
        return self._result[0]

    def steps(self) -> Steps[_Result]:
        """All steps: those that are done already, and the rest as they are done."""
        yield from self.done
        if self.ended:
            return self.result
        return (yield from self.rest)


def head_start(steps: Steps[_Result]) -> HeadStart[_Result]:
    """Do the work until it shows that it is long, or to its end.

    Raises what it raises in these steps, so that this can be answered as for any short work. It
    must not hold a transaction between two steps, but at its end.
    """
    found = HeadStart(steps)
    try:
        while True:
            step = next(steps)
            found.done.append(step)
            if step.of > _LONG and step.name not in _SMALL_THINGS:
                return found
    except StopIteration as end:
        found._result.append(end.value)
        found.ended = True
        return found


@dataclass(frozen=True, slots=True)
class Page(Generic[_Result]):
    """The page on which work in steps is shown.

    ``context`` is that of ``template``, which extends seeding/in_steps.html.
    ``outcome`` renders what came of the work, ``refusal`` the sentence of why nothing did.
    """

    template: str
    context: Mapping[str, Any]
    outcome: Callable[[_Result], str]
    refusal: Callable[[str], str]


def answer_in_steps(
    request: HttpRequest, steps: Steps[_Result], page: Page[_Result]
) -> StreamingHttpResponse:
    """Do the work, and tell of each step. Sending the answer is what does it."""
    text = render_to_string(page.template, dict(page.context), request)
    answer = StreamingHttpResponse(_pieces(request, steps, page, text))
    # A proxy that collects an answer before it hands it on would hide what is done meanwhile.
    answer["X-Accel-Buffering"] = "no"
    return answer


def _pieces(
    request: HttpRequest, steps: Steps[_Result], page: Page[_Result], text: str
) -> Iterator[str]:
    head, _mark, rest = text.partition(_STEPS)
    between, _mark, tail = rest.partition(_OUTCOME)
    yield head
    try:
        while True:
            yield _line(next(steps))
    except StopIteration as end:
        outcome = page.outcome(end.value)
    except RefusedError as refusal:
        outcome = page.refusal(str(refusal))
    except DatabaseError:
        logger.exception("the work that %s asked for failed", request.path)
        outcome = page.refusal(_("The database did not take it. The server's log says why."))
    finally:
        # Closed here as well when the page is not wanted any more.
        steps.close()
    yield between
    yield outcome
    yield tail


def _line(step: Step) -> SafeString:
    return format_html("<li>{}</li>\n", capfirst(step_line(step)))


# What is done in a step that writes no rows: see ``plans.reading.progress``.
_DONE: dict[str, Promise] = {
    "sheet read": gettext_lazy("sheets read"),
    "row read": gettext_lazy("rows read"),
    "line read": gettext_lazy("lines read"),
    "block told": gettext_lazy("blocks told apart"),
    "element found": gettext_lazy("action elements found"),
    "word placed": gettext_lazy("words placed"),
    "element same": gettext_lazy("elements with the same words as before"),
    "pair compared": gettext_lazy("pairs of the other elements compared"),
    "element matched": gettext_lazy("elements matched"),
}


def step_line(step: Step) -> str:
    """A step that is done in a line: “rows read: 500 of 4,992”."""
    return gettext("%(kind)s: %(done)s of %(of)s") % {
        "kind": _DONE.get(step.name) or kind_label(step.name),
        "done": f"{step.done:,}",
        "of": f"{step.of:,}",
    }


def kind_label(name: str) -> str:
    """What rows of a model, named in small letters, are called."""
    return str(apps.get_model("plans", name)._meta.verbose_name_plural)
