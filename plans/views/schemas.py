"""The schemas of what the tracker publishes, for programs that read it."""

from __future__ import annotations

import hashlib
from functools import cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from plans.reports.writers.json import SCHEMA_FILE

_DAY = 24 * 60 * 60


@cache
def _content() -> bytes:
    return SCHEMA_FILE.read_bytes()


def _tag(request: HttpRequest) -> str:
    return f'"{hashlib.sha256(_content()).hexdigest()[:32]}"'


@login_not_required
@require_safe
@cache_control(public=True, max_age=_DAY)
@condition(etag_func=_tag)
def report_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of reports. It says nothing of any plan, so everybody may read it."""
    answer = HttpResponse(_content(), content_type="application/schema+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
