"""Files that must not be seeded, uploaded on the page: refused in words, and nothing is kept."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from plans.models import PlanVersion, Role, SeedDraft
from plans.seeding.services import commit
from tests.factories import make_user, make_version
from tests.pages import text_of
from tests.reading.bad_files import BAD_FILES, ODD_TEXTS
from tests.seeding.cases import TEXT, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> PlanVersion:
    return make_version()


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    return client


def row_counts() -> dict[str, int]:
    """How many rows there are of every model of the tracker."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_app_config("plans").get_models()
    }


@pytest.mark.parametrize("what", BAD_FILES)
def test_it_is_refused_in_words_and_what_was_chosen_stays(
    browser: Client, version: PlanVersion, what: str
) -> None:
    name, content, complaint = BAD_FILES[what]
    before = row_counts()
    place = f"version:{version.pk}"
    sent = {"place": place, "document": SimpleUploadedFile(name, content())}
    answer = browser.post("/seed/", sent)
    assert answer.status_code == 422
    # As a sentence of its own it begins with a capital.
    assert complaint.casefold() in text_of(answer.content).casefold()
    assert f'<option value="{place}" selected>' in answer.text
    assert row_counts() == before


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ([("plan.txt", b"")], "The submitted file is empty."),
        ([("a.txt", TEXT.encode()), ("b.txt", TEXT.encode())], "2 files came at once. Upload one;"),
    ],
)
def test_no_file_or_two_are_refused_and_what_was_chosen_stays(
    browser: Client, version: PlanVersion, files: list[tuple[str, bytes]], complaint: str
) -> None:
    before = row_counts()
    place = f"plan:{version.plan_id}"
    sent = {"place": place, "document": [SimpleUploadedFile(*file) for file in files]}
    answer = browser.post("/seed/", sent)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert f'<option value="{place}" selected>' in answer.text
    assert row_counts() == before


class Sent(io.RawIOBase):
    """A form with files of zeros, made as it is read: as large as it may be, it takes no room."""

    def __init__(self, *sizes: int) -> None:
        head = (
            b'--x\r\nContent-Disposition: form-data; name="place"\r\n\r\nnew\r\n'
            b'--x\r\nContent-Disposition: form-data; name="document"; filename="plan.docx"\r\n'
            b"Content-Type: application/octet-stream\r\n\r\n"
        )
        between = head.partition(b"new\r\n")[2]
        self.parts: list[tuple[bytes, int]] = []
        for size in sizes:
            self.parts += [(b"\r\n" + between if self.parts else head, 1), (b"\0", size)]
        self.parts.append((b"\r\n--x--\r\n", 1))
        self.length = sum(len(piece) * times for piece, times in self.parts)
        self.read_in_pieces: list[int] = []

    def read(self, size: int = -1) -> bytes:
        self.read_in_pieces.append(size)
        found = b""
        while self.parts and len(found) < size:
            piece, times = self.parts.pop(0)
            if times > 1:
                taken = min(times, size - len(found))
                found += piece * taken
                rest = (piece, times - taken)
            else:
                taken = size - len(found)
                found += piece[:taken]
                rest = (piece[taken:], 1 if piece[taken:] else 0)
            if rest[1]:
                self.parts.insert(0, rest)
        return found


def send(browser: Client, sent: Sent) -> HttpResponse:
    found: HttpResponse = browser.request(
        REQUEST_METHOD="POST",
        PATH_INFO="/seed/",
        CONTENT_TYPE="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(sent.length),
        **{"wsgi.input": sent},
    )
    return found


@pytest.mark.parametrize("sizes", [(100_000_000,), (50_000_000, 50_000_000)])
def test_a_hundred_megabytes_are_thrown_away_unread(browser: Client, sizes: list[int]) -> None:
    before = row_counts()
    sent = Sent(*sizes)
    answer = send(browser, sent)
    assert answer.status_code == 413
    said = text_of(answer.content)
    assert "What you sent has 100 MB; at most 22 MB are taken at a time." in said
    assert 'href="/seed/"' in answer.text
    assert (sent.parts, max(sent.read_in_pieces)) == ([], 65_536)
    assert row_counts() == before


@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [
        ((21_000_000,), "The file has 21 MB; at most 20 MB are taken."),
        ((10_000_000, 10_000_000), "2 files came at once. Upload one;"),
    ],
)
def test_what_is_just_let_in_is_refused_by_the_form(
    browser: Client, sizes: list[int], complaint: str
) -> None:
    before = row_counts()
    answer = send(browser, Sent(*sizes))
    assert answer.status_code == 422
    assert complaint in text_of(answer.content)
    assert '<option value="new" selected>' in answer.text
    assert row_counts() == before


@pytest.mark.parametrize("what", ODD_TEXTS)
def test_what_is_odd_is_named_and_nothing_is_made_before_somebody_has_looked(
    browser: Client, what: str
) -> None:
    text, complaint = ODD_TEXTS[what]
    document = SimpleUploadedFile("plan.txt", text.encode())
    browser.post("/seed/", {"place": "new", "document": document})
    draft = SeedDraft.objects.get()
    before = row_counts()
    answer = browser.post(f"/seed/{draft.pk}/commit/", {"base_revision": 0})
    assert answer.status_code == 422
    assert complaint in text_of(answer.content)
    assert row_counts() == before


def test_of_two_administrators_the_second_is_told_and_makes_nothing(client: Client) -> None:
    seeding = begin()
    client.force_login(make_user("bob", Role.ADMINISTRATOR))
    assert client.get(f"/seed/{seeding.pk}/commit/").status_code == 200
    commit.commit_draft(**seeding.known)
    before = row_counts()
    answer = client.post(f"/seed/{seeding.pk}/commit/", {"base_revision": 0})
    assert answer.status_code == 409
    assert PlanVersion.objects.get().symbol in answer.text
    assert row_counts() == before
