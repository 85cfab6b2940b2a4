"""A Part of the real document, seeded from its raw text on the page alone.

What a person decides about the real document is written down in its corrections file. Here the
decisions on one Part are made again, each as an edit operation on the page.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.cache import caches
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from plans.models import Role, SeedDraft
from plans.reading.corrections import Operation, read_corrections
from plans.reading.outline import Outline, OutlinePart, OutlineStatus
from plans.reading.pipeline import parse_document
from plans.seeding.queries.drafts import parsed
from tests.browser.review_page import KEYS, piece, sign_in
from tests.factories import make_user

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCE = FIXTURES / "sources" / "gb279-progress-report.txt"
CORRECTIONS = read_corrections(
    (FIXTURES / "corrections" / "gb279-progress-report.toml").read_text(encoding="utf-8")
)
PART, FIRST_TABLE = "III", 12


@pytest.fixture(autouse=True)
def _administrator(transactional_db: None) -> None:
    caches["pages"].clear()
    make_user("ada", Role.ADMINISTRATOR)


def steps_taken(page: Page) -> int:
    return int(page.locator("#steps-taken").inner_text())


def part_of(outline: Outline, number: str) -> tuple[OutlinePart, list[OutlineStatus]]:
    """One Part of an outline with the statuses of its elements."""
    (part,) = (part for part in outline.parts if part.number == number)
    own = {element.reference for issue in part.issues for element in issue.elements()}
    return part, [status for status in outline.statuses if own & set(status.covers)]


class Editor:
    """Somebody at the page, with mouse and keys, who decides as a corrections file says."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def decide(self, operation: Operation) -> None:
        """Make one edit operation and save it."""
        before = steps_taken(self.page)
        names = operation.keys.get("after") if operation.op == "missing" else None
        self.choose([names] if names else operation.blocks())
        self.page.keyboard.press(KEYS[operation.op])
        form = self.page.locator(f"#step-form.op-{operation.op}")
        expect(form).to_be_visible()
        getattr(self, f"fill_{operation.op}", lambda *_: None)(form, operation)
        form.locator("[name=reason]").fill(operation.reason)
        if "note" in operation.keys:
            form.locator("[name=note]").fill(operation.text("note"))
            sure = {"high": "sure", "medium": "likely", "low": "unsure"}
            form.get_by_label(sure[operation.text("confidence")], exact=True).check()
        form.get_by_role("button", name="Save this step").click()
        expect(self.page.locator("#review .saved, #review .error-summary")).to_contain_text(
            f"Step {before + 1} is saved"
        )

    def choose(self, ids: list[str]) -> None:
        first, *others = ids
        section = re.match(r"p(\d+)", first)
        if section is None:
            # An element without words in the source stands in the outline alone.
            self.page.locator(f'[data-element="{first}"] .reference').click()
        else:
            self.page.locator(f"#section-{section[1]}").click()
            expect(self.page.locator(f"#section-{section[1]}")).to_have_attribute(
                "aria-current", "page"
            )
            piece(self.page, first).locator(".words").click(position={"x": 3, "y": 3})
        expect(self.page.locator(".chosen-list code")).to_have_text([first])
        for count, other in enumerate(others, 2):
            piece(self.page, other).locator(".words").click(
                position={"x": 3, "y": 3}, modifiers=["Control"]
            )
            expect(self.page.locator(".chosen-list li")).to_have_count(count)

    def fill_assign(self, form: Locator, operation: Operation) -> None:
        form.locator(f'[name=role][value="{operation.text("role")}"]').check()

    def fill_split(self, form: Locator, operation: Operation) -> None:
        for text in operation.texts("at"):
            first = text.split()[0]
            form.locator(".choices-cut label", has_text=re.compile(rf"^\s*{first}\s*$")).click()
        for number, role in enumerate(operation.keys.get("roles", []), 1):
            form.locator(f"[name=role_{number}]").select_option(role)

    def fill_move(self, form: Locator, operation: Operation) -> None:
        target = operation.text("after")
        form.get_by_role("button", name="Point at it").first.click()
        self.page.locator(f'.outline-words[data-pieces="{target}"] .document').click()
        expect(form.locator("[name=to]")).to_have_value(target)

    def fill_cover(self, form: Locator, operation: Operation) -> None:
        wanted = set(operation.texts("elements"))
        for box in form.locator("[name=elements]").all():
            if box.is_checked() != (box.get_attribute("value") in wanted):
                # In the outline, where a click on an element marks it.
                element = box.get_attribute("value")
                words = self.page.locator(f'.outline-words[data-pieces="{element}"] .document')
                if words.count():
                    words.click()
                else:
                    box.set_checked(element in wanted)
        form.locator("[name=further]").fill("")

    def fill_ditto(self, form: Locator, operation: Operation) -> None:
        form.locator("[name=of]").select_option(operation.text("of"))

    def fill_missing(self, form: Locator, operation: Operation) -> None:
        form.get_by_label("Its id").fill(operation.text("id"))

    def fill_category(self, form: Locator, operation: Operation) -> None:
        form.locator(f'[name=category][value="{operation.text("category")}"]').check()


def concerns_the_part(operation: Operation) -> bool:
    name = operation.keys.get("id") or operation.blocks()[0]
    page = re.match(r"p(\d+)", name)
    return int(page[1]) >= FIRST_TABLE if page else name.startswith(f"missing.{PART}.")


def test_a_part_of_the_real_document_is_seeded_from_its_raw_text_on_the_page_alone(
    live_server: LiveServer, page: Page
) -> None:
    sign_in(page, live_server, "/seed/")
    page.get_by_label("Document", exact=True).set_input_files(SOURCE)
    page.locator("main form[enctype] button[type=submit]").first.click()
    page.get_by_role("link", name="Review how it was read").click()
    expect(page.locator("#words-left")).to_have_text("25")
    page.locator(f"#part-{PART}").click()
    expect(page.locator(f"#section-{FIRST_TABLE}")).to_be_visible()

    editor = Editor(page)
    decisions = [one for one in CORRECTIONS.operations if concerns_the_part(one)]
    for operation in decisions:
        editor.decide(operation)

    assert len(decisions) == 30
    assert {one.op for one in decisions} == set(KEYS) - {"drop"}
    made = parsed(SeedDraft.objects.select_related("document").get()).outline
    whole = parse_document(SOURCE.read_bytes(), name=SOURCE.name, corrections=CORRECTIONS).outline
    assert part_of(made, PART) == part_of(whole, PART)
    for number in range(FIRST_TABLE, 17):
        expect(page.locator(f"#section-{number} .count-left")).to_have_count(0)
    # Closing the page loses nothing.
    page.reload()
    assert steps_taken(page) == 30
