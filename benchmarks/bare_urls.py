"""The yardstick's one view: it answers with the bytes of the file that ``BARE_BODY`` names."""

import os
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.urls import path

_BODY = Path(os.environ["BARE_BODY"]).read_bytes()


def bare(request: HttpRequest) -> HttpResponse:
    # Without a length, and so without middleware to add it, the answer would go out in chunks.
    return HttpResponse(_BODY, headers={"Content-Length": str(len(_BODY))})


urlpatterns = [path("", bare)]
