"""``manage.py compare_versions``."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plans.models import PlanVersion
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_part,
    make_time_frame,
    make_version,
)
from tests.lineage import link
from tests.second_version import make_second_version

pytestmark = pytest.mark.django_db
PLAN = "technical-cooperation"


@pytest.fixture
def versions() -> tuple[PlanVersion, PlanVersion]:
    """Two small versions, the second based on the first; without lineage."""
    texts = (
        ("Old", "By end 2000", ["a review of standards;", "training of staff.", "a desk."]),
        ("New", "By end 2001", ["a review of all standards;", "a desk."]),
    )
    made = []
    for slug, (title, due, elements) in zip(("first", "second"), texts, strict=True):
        version = make_version(slug=slug, symbol=slug.upper())
        issue = make_issue(make_part(version), title=f"{title} standards")
        frame = make_time_frame(issue, due)
        group = make_group(issue)
        for text in elements:
            make_element(group, text, time_frame=frame)
        made.append(version)
    made[1].based_on = made[0]
    made[1].save(update_fields=["based_on"])
    return made[0], made[1]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("compare_versions", PLAN, *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_what_changed_aligned(versions: tuple[PlanVersion, PlanVersion]) -> None:
    assert run("first", "second").splitlines() == [
        "technical-cooperation: FIRST -> SECOND",
        "as proposed from the words; no lineage was kept",
        "reworded 1, dropped 1, renumbered 1, time-frames 2, changes 3, issues 1, all 3",
        "",
        "I.1  [-Old-] {+New+} standards",
        "  reworded    I.1.1 -> I.1.1",
        "    a review of {+all+} standards;",
        "    time-frame: By end [-2000-]{+2001+}",
        "  dropped     I.1.2 -> -",
        "    [-training of staff.-]",
        "  renumbered  I.1.3 -> I.1.2",
        "    a desk.",
        "    time-frame: By end [-2000-]{+2001+}",
    ]


def test_it_says_when_it_goes_by_the_lineage_that_was_kept(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    link(versions[1])

    assert run("first", "second").splitlines()[1] == "by the lineage that was kept"


def test_it_prints_json(versions: tuple[PlanVersion, PlanVersion]) -> None:
    report = json.loads(run("first", "second", "--json"))

    assert (report["schema"], report["lineage"], report["counts"]["changes"]) == (
        "tracker.versions/1",
        "proposed",
        3,
    )
    assert report["earlier"] == {"slug": "first", "symbol": "FIRST", "date": "1999-11"}
    assert report["elements"][0] == {
        "kind": "reworded",
        "only_renumbered": False,
        "earlier": ["I.1.1"],
        "later": ["I.1.1"],
        "text": ["a review of standards;", "a review of all standards;"],
        "time_frame": ["By end 2000", "By end 2001"],
        "reason": "",
    }
    assert report["issues"][0]["title"] == ["Old standards", "New standards"]


def test_the_exit_status_tells_whether_anything_changed(
    versions: tuple[PlanVersion, PlanVersion],
) -> None:
    with pytest.raises(SystemExit) as left:
        run("first", "second", "--exit-code")
    assert left.value.code == 3
    make_copy = make_version(slug="third", symbol="THIRD")
    issue = make_issue(make_part(make_copy), title="New standards")
    frame = make_time_frame(issue, "By end 2001")
    group = make_group(issue)
    for text in ("a review of all standards;", "a desk."):
        make_element(group, text, time_frame=frame)

    assert "same 2, all 2" in run("second", "third", "--exit-code")


def test_the_real_plan_is_compared_in_a_few_lines_or_whole(real: PlanVersion) -> None:
    make_second_version(real)

    short, whole = run(real.slug, "gb282-tc-3"), run(real.slug, "gb282-tc-3", "--all")

    assert "  split       I.2(a).2 -> I.2(a).2, I.2(a).3\n" in short
    assert sum(line.startswith("  same ") for line in short.splitlines()) == 0
    assert sum(line.startswith("  same ") for line in whole.splitlines()) == 55


@pytest.fixture
def real() -> PlanVersion:
    call_command("loaddata", "technical-cooperation", verbosity=0)
    return PlanVersion.objects.get(slug="gb276-tc-2")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("first", "ninth"), "technical-cooperation has no version ninth; there is first, second"),
        (("first", "first"), "a version cannot be compared with itself: name two"),
    ],
)
def test_what_there_is_not_is_told_in_one_line(
    versions: tuple[PlanVersion, PlanVersion], arguments: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert str(refused.value) == sentence
