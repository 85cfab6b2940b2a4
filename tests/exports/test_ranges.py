"""Parts of files: going on with a download that broke off."""

from __future__ import annotations

import pytest
from django.test import Client

from plans.models import Role
from tests.factories import make_report, make_user

pytestmark = pytest.mark.django_db
FILE = "/plans/technical-cooperation/gb276-tc-2/report/2000-08-31.csv"


@pytest.fixture
def content(client: Client) -> bytes:
    """What the file holds, which then is kept."""
    make_report()
    return client.get(FILE).getvalue()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-9", 0, 9),
        ("bytes=10-", 10, None),
        ("bytes=-5", -5, None),
        ("bytes=10-99999999", 10, None),
        ("bytes=-99999999", 0, None),
    ],
)
def test_a_part_that_is_asked_for_is_given_alone(
    client: Client, content: bytes, asked: str, first: int, last: int | None
) -> None:
    size = len(content)
    start = first % size
    stop = size if last is None else last + 1

    answer = client.get(FILE, headers={"Range": asked})

    assert (answer.status_code, answer.getvalue()) == (206, content[start:stop])
    assert (answer["Content-Range"], answer["Content-Length"]) == (
        f"bytes {start}-{stop - 1}/{size}",
        str(stop - start),
    )


@pytest.mark.parametrize(
    "asked", ["bytes=5-1", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=1"]
)
def test_what_is_no_part_is_answered_with_the_whole(
    client: Client, content: bytes, asked: str
) -> None:
    answer = client.get(FILE, headers={"Range": asked})

    assert (answer.status_code, answer.getvalue()) == (200, content)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_refused(client: Client, content: bytes, asked: str) -> None:
    answer = client.get(FILE, headers={"Range": asked})

    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_who_has_a_part_of_the_same_file_gets_the_rest(client: Client, content: bytes) -> None:
    tag = client.get(FILE)["ETag"]

    answer = client.get(FILE, headers={"Range": "bytes=10-", "If-Range": tag})

    assert (answer.status_code, answer.getvalue()) == (206, content[10:])


def test_who_has_a_part_of_another_file_gets_the_whole(client: Client, content: bytes) -> None:
    answer = client.get(FILE, headers={"Range": "bytes=10-", "If-Range": '"another"'})

    assert (answer.status_code, answer.getvalue()) == (200, content)


def test_a_kept_file_says_that_parts_of_it_may_be_asked_for(client: Client, content: bytes) -> None:
    answer = client.get(FILE)

    assert (answer["Accept-Ranges"], int(answer["Content-Length"])) == ("bytes", len(content))


def test_of_an_open_round_there_are_no_parts(client: Client) -> None:
    make_report(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(FILE, headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.has_header("Accept-Ranges")) == (200, False)
