"""Choosing two reports to compare, and the ways to a comparison."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from plans.models import ReportingRound
from tests.exports.compare_cases import PAGE, VERSION, two_rounds
from tests.factories import (
    close,
    make_report,
    make_round,
    make_status,
)
from tests.pages import text_of
from tests.scenes import Scene

pytestmark = pytest.mark.django_db


def test_the_choice_leads_to_the_comparison_in_the_order_of_the_dates(client: Client) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/", {"first": "2001-02-28", "second": "2000-08-31"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_the_choice_offers_the_two_newest_reports_first(client: Client) -> None:
    two_rounds()

    page = client.get(f"{VERSION}compare/").content.decode()

    assert page.index('<option value="2000-08-31" selected>') < page.index(
        '<option value="2001-02-28" selected>'
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"first": "2000-08-31", "second": "2000-08-31"}, "Choose two different reports."),
        ({"first": "1999-01-01", "second": "2000-08-31"}, "1999-01-01 is not one of"),
        ({"first": "2000-08-31"}, "This field is required."),
    ],
)
def test_a_choice_that_cannot_be_says_why(client: Client, query: dict[str, str], said: str) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/", query)

    assert (answer.status_code, said in text_of(answer.content)) == (200, True)


def test_with_one_report_there_is_nothing_to_choose(client: Client) -> None:
    make_report()

    assert "There are not yet two reports to compare." in text_of(
        client.get(f"{VERSION}compare/").content
    )


def test_the_choice_does_not_offer_an_open_round_to_readers(client: Client) -> None:
    two_rounds(closed=False)

    assert "2001-02-28" not in client.get(f"{VERSION}compare/").content.decode()


def test_the_way_back_to_the_choice_is_no_half_made_choice(client: Client) -> None:
    two_rounds()

    assert f'<a href="{VERSION}compare/">' in client.get(PAGE).content.decode()


# -- The ways there -------------------------------------------------------------------------------


def test_a_report_leads_to_what_changed_since_the_one_before(client: Client) -> None:
    two_rounds()

    later = client.get(f"{VERSION}report/2001-02-28/").content.decode()
    earlier = client.get(f"{VERSION}report/2000-08-31/").content.decode()

    assert (f'href="{PAGE}"' in later, "/compare/" in earlier) == (True, False)


def test_a_report_that_was_closed_in_between_changes_the_tag_of_the_later_one(
    client: Client,
) -> None:
    later = two_rounds()
    address = f"{VERSION}report/2001-02-28/"
    before = client.get(address)["ETag"]
    between = make_round(later.version, as_at=date(2000, 12, 31))
    make_status(between, later.version.elements.all())
    close(between)

    answer = client.get(address)

    assert answer["ETag"] != before
    assert f'href="{VERSION}compare/2000-12-31/2001-02-28/"' in answer.content.decode()


def test_the_cockpit_leads_to_what_changed_since_the_last_closed_round(
    scene: Scene, secretariat: Client
) -> None:
    page = secretariat.get(f"/rounds/{scene.round.pk}/").content.decode()

    assert f'href="{PAGE}"' in page


@pytest.mark.parametrize("reference", ["I.1", "I.1.1"])
def test_an_issue_and_an_element_lead_to_their_rows(client: Client, reference: str) -> None:
    two_rounds()

    page = client.get(f"{VERSION}{reference}/").content.decode()

    assert page.count(f'href="{PAGE}?rows=all#{reference}"') == 1
    assert f'id="{reference}"' in client.get(PAGE, {"rows": "all"}).content.decode()


def test_the_overview_offers_the_choice_where_there_are_two_reports(client: Client) -> None:
    later = two_rounds()
    form = f'action="{VERSION}compare/"'

    assert form in client.get("/plans/technical-cooperation/").content.decode()
    later.version.rounds.filter(pk=later.pk).update(state=ReportingRound.State.OPEN)
    assert form not in client.get("/plans/technical-cooperation/").content.decode()
