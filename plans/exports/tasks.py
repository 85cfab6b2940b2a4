"""The job that makes a file which takes long, or which nobody has asked for yet."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.exports.queries import report_table
from plans.exports.services import (
    EXPORT_JOB,
    Place,
    available_formats,
    choice,
    content_sha256,
    docx_template,
    visible_tables,
)
from plans.exports.writing import TARGET, packed
from plans.jobs import files
from plans.jobs.attempts import Attempt
from plans.jobs.limits import RefusalError
from plans.jobs.registry import JobLink, handler
from plans.models import Job, ReportingRound
from plans.reports.canonical import ReportTableError
from plans.reports.changes import View
from plans.reports.table import ReportTable
from plans.reports.writers import Format, WriterError
from plans.web.labels import change_label, day

_STAGES = {
    "reading": gettext_lazy("Reading the report"),
    "preparing": gettext_lazy("Preparing the data"),
    "setting": gettext_lazy("Laying out the pages"),
    "writing": gettext_lazy("Writing the elements"),
    "packing": gettext_lazy("Putting the file together"),
}


def _asked_for(job: Job) -> tuple[Place, Format]:
    place = Place.from_data(job.arguments)
    return place, place.formats[job.arguments["format"]]


def _title(job: Job) -> str:
    place, format_ = _asked_for(job)
    label = choice(format_).label
    if place.shown is None:
        return _("Progress report as at %(day)s: %(label)s") % {
            "day": day(place.days[0]),
            "label": label,
        }
    title = _("What changed from %(old)s to %(new)s: %(label)s") % {
        "old": day(place.days[0]),
        "new": day(place.days[1]),
        "label": label,
    }
    if place.shown is View.CHANGES:
        return title
    rows = _("every row") if place.shown is View.ALL else change_label(place.shown)
    return f"{title} ({rows})"


def _links(job: Job) -> list[JobLink]:
    """The page, and where the file cannot be had, the other formats."""
    place, format_ = _asked_for(job)
    back = _("Back to the report") if place.shown is None else _("Back to the comparison")
    links = [JobLink(back, place.page)]
    if job.state == Job.State.FAILED:
        links += [
            JobLink(_("In another format: %(label)s") % {"label": choice(other).label}, address)
            for other in available_formats(place.shown)
            if other.name != format_.name and (address := place.file(other))
        ]
    return links


@handler(
    EXPORT_JOB,
    title=_title,
    stages=_STAGES,
    links=_links,
    refusals=(Http404, ReportTableError, WriterError),
)
def export(attempt: Attempt) -> None:
    """Store the file of the content as whoever asked for it sees it now.

    If that changed since, the file's address, where the job leads, asks for it anew.
    """
    place, format_ = _asked_for(attempt.job)
    attempt.progress("reading")
    tables = _tables(attempt.job, place)
    key = files.file_key(content_sha256(tables, place.shown), format_.extension)
    if not files.stored([key]):
        template = docx_template() if format_.templated else None
        payload = packed(tables, place.shown, format_, template)
        files.store(key, attempt.run_limited(TARGET, payload))
    with attempt.commit() as result:
        result["key"] = key


def _tables(job: Job, place: Place) -> list[ReportTable]:
    rounds = list(
        ReportingRound.objects.filter(
            version__plan__slug=place.plan, version__slug=place.version, as_at__in=place.days
        )
        .select_related("version__plan")
        .order_by("as_at")
    )
    changed = RefusalError(_("The report is not there any more as it was; ask for it anew."))
    if len(rounds) != len(place.days):
        raise changed
    if not job.public:
        if job.requested_by is None:
            raise changed
        return visible_tables(job.requested_by, rounds)
    if not all(round_.is_closed for round_ in rounds):
        raise changed
    return [report_table(round_) for round_ in rounds]
