"""What is too large is answered with a page, and none of it is kept."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client
from django.test.client import FakePayload

from tests.factories import make_user
from tests.pages import text_of
from tests.tracker.test_server import PATIENCE, port

__all__ = ["port"]

HUNDRED_MEGABYTES = 100_000_000


@pytest.mark.django_db
def test_a_body_above_the_limit_is_answered_413_before_anything_reads_it(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_BODY_BYTES = 1_000_000
    client.force_login(make_user("reader"))
    loaded: list[str] = []
    monkeypatch.setattr(
        HttpRequest, "_load_post_and_files", lambda self: loaded.append(self.path_info)
    )

    upload = SimpleUploadedFile("large.docx", b"\0" * 3_000_000)
    answer = client.post("/seed/", {"file": upload})

    assert (answer.status_code, loaded) == (413, [])
    said = text_of(answer.content)
    assert "What you sent has 3 MB; at most 1 MB are taken at a time." in said


@pytest.mark.django_db
def test_what_is_thrown_away_is_read_in_pieces(
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAX_BODY_BYTES = 1_000
    sizes: list[int] = []
    read = FakePayload.read

    def watched(self: FakePayload, size: int = -1) -> bytes:
        sizes.append(size)
        found: bytes = read(self, size)
        return found

    monkeypatch.setattr(FakePayload, "read", watched)

    answer = client.post("/sign-in/", {"file": SimpleUploadedFile("large", b"\0" * 200_000)})

    assert answer.status_code == 413
    assert max(sizes) <= 65_536
    assert -1 not in sizes


@pytest.mark.django_db
def test_a_length_that_is_no_number_is_let_through_and_read_as_nothing(client: Client) -> None:
    answer = client.generic("POST", "/sign-in/", b"", CONTENT_LENGTH="many")

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/rounds/1/returned/", "/seed/"])
def test_a_hundred_megabytes_are_answered_by_the_real_server_and_others_go_on(
    port: int, path: str
) -> None:
    large = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    large.putrequest("POST", path)
    large.putheader("Content-Length", str(HUNDRED_MEGABYTES))
    large.putheader("Content-Type", "multipart/form-data; boundary=x")
    large.endheaders()
    piece = b"\0" * 1_000_000
    for number in range(HUNDRED_MEGABYTES // len(piece)):
        large.send(piece)
        if number == 50:
            other = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            other.request("GET", "/healthz")
            assert other.getresponse().read() == b"ok\n"
            other.close()

    answer = large.getresponse()
    page = answer.read().decode()
    large.close()

    assert answer.status == 413
    assert "What you sent has 100 MB; at most 22 MB are taken at a time." in page
