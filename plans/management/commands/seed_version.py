"""``manage.py seed_version``: from a document to a plan version, as the pages of seeding do it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.importing.corrections import CorrectionError, Corrections, read_corrections
from plans.importing.heads import slug_of
from plans.importing.readers.kinds import MAX_BYTES
from plans.management.naming import PlanCommand, person_named, version_named
from plans.models import Plan, PlanVersion, SeedDraft
from plans.selectors.seeding import corrections_of, find_draft
from plans.services.errors import InvalidError, RefusedError
from plans.services.seeding.commit import DryRun, begin_commit, dry_run
from plans.services.seeding.drafts import set_head, start_draft
from plans.services.seeding.guards import checked
from plans.services.seeding.matching import Alike, accept_alike
from plans.services.seeding.progress import Steps, to_the_end
from plans.services.seeding.publish import publish_version
from plans.services.seeding.steps import replace_steps
from plans.templatetags.seed_tags import kind_label

BAD_INPUT = 2
_HEAD = {
    "title": "plan_title",
    "symbol": "version_symbol",
    "slug": "version_slug",
    "session": "version_session",
    "date": "version_date",
    "language": "language",
    "as_at": "as_at",
}
_EPILOG = """\
examples:
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --symbol GB.282/TC/1 --session "282nd Session" --date 2001-11 --accept all --dry-run
  manage.py seed_version report.txt --plan technical-cooperation --corrections report.toml

Nothing is kept unless all of it is: when something stands in the way, it is listed and the exit
status is 1; when a file cannot be read it is 2. The columns of a sheet whose headings say too
little are named in the browser, under /seed/.
"""


class Command(PlanCommand):
    """``manage.py seed_version FILE --plan PLAN``; see its ``--help``."""

    help = (
        "Make a plan version of a document: text of the Governing Body dialect, HTML, .docx,\n"
        ".xlsx or .csv. Its kind is told from its content. It is not published unless you say."
    )
    epilog = _EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the document")
        parser.add_argument(
            "--plan", required=True, help="the plan; one that there is not is made under this name"
        )
        parser.add_argument(
            "--base", metavar="VERSION", default="", help="the version of the plan before it"
        )
        parser.add_argument(
            "--corrections", type=Path, metavar="FILE", help="what a person decided (TOML)"
        )
        parser.add_argument("--title", default="", help="the title of a plan that is made")
        parser.add_argument("--symbol", default="", help="the symbol of the document")
        parser.add_argument(
            "--slug",
            default="",
            help="the short name of the version; made from its symbol unless said",
        )
        parser.add_argument("--session", default="", help="the session that adopted it")
        parser.add_argument("--date", default="", help="its date: 1999, 1999-11 or 1999-11-17")
        parser.add_argument("--language", default="", help="its language: en, fr or es")
        parser.add_argument(
            "--as-at", metavar="DATE", default="", help="the day that its statuses describe"
        )
        parser.add_argument(
            "--without-statuses", action="store_true", help="make no round of its status column"
        )
        parser.add_argument(
            "--accept",
            choices=[alike.value for alike in Alike],
            default="",
            help="accept what is proposed about the elements of the version before: those that "
            "stayed the same, also those that were only renumbered, or all",
        )
        parser.add_argument(
            "--odd-is-fine",
            action="store_true",
            help="say that you have looked at the odd places, which are listed",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be made, and make nothing"
        )
        parser.add_argument("--publish", action="store_true", help="publish the version as well")
        parser.add_argument(
            "--by",
            metavar="USERNAME",
            default="",
            help="in whose name; the oldest administrator by default",
        )

    def handle(self, *args: object, **options: Any) -> None:
        """Make the version. Raises CommandError, and keeps nothing, when it is refused."""
        by = person_named(options["by"])
        content = _read(options["file"])
        corrections = _corrections(options["corrections"])
        tell = self._progress if options["verbosity"] else _silent
        try:
            with transaction.atomic():
                tell(f"reading {options['file'].name}, {len(content):,} bytes")
                draft = self._draft(options, by, content, corrections, tell)
                tell("checking what will be made")
                run = dry_run(draft, checked(draft, corrections_of(draft)))
                self._tell(run)
                self._check(run, odd_is_fine=options["odd_is_fine"] or options["dry_run"])
                if options["dry_run"]:
                    transaction.set_rollback(True)
                    self.stdout.write("A dry run: nothing was made.")
                    return
                begun = begin_commit(
                    draft_id=draft.pk, by=by, base_revision=draft.revision, anomalies_seen=True
                )
                version = to_the_end(_told(begun.steps(), tell))
                if options["publish"]:
                    publish_version(version_id=version.pk, by=by)
        except RefusedError as refusal:
            raise CommandError(f"{options['file']}: {refusal}") from refusal
        state = "published" if options["publish"] else "not published yet"
        self.stdout.write(f"Made {version.plan.slug} {version.slug}; it is {state}.")

    def _progress(self, what: str) -> None:
        """How far it is, on standard error, not in the colour of errors."""
        self.stderr.write(what, self.style.HTTP_INFO)

    def _draft(
        self,
        options: dict[str, Any],
        by: User,
        content: bytes,
        corrections: Corrections | None,
        tell: Callable[[str], None],
    ) -> SeedDraft:
        """The draft with everything in it that the command line says."""
        plan = Plan.objects.filter(slug=options["plan"]).first()
        base = _base(plan, options)
        draft = start_draft(by=by, name=options["file"].name, content=content, plan=plan, base=base)
        if corrections is not None:
            draft = replace_steps(
                draft_id=draft.pk, by=by, base_revision=draft.revision, corrections=corrections
            )
        said = {key: options[name] for name, key in _HEAD.items() if options[name]}
        if plan is None:
            said["plan_slug"] = options["plan"]
        if options["symbol"] and "version_slug" not in draft.head:
            said.setdefault("version_slug", slug_of(options["symbol"]))
        draft = set_head(
            draft_id=draft.pk,
            by=by,
            base_revision=draft.revision,
            head=draft.head | said,
            with_round=not options["without_statuses"],
        )
        if options["accept"] and base is not None:
            tell(f"matching with {base.slug}")
            _accept(draft.pk, by, Alike(options["accept"]))
        found = find_draft(by, draft.pk)
        if found is None:
            raise CommandError(f"--by {by.get_username()}: is no administrator")
        return found

    def _tell(self, run: DryRun) -> None:
        """Say what will be made, and what is odd."""
        head = run.head
        self.stdout.write(f"{head.plan_slug} {head.version_slug}, {head.version_symbol}:")
        for part in run.parts:
            self.stdout.write(
                f"  Part {part.number}: {part.issues} issues, {part.elements} elements "
                f"({part.missing} missing in the source), {part.time_frames} time-frames"
            )
        if head.as_at is not None:
            self.stdout.write(f"  {run.round_label}: a closed round")
        rows = ", ".join(f"{kind_label(name)} {count}" for name, count in run.counts.items())
        self.stdout.write(f"  rows: {rows}")
        for anomaly in run.anomalies:
            self.stderr.write(str(anomaly))

    def _check(self, run: DryRun, *, odd_is_fine: bool) -> None:
        for blocker in run.blockers:
            place = f" ({blocker.place})" if blocker.place else ""
            self.stderr.write(f"{blocker.message}{place}")
        if run.blockers:
            things = (
                "1 thing stands" if len(run.blockers) == 1 else f"{len(run.blockers)} things stand"
            )
            raise CommandError(f"{things} in the way; nothing was made")
        if run.anomalies and not odd_is_fine:
            raise CommandError(
                f"{len(run.anomalies)} odd places; look at them and say --odd-is-fine, or mend "
                "them with --corrections. Nothing was made"
            )


def _base(plan: Plan | None, options: dict[str, Any]) -> PlanVersion | None:
    if not options["base"]:
        return None
    if plan is None:
        raise CommandError(f"--base {options['base']}: there is no plan {options['plan']}")
    return version_named(plan.slug, options["base"])


def _silent(_what: str) -> None:
    """Tell nothing, as ``--verbosity 0`` wants it."""


def _told(steps: Steps[PlanVersion], tell: Callable[[str], None]) -> Steps[PlanVersion]:
    """``steps``, each told when it is done."""
    try:
        while True:
            step = next(steps)
            tell(f"{kind_label(step.name)}: {step.done:,} of {step.of:,}")
            yield step
    except StopIteration as end:
        version: PlanVersion = end.value
        return version


def _accept(draft_id: int, by: User, most: Alike) -> None:
    """Accept what is proposed, as far as ``most``."""
    steps = (Alike.SAME, Alike.RENUMBERED) if most is Alike.RENUMBERED else (most,)
    for alike in steps:
        revision = SeedDraft.objects.values_list("revision", flat=True).get(pk=draft_id)
        # There may be nothing of one sort; what is left undecided is named later.
        with suppress(InvalidError):
            accept_alike(draft_id=draft_id, by=by, base_revision=revision, alike=alike)


def _corrections(path: Path | None) -> Corrections | None:
    if path is None:
        return None
    try:
        return read_corrections(_read(path).decode())
    except (CorrectionError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error


def _read(path: Path) -> bytes:
    """The file's bytes, but no more than a reader takes and one."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=BAD_INPUT) from error
