"""``manage.py parse_plan``: exit statuses, what it prints, what it writes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.reading.bad_files import EMPTY
from tests.reading.documents import bullets, table
from tests.reading.test_real_document import CORRECTIONS, FIXTURES, SOURCE

FIXTURE = FIXTURES / "technical-cooperation.json"
PLAN = table(
    ("1. One", bullets("one;", "two."), "By May 2001", "<p>Work goes on.</p> <p>A</p> <p>B</p>")
)


def run(*args: object, **options: object) -> tuple[str, str]:
    """What the command prints on standard output and on standard error."""
    out, err = StringIO(), StringIO()
    call_command("parse_plan", *map(str, args), stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def failure(*args: object, **options: object) -> CommandError:
    with pytest.raises(CommandError) as caught:
        run(*args, **options)
    return caught.value


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN)
    return path


def test_the_account_of_the_real_document_ends_with_no_unplaced_words() -> None:
    out, err = run(SOURCE, corrections=CORRECTIONS, account=True)
    assert out.splitlines() == [
        "placed right without a correction: 268 of 299 blocks (89.6 %)",
        "words read          5347",
        "words placed        4848",
        "boilerplate          355",
        "duplicates           144",
        "0 unplaced words",
    ]
    assert err == "0 anomalies to look at, 29 repaired\n"


def test_check_passes_on_the_committed_fixture() -> None:
    out, err = run(SOURCE, corrections=CORRECTIONS, output=FIXTURE, check=True)
    assert out == ""
    assert err.splitlines()[-1] == f"{FIXTURE} is up to date"


def test_check_fails_with_a_diff_on_a_stale_fixture_and_leaves_it(tmp_path: Path) -> None:
    stale = tmp_path / "stale.json"
    text = FIXTURE.read_text().replace("Completed by April 2000", "Completed by May 2000", 1)
    stale.write_text(text)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command(
            "parse_plan",
            str(SOURCE),
            corrections=CORRECTIONS,
            output=stale,
            check=True,
            stdout=out,
            stderr=StringIO(),
        )
    assert caught.value.returncode == 1
    assert '-   "text": "Completed by May 2000",' in out.getvalue().splitlines()
    assert '+   "text": "Completed by April 2000",' in out.getvalue().splitlines()
    assert stale.read_text() == text


def test_without_corrections_it_writes_what_it_could_place_and_prints_anomalies(
    plan: Path, tmp_path: Path
) -> None:
    output = tmp_path / "plan.json"
    _, err = run(plan, output=output)
    texts = [item["fields"].get("text") for item in json.loads(output.read_text())]
    assert "one;" in texts
    assert err.splitlines() == [
        "line 4, p1.r1.c4.b1: 3 statuses for 2 elements; taken in order",
        "1 anomalies to look at, 0 repaired",
        f"wrote {output}",
    ]


def test_what_is_accepted_is_counted_and_not_printed(plan: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "plan.toml"
    corrections.write_text(
        '[[operation]]\nop = "accept"\nblock = "p1.r1.c4.b1"\n'
        'odd = "3 statuses for 2 elements; taken in order"\nreason = "It says so."\n'
    )
    _, err = run(plan, corrections=corrections, output=tmp_path / "plan.json")
    assert err.splitlines()[0] == ("0 anomalies to look at, 0 repaired, 1 accepted as they are")


def test_without_output_the_fixture_goes_to_standard_output(plan: Path) -> None:
    out, _ = run(plan)
    assert json.loads(out)[0] == {
        "model": "plans.plan",
        "fields": {"slug": "plan", "title": "plan"},
    }


def test_unplaced_words_fail_the_account(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(PLAN + "\nA stray remark of some kind.\n")
    error = failure(path, account=True)
    assert (str(error), error.returncode) == (f"{path}: 6 words have no place", 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", EMPTY),
        (b"\xff\xfe\x00A", "line 1: not UTF-8 text (byte 1); save the document as UTF-8 text"),
        (b"A\tB\tC\na\t<p>b\tc\n", "line 2: cell 2: the tag <p> is never closed"),
        (b"A\tB\tC\n\0\n", "line 2: a NUL byte: this is not a text file"),
        (
            b"x" * 50_000_000,
            "the file is larger than 20 MB; a plan's document is far smaller",
        ),
    ],
    ids=["empty", "encoding", "unclosed tag", "NUL", "50 MB"],
)
def test_bad_input_ends_with_status_2_and_one_line_and_writes_nothing(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path, output = tmp_path / "bad.txt", tmp_path / "out.json"
    path.write_bytes(content)
    error = failure(path, output=output)
    assert (str(error), error.returncode) == (f"{path}: {message}", 2)
    assert not output.exists()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    error = failure(tmp_path / "none.txt")
    assert (str(error), error.returncode) == (
        f"{tmp_path / 'none.txt'}: No such file or directory",
        2,
    )


def test_corrections_that_do_not_fit_end_with_status_2(plan: Path, tmp_path: Path) -> None:
    corrections = tmp_path / "plan.toml"
    corrections.write_text('[[operation]]\nop = "drop"\nblock = "p9.x1"\nreason = "x"\n')
    error = failure(plan, corrections=corrections)
    assert (str(error), error.returncode) == (
        f"{corrections}: operation 1 (drop): the source has no block 'p9.x1'",
        2,
    )


def test_check_needs_to_know_which_fixture(plan: Path) -> None:
    error = failure(plan, check=True)
    assert error.returncode == 2
    assert str(error) == "--check needs --output, the fixture to check"
