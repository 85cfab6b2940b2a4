"""The pages of seeding, but for review and matching."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import PlanVersion, Role, SeedDraft
from plans.reading.corrections import read_corrections
from plans.seeding.forms.drafts import UploadForm
from plans.seeding.services import commit, drafts
from plans.text.slugs import slug_of
from tests.factories import make_user, make_version
from tests.pages import text_of
from tests.seeding.cases import NOTE, TEXT, Seeding, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    return begin()


@pytest.fixture
def browser(client: Client, seeding: Seeding) -> Client:
    client.force_login(seeding.admin)
    return client


def file(text: str | bytes = TEXT, name: str = "plan.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)


def page_of(seeding: Seeding, step: str = "") -> str:
    return f"/seed/{seeding.pk}/{step}"


# -- Uploading -----------------------------------------------------------------------------------


def test_a_document_is_uploaded_and_its_draft_shown(browser: Client) -> None:
    answer = browser.post("/seed/", {"place": "new", "document": file(name="n.txt")}, follow=True)
    draft = SeedDraft.objects.latest("pk")
    assert answer.redirect_chain == [(f"/seed/{draft.pk}/", 302)]
    assert (draft.file_name, draft.plan, draft.base) == ("n.txt", None, None)
    assert "The document is kept as a draft." in answer.text


def test_a_document_comes_after_a_version(browser: Client) -> None:
    version = make_version()
    browser.post("/seed/", {"place": f"version:{version.pk}", "document": file()})
    draft = SeedDraft.objects.latest("pk")
    assert (draft.plan, draft.base) == (version.plan, version)


def test_a_document_stands_by_itself_in_a_plan(browser: Client) -> None:
    version = make_version()
    browser.post("/seed/", {"place": f"plan:{version.plan_id}", "document": file()})
    draft = SeedDraft.objects.latest("pk")
    assert (draft.plan, draft.base) == (version.plan, None)


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({}, "This field is required."),
        ({"document": file("")}, "The submitted file is empty."),
        ({"document": file("Nothing.")}, "No table found; expected rows of three or four cells"),
        ({"document": file(b"\xff\xfe")}, "Line 1: not UTF-8 text (byte 1)"),
        ({"document": [file(), file()]}, "2 files came at once. Upload one;"),
        ({"document": file(), "other": file()}, "2 files came at once. Upload one;"),
        ({"document": file("a\tb\tc\td\te\n")}, "Line 1: a table of 5 columns"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(
    browser: Client, sent: dict[str, Any], complaint: str
) -> None:
    before = SeedDraft.objects.count()
    answer = browser.post("/seed/", {"place": "new", **sent})
    assert answer.status_code == 422
    assert complaint in answer.text
    assert SeedDraft.objects.count() == before


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UploadForm.base_fields["document"], "most", 1_000_000)
    sent = {"place": "new", "document": file(b"x" * 1_200_001)}
    answer = browser.post("/seed/", sent)
    assert answer.status_code == 422
    assert "The file has 1.3 MB; at most 1 MB are taken." in answer.text


def test_the_list_costs_the_same_however_many_drafts_there_are(
    browser: Client, seeding: Seeding, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for wanted in (1, 3, 30):
        while SeedDraft.objects.count() < wanted:
            begin(name=f"{SeedDraft.objects.count()}.txt", admin=seeding.admin)
        with django_assert_num_queries(6):
            assert browser.get("/seed/").status_code == 200


# -- The draft -----------------------------------------------------------------------------------


def test_the_draft_says_how_its_document_reads(browser: Client, seeding: Seeding) -> None:
    text = text_of(browser.get(page_of(seeding)).content)
    assert "Action elements 3" in text
    assert "Words without a place 0" in text
    assert "its symbol, session and date are not known yet" in text


def test_the_document_is_downloaded_as_it_came(browser: Client, seeding: Seeding) -> None:
    answer = browser.get(page_of(seeding, "document"))
    assert answer.content == TEXT.encode()
    assert answer["Content-Disposition"] == 'attachment; filename="plan.txt"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_the_corrections_file_is_downloaded_and_can_be_uploaded_again(
    browser: Client, seeding: Seeding
) -> None:
    seeding.add(NOTE)
    drafts.set_head(**seeding.known, head={"as_at": "2001-05-01", "version_symbol": "GB.1"})
    answer = browser.get(page_of(seeding, "corrections.toml"))
    found = read_corrections(answer.text)
    assert [operation.item() for operation in found.operations] == [NOTE]
    assert found.document["version_symbol"] == "GB.1"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.toml"'
    other = begin(admin=seeding.admin)
    sent = {"corrections": file(answer.content, "plan.toml"), "base_revision": 0}
    answer = browser.post(page_of(other), sent, follow=True)
    assert "1 correction from the file is in force." in answer.text
    assert (other.ops(), other.draft.head) == (["note"], seeding.draft.head)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff", "This is no corrections file: it is not UTF-8 text."),
        (b"colour = 1", "Unknown section &#x27;colour&#x27;"),
        (b"[[operation]]\nop = 'note'\nblock = 'p9.x1'\nnote = 'n'\nreason = 'r'", "Operation 1 ("),
        (b"[document]\nversion_date = 'soon'", "[document] version_date: write 1999"),
        (
            b"[document]\nround_symbol_inferred = 'no'",
            "[document] round_symbol_inferred: write true or false",
        ),
        (b"document = " + b"[" * 5_000, "Not a corrections file: it nests too deep."),
    ],
)
def test_a_corrections_file_that_does_not_fit_changes_nothing(
    browser: Client, seeding: Seeding, content: bytes, complaint: str
) -> None:
    sent = {"corrections": file(content, "x.toml"), "base_revision": 0}
    answer = browser.post(page_of(seeding), sent)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert seeding.draft.revision == 0


def test_a_corrections_file_for_a_draft_that_was_changed_is_refused(
    browser: Client, seeding: Seeding
) -> None:
    seeding.add(NOTE)
    sent = {"corrections": file(b"[document]\n", "x.toml"), "base_revision": 0}
    answer = browser.post(page_of(seeding), sent)
    assert answer.status_code == 409
    assert "Nothing was overwritten" in answer.text
    assert seeding.ops() == ["note"]


def test_a_draft_that_there_is_not_is_not_found(browser: Client) -> None:
    assert browser.get("/seed/999/").status_code == 404


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_for_anybody_else_there_is_no_such_page(
    client: Client, seeding: Seeding, role: Role | None
) -> None:
    client.force_login(make_user("other", role))
    for step in ("", "head/", "commit/", "discard/", "document", "corrections.toml"):
        assert client.get(page_of(seeding, step)).status_code == 404
    assert client.post("/seed/", {"place": "new", "document": file()}).status_code == 404
    assert client.post(page_of(seeding, "commit/"), {"base_revision": 0}).status_code == 404
    assert not PlanVersion.objects.exists()


# -- The head ------------------------------------------------------------------------------------

HEAD = {
    "plan_title": "A plan",
    "plan_slug": "a-plan",
    "version_symbol": "GB.282/TC/1",
    "version_session": "282nd Session",
    "version_date": "2001-11",
    "language": "en",
    "with_round": "on",
    "as_at": "2001-05-01",
}


def test_what_the_document_does_not_print_is_said(browser: Client, seeding: Seeding) -> None:
    answer = browser.post(page_of(seeding, "head/"), HEAD | {"base_revision": 0}, follow=True)
    assert answer.redirect_chain == [(page_of(seeding), 302)]
    assert seeding.draft.head == {
        "plan_title": "A plan",
        "plan_slug": "a-plan",
        "version_symbol": "GB.282/TC/1",
        "version_slug": "gb282-tc-1",
        "version_session": "282nd Session",
        "version_date": "2001-11",
        "language": "en",
        "as_at": "2001-05-01",
    }
    assert seeding.draft.with_round


@pytest.mark.parametrize(
    ("symbol", "slug"),
    [("GB.276/TC/2", "gb276-tc-2"), ("GB 300/INF", "gb-300-inf"), ("– –", "")],
)
def test_a_short_name_is_made_from_the_symbol(symbol: str, slug: str) -> None:
    assert slug_of(symbol) == slug


def test_the_statuses_can_be_left_out(browser: Client, seeding: Seeding) -> None:
    sent = {key: value for key, value in HEAD.items() if key != "with_round"}
    browser.post(page_of(seeding, "head/"), sent | {"base_revision": 0})
    assert not seeding.draft.with_round


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"version_symbol": ""}, "This field is required."),
        ({"version_slug": "No Slug"}, "Write small letters, digits and hyphens."),
        ({"version_date": "soon"}, "Write 1999, 1999-11 or 1999-11-17."),
        ({"version_date": "1999-13"}, "[document] version_date: write 1999"),
        ({"language": "tlh"}, "Select a valid choice."),
        ({"as_at": "soon"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_said_of_a_document_is_given_back(
    browser: Client, seeding: Seeding, changed: dict[str, str], complaint: str
) -> None:
    sent = HEAD | {"base_revision": 0, "version_session": "282nd <Session>"} | changed
    answer = browser.post(page_of(seeding, "head/"), sent)
    assert answer.status_code == 422
    assert complaint in answer.text
    assert "282nd &lt;Session&gt;" in answer.text
    assert seeding.draft.head == {}


def test_a_stale_head_is_given_back_and_can_be_saved_again(
    browser: Client, seeding: Seeding
) -> None:
    seeding.add(NOTE)
    answer = browser.post(page_of(seeding, "head/"), HEAD | {"base_revision": 0})
    assert answer.status_code == 409
    assert 'value="GB.282/TC/1"' in answer.text
    assert 'name="base_revision" value="1"' in answer.text
    browser.post(page_of(seeding, "head/"), HEAD | {"base_revision": 1})
    assert seeding.draft.head["version_symbol"] == "GB.282/TC/1"


def test_a_document_without_statuses_is_not_asked_about_its_round(
    browser: Client, seeding: Seeding
) -> None:
    text = "Part I – Work\n\nIssues\tElements\tTime-frame\n1. One\t<ul> • first.\t2001\n"
    plain = begin(text, admin=seeding.admin)
    answer = browser.get(page_of(plain, "head/"))
    assert "The progress report" not in answer.text
    assert "The progress report" in browser.get(page_of(seeding, "head/")).text


# -- Commit, publish, discard --------------------------------------------------------------------


def test_the_head_of_a_closed_draft_is_shown_and_cannot_be_changed(
    browser: Client, seeding: Seeding
) -> None:
    SeedDraft.objects.update(state=SeedDraft.State.DISCARDED)
    shown = browser.get(page_of(seeding, "head/")).text
    assert "It is a draft no more; nothing here can be changed." in shown
    assert ("<fieldset disabled>" in shown, ">Save</button>" in shown) == (True, False)


def test_a_version_is_made_and_then_published(browser: Client, seeding: Seeding) -> None:
    drafts.set_head(**seeding.known, head={"version_symbol": "GB.282/TC/1"})
    shown = text_of(browser.get(page_of(seeding, "commit/")).content)
    assert "Status as at 1 May 2001 : a closed reporting round with its record" in shown
    assert "I – Work 2 3 0 3" in shown
    answer = browser.post(page_of(seeding, "commit/"), {"base_revision": 1}, follow=True)
    assert answer.redirect_chain == [(page_of(seeding), 302)]
    assert "The version GB.282/TC/1 is made." in answer.text
    version = PlanVersion.objects.get()
    assert not version.published
    assert f'href="{page_of(seeding, "publish/")}"' in browser.get(version.get_absolute_url()).text
    assert browser.get(page_of(seeding, "publish/")).status_code == 200
    answer = browser.post(page_of(seeding, "publish/"), follow=True)
    assert answer.redirect_chain == [(version.get_absolute_url(), 302)]
    assert PlanVersion.objects.get().published
    answer = browser.post(page_of(seeding, "publish/"))
    assert (answer.status_code, "published already" in answer.text) == (422, True)


def test_what_stands_in_the_way_is_listed_and_nothing_can_be_made(
    browser: Client, seeding: Seeding
) -> None:
    make_version(plan="plan")
    answer = browser.get(page_of(seeding, "commit/"))
    assert "1 problem to fix first" in answer.text
    assert f'href="{page_of(seeding, "head/")}"' in answer.text
    assert "Make the version" not in answer.text
    answer = browser.post(page_of(seeding, "commit/"), {"base_revision": 0})
    assert answer.status_code == 422
    assert PlanVersion.objects.count() == 1


def test_what_is_odd_is_shown_and_has_to_be_confirmed(browser: Client, seeding: Seeding) -> None:
    odd = begin(TEXT.replace("2. Advice", "1. Advice"), admin=seeding.admin)
    assert "the number of I.1 stands twice" in browser.get(page_of(odd, "commit/")).text
    answer = browser.post(page_of(odd, "commit/"), {"base_revision": 0})
    assert answer.status_code == 422
    assert "Look at what is odd in the document" in answer.text
    sent = {"base_revision": 0, "anomalies_seen": "on"}
    assert browser.post(page_of(odd, "commit/"), sent).status_code == 302


def test_of_a_sheet_the_row_is_named_where_something_is_odd(browser: Client) -> None:
    sheet = "Part,Part title,Issue number,Issue title,Element\nI,A,1,B,c.\nI,A,1,D,e.\n"
    browser.post("/seed/", {"place": "new", "document": file(sheet, "plan.csv")})
    page = browser.get(f"/seed/{SeedDraft.objects.latest('pk').pk}/commit/")
    assert "Row 3 : the number of I.1 stands twice" in text_of(page.content)


def test_large_numbers_are_grouped_and_the_date_is_said_in_words(
    browser: Client, seeding: Seeding
) -> None:
    long = begin(TEXT.replace("third.", "word " * 1_200), admin=seeding.admin)
    assert "Words read 1,2" in text_of(browser.get(page_of(long)).content)
    drafts.set_head(**long.known, head={"version_date": "1999-11"})
    assert "Date November 1999" in text_of(browser.get(page_of(long, "commit/")).content)


def test_whoever_commits_a_round_is_told_that_it_stays(browser: Client, seeding: Seeding) -> None:
    stays = "It cannot be taken back, because its reporting round is kept for ever."
    assert stays in text_of(browser.get(page_of(seeding, "commit/")).content)
    drafts.set_head(**seeding.known, head={}, with_round=False)
    assert stays not in text_of(browser.get(page_of(seeding, "commit/")).content)


def test_what_was_accepted_is_listed_with_its_reason_and_nothing_has_to_be_confirmed(
    browser: Client, seeding: Seeding
) -> None:
    odd = begin(TEXT.replace("2. Advice", "1. Advice"), admin=seeding.admin)
    odd.add(
        {
            "op": "accept",
            "block": "p1.r2.c1.b1",
            "odd": "the number of I.1 stands twice",
            "reason": "It is printed so.",
        }
    )
    page = browser.get(page_of(odd, "commit/"))
    words = text_of(page.content)
    assert "1 odd place is accepted as it is" in words
    assert "Line 5 : the number of I.1 stands twice – It is printed so." in words
    assert "I have looked at what is odd" not in words
    assert "Odd places to look at 0" in text_of(browser.get(page_of(odd, "")).content)
    answer = browser.post(page_of(odd, "commit/"), {"base_revision": 1})
    assert answer.status_code == 302


def test_the_second_administrator_gets_a_clear_page(browser: Client, seeding: Seeding) -> None:
    commit.commit_draft(**seeding.known)
    answer = browser.post(page_of(seeding, "commit/"), {"base_revision": 0})
    assert answer.status_code == 409
    assert browser.get(page_of(seeding, "commit/")).status_code == 302
    assert PlanVersion.objects.count() == 1


def test_a_draft_is_discarded_after_asking(browser: Client, seeding: Seeding) -> None:
    assert browser.get(page_of(seeding, "discard/")).status_code == 200
    assert seeding.draft.state == "draft"
    answer = browser.post(page_of(seeding, "discard/"), {"base_revision": 0}, follow=True)
    assert answer.redirect_chain == [("/seed/", 302)]
    assert seeding.draft.state == "discarded"
    answer = browser.post(page_of(seeding, "discard/"), {"base_revision": 1})
    assert (answer.status_code, "This draft was discarded." in answer.text) == (409, True)


def test_a_form_sent_without_its_revision_changes_nothing(
    browser: Client, seeding: Seeding
) -> None:
    assert browser.post(page_of(seeding, "discard/")).status_code == 409
    assert seeding.draft.state == "draft"


def test_the_versions_to_come_after_are_named_with_their_plan(
    browser: Client, seeding: Seeding
) -> None:
    version = make_version()
    page = browser.get("/seed/").text
    title = version.plan.title
    assert f'value="version:{version.pk}">{version.symbol} – {title}</option>' in page
    assert f">no version of “{title}”: it stands by itself</option>" in page
