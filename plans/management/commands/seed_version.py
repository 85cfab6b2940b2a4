"""``manage.py seed_version``: from a document to a plan version, as the pages of seeding do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.importing.blocks import SourceError
from plans.importing.corrections import CorrectionError, Corrections
from plans.importing.heads import language_of, slug_of
from plans.importing.matching import Stated
from plans.importing.pipeline import NO_CORRECTIONS
from plans.importing.progress import Steps, to_the_end
from plans.importing.readers import MappingNeededError, columns_of
from plans.management import seed_arguments
from plans.management.naming import PlanCommand, person_named, version_named
from plans.management.own_files import BAD_INPUT, corrections_in, read_bytes, write_text
from plans.management.seed_arguments import HEAD
from plans.management.seeding import columns_told, dry_run_told, objections_told
from plans.models import Plan, PlanVersion, SeedDraft
from plans.selectors.matching import decisions_file, proposing
from plans.selectors.seeding import corrections_of, document_section, parsing, reading
from plans.services.errors import InvalidError, RefusedError
from plans.services.seeding.commit import DryRun, begin_commit, dry_run
from plans.services.seeding.drafts import reading_ahead, set_head, starting
from plans.services.seeding.guards import check_seeder, checked
from plans.services.seeding.matching import (
    Alike,
    accept_alike,
    finding,
    matching_for,
    replace_decisions,
)
from plans.services.seeding.publish import publish_version
from plans.services.seeding.steps import replace_steps
from plans.templatetags.seed_tags import step_line

Tell: TypeAlias = Callable[[str], None]
_Result = TypeVar("_Result")


class Command(PlanCommand):
    """``manage.py seed_version FILE --plan PLAN``; see its ``--help``."""

    help = (
        "Make a plan version of a document: text of the Governing Body dialect, HTML, .docx,\n"
        ".xlsx or .csv. Its kind is told from its content. It is not published unless you say."
    )
    epilog = seed_arguments.EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        seed_arguments.add_arguments(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Make the version. Raises CommandError, and keeps nothing, when it is refused."""
        by = person_named(options["by"])
        content = read_bytes(options["file"])
        given = options["corrections"]
        corrections = corrections_in(given) if given is not None else None
        stated = seed_arguments.decisions_in(options["matching"])
        tell = self._progress if options["verbosity"] else _silent
        with _refusals_of(options["file"]):
            check_seeder(by)
        tell(f"reading {options['file'].name}, {len(content):,} bytes")
        _work_ahead(options, by, content, corrections, tell)
        with _refusals_of(options["file"]), transaction.atomic():
            draft = self._draft(options, by, content, corrections, tell)
            self._match(options, by, draft, stated, tell)
            draft = _anew(draft)
            tell("checking what will be made")
            run = dry_run(draft, checked(draft, corrections_of(draft)))
            for line in dry_run_told(draft, run):
                self.stdout.write(line)
            for line in objections_told(run):
                self.stderr.write(line)
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
        tell: Tell,
    ) -> SeedDraft:
        """The draft with all in it that the command line says, but what became of elements."""
        plan = Plan.objects.filter(slug=options["plan"]).first()
        base = _base(plan, options)
        name = options["file"].name
        with _refusals_of(options["file"], BAD_INPUT):
            draft = to_the_end(
                _told(starting(by=by, name=name, content=content, plan=plan, base=base), tell)
            )
        mapping = seed_arguments.mapping_said(options, content)
        if corrections is not None or mapping is not None:
            said = corrections or NO_CORRECTIONS
            if mapping is not None:
                said = replace(said, columns=mapping)
            where = options["corrections"] if corrections else options["file"]
            with _refusals_of(where, BAD_INPUT):
                draft = replace_steps(
                    draft_id=draft.pk, by=by, base_revision=draft.revision, corrections=said
                )
        elif draft.has_columns:
            self._check_columns(draft, options, content)
        with _refusals_of(options["file"], BAD_INPUT):
            return _described(draft, options, by, plan)

    def _check_columns(self, draft: SeedDraft, options: dict[str, Any], content: bytes) -> None:
        """Raise CommandError when nobody has said what the columns hold; list them then."""
        try:
            reading(draft, language=options["language"] or language_of(draft.head))
        except MappingNeededError as error:
            for line in columns_told(columns_of(content)):
                self.stderr.write(line)
            raise CommandError(
                f"{options['file']}: {error}; say it with --columns", returncode=BAD_INPUT
            ) from error

    def _match(
        self,
        options: dict[str, Any],
        by: User,
        draft: SeedDraft,
        stated: tuple[Stated, ...] | None,
        tell: Tell,
    ) -> None:
        """Decide what became of the elements of the version before, as far as it is said."""
        asked = next((name for name in ("matching", "write_matching") if options[name]), "")
        if draft.base is None:
            if asked:
                option = f"--{asked.replace('_', '-')}"
                raise CommandError(f"{option} needs --base, the version before", returncode=2)
            return
        tell(f"matching with {draft.base.slug}")
        # What it takes time to find is remembered by the services below.
        to_the_end(_told(finding(draft), tell))
        if stated is not None:
            with _refusals_of(options["matching"], BAD_INPUT):
                replace_decisions(
                    draft_id=draft.pk, by=by, base_revision=draft.revision, stated=stated
                )
        if options["accept"]:
            _accept(draft.pk, by, Alike(options["accept"]))
        if options["write_matching"]:
            text = decisions_file(matching_for(_anew(draft)), proposed=True)
            write_text(options["write_matching"], text)

    def _check(self, run: DryRun, *, odd_is_fine: bool) -> None:
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


@contextmanager
def _refusals_of(what: Path, status: int = 1) -> Iterator[None]:
    """Turn a refusal into an error that names the file which is to blame."""
    try:
        yield
    except RefusedError as refusal:
        raise CommandError(f"{what}: {refusal}", returncode=status) from refusal


def _work_ahead(
    options: dict[str, Any],
    by: User,
    content: bytes,
    corrections: Corrections | None,
    tell: Tell,
) -> None:
    """Read and match what then is remembered: nobody who writes should wait for that.

    Raises CommandError for a document that cannot be read. What else is wrong is told when its
    turn comes.
    """
    plan = Plan.objects.filter(slug=options["plan"]).first()
    base = _base(plan, options)
    name = options["file"].name
    with _refusals_of(options["file"], BAD_INPUT):
        draft = to_the_end(
            _told(reading_ahead(by=by, name=name, content=content, plan=plan, base=base), tell)
        )
    mapping = seed_arguments.mapping_said(options, content)
    said = corrections or NO_CORRECTIONS
    columns = mapping or said.columns
    draft.mapping = columns.as_data() if columns else {}
    language = options["language"] or said.document.get("language")
    head = draft.head | ({"language": language} if language else {})
    with suppress(CorrectionError, SourceError):
        said = replace(said, document=document_section(head))
        parsed = to_the_end(_told(parsing(draft, corrections=said, content=content), tell))
        if base is not None:
            to_the_end(_told(proposing(base, parsed.outline), tell))


def _base(plan: Plan | None, options: dict[str, Any]) -> PlanVersion | None:
    if not options["base"]:
        return None
    if plan is None:
        raise CommandError(f"--base {options['base']}: there is no plan {options['plan']}")
    return version_named(plan.slug, options["base"])


def _described(draft: SeedDraft, options: dict[str, Any], by: User, plan: Plan | None) -> SeedDraft:
    """The draft with what the options say that the document does not print."""
    said: dict[str, Any] = {key: options[name] for name, key in HEAD.items() if options[name]}
    if options["round_symbol_inferred"]:
        said["round_symbol_inferred"] = True
    if plan is None:
        said["plan_slug"] = options["plan"]
    if options["symbol"] and "version_slug" not in draft.head:
        said.setdefault("version_slug", slug_of(options["symbol"]))
    with_round = False if options["without_statuses"] else None
    if said.items() <= draft.head.items() and with_round is None:
        return draft
    try:
        return set_head(
            draft_id=draft.pk,
            by=by,
            base_revision=draft.revision,
            head=draft.head | said,
            with_round=with_round,
        )
    except InvalidError as refusal:
        message = str(refusal)
        for name, key in HEAD.items():
            if options[name]:
                option = name.replace("_", "-")
                message = message.replace(f"[document] {key}:", f"--{option}:")
        raise InvalidError(message) from refusal


def _anew(draft: SeedDraft) -> SeedDraft:
    """The draft as it is kept now."""
    return SeedDraft.objects.select_related("document", "plan", "base").get(pk=draft.pk)


def _silent(_what: str) -> None:
    """Tell nothing, as ``--verbosity 0`` wants it."""


def _told(steps: Steps[_Result], tell: Tell) -> Steps[_Result]:
    """``steps``, each told when it is done."""
    try:
        while True:
            step = next(steps)
            tell(step_line(step))
            yield step
    except StopIteration as end:
        result: _Result = end.value
        return result


def _accept(draft_id: int, by: User, most: Alike) -> None:
    """Accept what is proposed, as far as ``most``."""
    steps = (Alike.SAME, Alike.RENUMBERED) if most is Alike.RENUMBERED else (most,)
    for alike in steps:
        revision = SeedDraft.objects.values_list("revision", flat=True).get(pk=draft_id)
        # There may be nothing of one sort; what is left undecided is named later.
        with suppress(InvalidError):
            accept_alike(draft_id=draft_id, by=by, base_revision=revision, alike=alike)
