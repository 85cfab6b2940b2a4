"""Making a long version: a page that is sent piece by piece, as the rows are written.

The page is the answer to the very request that makes the version. There is no process beside it,
nothing to look again for, and no script: a browser shows what it has of a page while the rest is on
its way. All rows are written in the one transaction of ``Begun.steps``, which ends before the last
piece is sent; the pieces in between are a few short lines, which no slow reader holds up. So what
the page says is so: without its last piece nothing is made. Whoever closes the page earlier gives
the work up, because the server then closes the answer, and with it the transaction; the draft is as
it was. Everything that can be refused beforehand is refused before the first piece, with a status
code of its own; what comes in between is told at the end of the page.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from plans.models import SeedDraft
from plans.services.errors import RefusedError
from plans.services.seeding.commit import Begun
from plans.services.seeding.progress import Written
from plans.templatetags.seed_tags import kind_label
from plans.views.who import signed_in

logger = logging.getLogger(__name__)

# Where the pieces go; a text that no page holds otherwise.
_STEPS, _OUTCOME = "<!--steps-->", "<!--outcome-->"


def making(request: HttpRequest, draft: SeedDraft, begun: Begun) -> StreamingHttpResponse:
    """Make the version, and tell of each step. Sending the answer is what makes it."""
    context = {"draft": draft, "run": begun.run, "steps": _STEPS, "outcome": _OUTCOME}
    page = render_to_string("plans/seed_making.html", context, request)
    answer = StreamingHttpResponse(_pieces(request, draft, begun, page))
    # A proxy that collects an answer before it hands it on would hide what is done meanwhile.
    answer["X-Accel-Buffering"] = "no"
    return answer


def _pieces(request: HttpRequest, draft: SeedDraft, begun: Begun, page: str) -> Iterator[str]:
    head, _mark, rest = page.partition(_STEPS)
    between, _mark, tail = rest.partition(_OUTCOME)
    yield head
    steps = begun.steps()
    version, message = None, ""
    try:
        while True:
            yield _line(next(steps))
    except StopIteration as end:
        version = end.value
    except RefusedError as refusal:
        message = str(refusal)
    except DatabaseError:
        logger.exception("making a version of draft %d failed", draft.pk)
        message = _("The database did not take it. The server's log says why.")
    finally:
        # Closed here as well when the page is not wanted any more.
        steps.close()
    yield between
    context = {"draft": draft, "version": version, "message": message, "user": signed_in(request)}
    yield render_to_string("plans/partials/seed_made.html", context)
    yield tail


def _line(step: Written) -> SafeString:
    told = _("%(kind)s: %(done)s of %(of)s") % {
        "kind": capfirst(kind_label(step.name)),
        "done": f"{step.done:,}",
        "of": f"{step.of:,}",
    }
    return format_html("<li>{}</li>\n", told)
