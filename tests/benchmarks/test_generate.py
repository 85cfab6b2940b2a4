"""The generated plans that measurements are made on."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from benchmarks.generate import ELEMENTS_PER_UNIT, generate, report_again
from plans.exports.queries import build_from_database, report_table
from plans.models import ActionElement, Issue, Plan, StatusCover
from plans.reports.changes import Outcome
from plans.reports.compare import compare
from plans.reports.layout import RowKind, lay_out

pytestmark = pytest.mark.django_db


def test_one_unit_has_as_many_elements_as_the_real_plan() -> None:
    assert ELEMENTS_PER_UNIT == 78


@pytest.mark.parametrize("scale", [1, 3])
def test_a_plan_grows_with_its_scale(scale: int) -> None:
    version = generate(scale=scale).version
    assert Issue.objects.filter(version=version).count() == 17 * scale
    assert ActionElement.objects.filter(version=version).count() == 78 * scale


def test_every_element_has_a_status_and_a_time_frame() -> None:
    round_ = generate(scale=1)
    assert StatusCover.objects.filter(round=round_).count() == 78
    assert ActionElement.objects.filter(time_frame__isnull=True).count() == 0


def test_the_report_can_be_laid_out_with_all_kinds_of_rows() -> None:
    layout = lay_out(build_from_database(generate(scale=1)))
    rows = [row for part in layout for row in part.rows]
    assert {row.kind for row in rows} == set(RowKind)
    assert sum(row.kind is RowKind.ELEMENT for row in rows) == 78
    assert [row for row in rows if row.status and row.status.see] != []


def test_a_closed_round_has_its_record() -> None:
    round_ = generate(scale=1, closed=True)
    assert report_table(round_).round.record_sha256 == round_.records.get().sha256


def test_the_same_scale_makes_the_same_plan() -> None:
    first = build_from_database(generate(scale=1, slug="first"))
    second = build_from_database(generate(scale=1, slug="second"))
    assert first.parts == second.parts


def test_a_second_plan_of_the_same_name_is_refused_whole() -> None:
    generate(scale=1)
    with pytest.raises(IntegrityError):
        generate(scale=1)
    assert Plan.objects.count() == 1


def test_a_later_round_rewords_two_of_three_statuses() -> None:
    round_ = generate(scale=1, closed=True)

    later = report_again(round_)

    counts = compare(report_table(round_), report_table(later)).counts
    found = {outcome: number for outcome, number in counts.outcomes.items() if number}
    assert (later.is_closed, found) == (True, {Outcome.REWORDED: 52, Outcome.UNCHANGED: 26})
