"""The long work of seeding: reading, matching and committing a long document."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.catalogue.queries.lineage import proposals, proposals_key
from plans.jobs import files
from plans.jobs.attempts import Attempt
from plans.jobs.registry import JobLink, handler
from plans.models import Job, Plan, PlanVersion, SeedDraft
from plans.reading.corrections import CorrectionError
from plans.reading.heads import language_of
from plans.reading.readers import MappingNeededError
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import (
    classified_document,
    corrections_of,
    document_section,
    find_draft,
    reading_key,
)
from plans.seeding.queries.matching import sides_of
from plans.seeding.services.commit import ROW_ORDER, make_version, prepare_commit, row_label
from plans.seeding.services.drafts import checked, read_draft, store_draft, taken_back
from plans.web.refusals import InvalidError, NotAllowedError, RefusedError

READING_STAGES: Final[dict[str, str | Promise]] = {
    "sheets": gettext_lazy("sheets read"),
    "rows": gettext_lazy("rows read"),
    "lines": gettext_lazy("lines read"),
    "blocks": gettext_lazy("blocks classified"),
    "elements": gettext_lazy("action elements found"),
    "words": gettext_lazy("words placed"),
    "same": gettext_lazy("elements with the same words as before"),
    "pairs": gettext_lazy("pairs of the other elements compared"),
    "matched": gettext_lazy("elements matched"),
}
"""The stages of ``plans.reading.progress``."""


COMMIT_STAGES: Final[dict[str, str | Promise]] = READING_STAGES | {
    name: row_label(name) for name in (*ROW_ORDER, "lineage")
}


def _upload_title(job: Job) -> str:
    return _("Reading %(name)s") % {"name": job.arguments["name"]}


def _upload_links(job: Job) -> list[JobLink]:
    return _back_to(f"{reverse('plans:seed')}?refused={job.pk}", job)


@handler(
    "seed_upload",
    title=_upload_title,
    stages=READING_STAGES,
    links=_upload_links,
    refusals=(RefusedError,),
)
def begin_draft(attempt: Attempt) -> None:
    """Read an uploaded document and begin its draft, which is the result."""
    arguments = attempt.job.arguments
    plan = Plan.objects.filter(pk=arguments["plan"]).first()
    base = PlanVersion.objects.filter(pk=arguments["base"]).first()
    if (plan is None, base is None) != (arguments["plan"] is None, arguments["base"] is None):
        raise taken_back()
    file = files.open_file(arguments["file"])
    if file is None:
        raise InvalidError(_("The document is not kept any more. Upload it again."))
    with file:
        content = file.read()
    by = _asker(attempt.job)
    draft = read_draft(
        by=by,
        name=arguments["name"],
        content=content,
        plan=plan,
        base=base,
        progress=attempt.progress,
    )
    _store_reading(draft, attempt)
    with attempt.commit() as result:
        result["next_url"] = store_draft(draft, by=by).get_absolute_url()


def _reading_title(job: Job) -> str:
    draft = SeedDraft.objects.get(pk=job.arguments["draft"])
    if job.arguments["with_matching"] and draft.base is not None:
        names = {"name": draft.file_name, "symbol": draft.base.symbol}
        return _("Matching %(name)s to %(symbol)s") % names
    return _("Reading %(name)s") % {"name": draft.file_name}


@handler("seed_reading", title=_reading_title, stages=READING_STAGES, refusals=(RefusedError,))
def prepare_draft(attempt: Attempt) -> None:
    """Read a draft's document, and match it to the version before, for pages to be shown."""
    draft = _draft(attempt.job)
    _store_reading(draft, attempt)
    if attempt.job.arguments["with_matching"] and draft.base is not None:
        read = checked(draft, corrections_of(draft), progress=attempt.progress)
        sides = sides_of(draft.base, read.outline)
        found = proposals(*sides, progress=attempt.progress)
        files.store_value(proposals_key(*sides), found)
    with attempt.commit():
        # What was made is stored; there is nothing else to write.
        pass


def _commit_title(job: Job) -> str:
    draft = SeedDraft.objects.get(pk=job.arguments["draft"])
    return _("Making the version of %(name)s") % {"name": draft.file_name}


def _commit_links(job: Job) -> list[JobLink]:
    address = reverse("plans:seed_commit", args=[job.arguments["draft"]])
    return _back_to(f"{address}?refused={job.pk}", job)


@handler(
    "seed_commit",
    title=_commit_title,
    stages=COMMIT_STAGES,
    links=_commit_links,
    refusals=(RefusedError,),
)
def commit_draft(attempt: Attempt) -> None:
    """Make the version of a draft."""
    arguments = attempt.job.arguments
    prepared = prepare_commit(
        draft_id=arguments["draft"],
        by=_asker(attempt.job),
        base_revision=arguments["base_revision"],
        anomalies_seen=arguments["anomalies_seen"],
        progress=attempt.progress,
    )
    with attempt.commit() as result:
        result["version"] = make_version(prepared, progress=attempt.progress).pk


def _back_to(form_url: str, job: Job) -> list[JobLink]:
    """The way back to the form of a job that ended without a result."""
    ended = job.state in (Job.State.FAILED, Job.State.CANCELLED)
    return [JobLink(_("Back to the form"), form_url)] if ended else []


def _asker(job: Job) -> User:
    if job.requested_by is None:
        raise NotAllowedError(_("Only administrators seed versions."))
    return job.requested_by


def _draft(job: Job) -> SeedDraft:
    draft = find_draft(_asker(job), job.arguments["draft"])
    if draft is None:
        raise NotAllowedError(_("There is no such draft of a version."))
    return draft


def _store_reading(draft: SeedDraft, attempt: Attempt) -> None:
    """Store how a document reads before any correction, unless a person has to say more first.

    Raises InvalidError when it cannot be read.
    """
    try:
        language = language_of(document_section(draft.head))
        reading = classified_document(draft, language=language, progress=attempt.progress)
    except MappingNeededError:
        return
    except (CorrectionError, SourceError) as error:
        raise InvalidError(str(error)) from error
    files.store_value(reading_key(draft), reading)
