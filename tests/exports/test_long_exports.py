"""Long exports: written once, in a process of their own, for those who may have them."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User

from plans.exports import long_exports
from plans.exports.job_files import Done, Failure
from plans.exports.long_exports import State, is_long, take
from plans.exports.queries import report_table, visible_report
from plans.models import ReportingRound, Role
from plans.reports.writers import FORMATS
from tests.exports.long_files import (
    CSV,
    NOBODY,
    SLEEPS,
    Started,
    ask,
    document,
    kept,
    secretariat,
    wait,
)
from tests.factories import close, make_plan, make_report, make_round, make_status, make_user

pytestmark = pytest.mark.django_db
PDF = FORMATS["pdf"]


@pytest.fixture(autouse=True)
def _two_at_once(settings: LazySettings) -> None:
    settings.TRACKER_EXPORTS = 2


# -- Which are long -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "elements", "long"),
    [("pdf", 500, False), ("pdf", 501, True), ("csv", 7800, False), ("xlsx", 7800, True)],
)
def test_a_file_is_long_from_so_many_elements(name: str, elements: int, long: bool) -> None:
    report = document(make_report())

    assert is_long(report, FORMATS[name], elements) == long


def test_no_file_is_long_where_none_is_written_apart(settings: LazySettings) -> None:
    report = document(make_report())
    settings.TRACKER_EXPORTS = 0

    assert not is_long(report, PDF, 100_000)


def test_no_file_of_a_closed_round_is_long_where_none_is_kept(settings: LazySettings) -> None:
    report = document(make_report())
    settings.TRACKER_FILES_SIZE = 0

    assert not is_long(report, PDF, 100_000)


# -- Of closed rounds -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["csv", "docx", "xlsx", "pdf", "json", "akn"])
def test_the_file_of_a_closed_round_is_what_the_writer_writes_of_its_record(
    name: str, settings: LazySettings, started: Started
) -> None:
    round_ = make_report()

    progress = wait(round_, format_=FORMATS[name])

    (path,) = kept(settings)
    content = FORMATS[name].write(report_table(round_))
    assert (progress.state, progress.size, path.read_bytes()) == (
        State.READY,
        len(content),
        content,
    )


def test_those_who_ask_for_the_same_file_wait_for_the_same_work(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    round_ = make_report()

    states = [ask(round_, user=user).state for user in (NOBODY, make_user(), secretariat(), NOBODY)]

    assert (states, len(started)) == ([State.RUNNING] * 4, 1)


def test_a_file_that_was_made_is_not_made_again(started: Started) -> None:
    round_ = make_report()
    wait(round_)

    assert (ask(round_).state, len(started)) == (State.READY, 1)


def test_a_round_closed_anew_has_a_file_of_its_own(
    settings: LazySettings, started: Started
) -> None:
    round_ = make_report()
    wait(round_)
    round_.state = ReportingRound.State.OPEN
    round_.save(update_fields=["state"])
    round_.snapshots.filter(ordinal=1).update(text="Another text altogether.")
    close(round_)

    wait(round_)

    found = sorted(b"Another text altogether." in path.read_bytes() for path in kept(settings))
    assert found == [False, True]


def test_more_than_the_places_wait_until_one_is_free(
    settings: LazySettings, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_EXPORTS = 1
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    round_ = make_report()
    ask(round_, format_=PDF)

    waiting = ask(round_)
    monkeypatch.undo()
    settings.TRACKER_EXPORTS = 1
    started[0].kill()
    started[0].wait()

    assert (waiting.state, wait(round_).state) == (State.WAITING, State.READY)


def test_what_the_last_file_took_is_what_the_next_is_expected_to_take(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_report(), make_report(slug="another-plan")
    unknown = ask(first).expected
    wait(first)
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)

    pace = long_exports._jobs().pace("csv")

    assert pace is not None
    assert (unknown, ask(second).expected) == (None, 2 * pace)


def test_those_who_ask_meanwhile_are_told_how_far_the_file_is(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    round_ = make_report()
    reading = ask(round_).done

    long_exports._job(NOBODY, document(round_), CSV).tell(Done(elements=1, of=2))

    assert (reading, ask(round_, user=make_user()).done) == (None, Done(elements=1, of=2))


# -- Of open rounds -------------------------------------------------------------------------------


def test_the_file_of_an_open_round_is_what_the_person_may_see(started: Started) -> None:
    round_, user = make_report(closed=False), secretariat()
    wait(round_, user=user)

    file = take(user=user, document=document(round_, user=user), format_=CSV)

    assert file is not None
    with file:
        assert file.read() == CSV.write(visible_report(user, round_))


def test_the_file_of_an_open_round_is_not_kept_and_fetched_once(
    settings: LazySettings, started: Started
) -> None:
    round_, user = make_report(closed=False), secretariat()
    wait(round_, user=user)
    report = document(round_, user=user)

    first, second = (take(user=user, document=report, format_=CSV) for _ in range(2))

    assert first is not None
    first.close()
    left = [path.suffix for path in (settings.TRACKER_FILES / "making").iterdir()]
    assert (second, kept(settings), sorted(left)) == (None, [], [".lock", ".lock", ".pace"])


def test_nobody_else_gets_the_file_of_an_open_round(started: Started) -> None:
    round_, user = make_report(closed=False), secretariat()
    other = make_user("colleague", Role.SECRETARIAT)
    wait(round_, user=user)

    assert take(user=other, document=document(round_, user=other), format_=CSV) is None


def test_who_loses_a_role_loses_what_they_asked_for_before(started: Started) -> None:
    round_, user = make_report(closed=False), secretariat()
    wait(round_, user=user)
    user.groups.set([])
    make_user("officer", Role.OFFICER)
    user.groups.set(User.objects.get(username="officer").groups.all())
    now = User.objects.get(pk=user.pk)

    assert take(user=now, document=document(round_, user=now), format_=CSV) is None


def test_the_drafts_of_an_open_round_do_not_outlive_its_closing(started: Started) -> None:
    version = make_plan()
    round_, user = make_round(version), secretariat()
    make_status(round_, version.elements.all(), text="A draft.", state="draft")
    wait(round_, user=user)
    close(round_)

    assert take(user=user, document=document(round_, user=user), format_=CSV) is None


# -- Failures -------------------------------------------------------------------------------------


def test_a_report_that_the_format_cannot_hold_says_so(started: Started) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="\U0001f600 smiling")
    close(round_)

    progress = wait(round_, format_=PDF)

    assert progress.failure == Failure(
        "report", "the status of I.1.1: the fonts of the PDF do not have “\U0001f600” (U+1F600)"
    )


def test_a_record_that_is_not_what_its_hash_says_gives_no_file(
    settings: LazySettings, started: Started
) -> None:
    round_ = make_report()
    first = round_.records.get()
    round_.records.create(
        number=2, content=first.content, sha256="f" * 64, previous_sha256=first.sha256
    )

    progress = wait(round_)

    assert progress.failure == Failure("report", f"not what the SHA-256 {'f' * 64} was taken of")
    assert kept(settings) == []


def test_a_process_that_is_killed_is_told_as_such_and_can_be_started_again(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_report()
    with monkeypatch.context() as patch:
        patch.setattr(long_exports, "_COMMAND", SLEEPS)
        ask(round_)
    os.kill(started[0].pid, signal.SIGKILL)

    killed = wait(round_)
    remembered = ask(round_)
    again = ask(round_, again=True)

    assert (killed.failure, remembered.failure, again.state) == (
        Failure("ended"),
        Failure("ended"),
        State.RUNNING,
    )
    assert wait(round_).state is State.READY


def test_a_file_that_takes_too_long_is_given_up(settings: LazySettings, started: Started) -> None:
    settings.TRACKER_EXPORT_SECONDS = 0.01

    assert wait(make_report(), format_=PDF).failure == Failure("time")


def test_a_process_that_does_not_end_itself_is_ended(
    settings: LazySettings, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_EXPORT_SECONDS = 0.1
    monkeypatch.setattr(long_exports, "_GRACE", 0.1)
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    round_ = make_report()
    ask(round_)

    assert wait(round_).failure == Failure("ended")


def test_the_process_knows_neither_the_key_nor_the_way_to_the_database(
    started: Started, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    code = f"import json, os; open({str(told)!r}, 'w').write(json.dumps(dict(os.environ)))"
    monkeypatch.setattr(long_exports, "_COMMAND", (sys.executable, "-c", code))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ask(make_report())
    started[0].wait()

    variables = json.load(io.StringIO(told.read_text()))

    assert set(variables) - {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"} == set()


# -- Files that are made before anybody asks ------------------------------------------------------


def prepare(round_: ReportingRound) -> None:
    formats = [format_ for format_ in FORMATS.values() if format_.name != "html"]
    long_exports.prepare(document=document(round_), formats=formats)


def test_the_files_of_a_closed_round_are_made_before_anybody_asks(
    settings: LazySettings, started: Started
) -> None:
    round_ = make_report()

    prepare(round_)
    (process,) = started
    process.wait()

    table = report_table(round_)
    assert {path.suffix: path.read_bytes() for path in kept(settings)} == {
        f".{format_.extension}": format_.write(table)
        for format_ in FORMATS.values()
        if format_.name != "html"
    }


def test_what_takes_long_is_not_made_before_anybody_asks(
    settings: LazySettings, started: Started
) -> None:
    prepare(make_report(issues=3, elements=200))
    started[0].wait()

    assert ".pdf" not in {path.suffix for path in kept(settings)}


def test_nothing_is_made_before_anybody_asks_of_an_open_round(started: Started) -> None:
    user = secretariat()
    report = document(make_report(closed=False), user=user)

    long_exports.prepare(document=report, formats=[CSV])

    assert started == []


def test_many_readers_have_the_files_made_once(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    round_ = make_report()

    for _ in range(3):
        prepare(round_)

    assert len(started) == 1


def test_what_could_not_be_made_is_not_tried_with_every_reader(
    settings: LazySettings, started: Started
) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="\U0001f600 smiling")
    close(round_)

    prepare(round_)
    started[0].wait()
    prepare(round_)

    found = {path.suffix for path in kept(settings)}
    assert (len(started), found) == (1, {".json", ".csv", ".docx", ".xlsx", ".xml"})


def test_a_round_closed_again_unchanged_has_two_records_and_one_file(
    settings: LazySettings, started: Started
) -> None:
    round_ = make_report()
    close(round_)

    assert (wait(round_).state, round_.records.count(), len(kept(settings))) == (State.READY, 2, 1)
