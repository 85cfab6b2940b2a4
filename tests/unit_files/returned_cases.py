"""Files that a unit sends back."""

from __future__ import annotations

from plans.models import ReturnedFile
from plans.unit_files import services as returned
from plans.unit_files.queries import FileReview, find_returned_file, review
from tests.scenes import Scene
from tests.unit_files.files import filled_in, sent_to

LINES = ["The manual was issued.", "• in English;", "• in French.", "It is being translated."]


def receive(scene: Scene, content: bytes, **changes: object) -> ReturnedFile:
    values: dict[str, object] = {
        "round_id": scene.round.pk,
        "by": scene.secretary,
        "name": "evaluation.xlsx",
        "content": content,
    }
    return returned.receive(**(values | changes))  # type: ignore[arg-type]


def answered(scene: Scene, kind: str = "xlsx", **changes: object) -> ReturnedFile:
    """A file that came back with an answer in its first row."""
    content = filled_in(sent_to(scene.round, scene.unit, kind), kind, {1: ("completed", LINES)})
    return receive(scene, content, **changes)


def looked_at(scene: Scene, file: ReturnedFile) -> FileReview:
    round_ = scene.snapshot().round
    found = find_returned_file(scene.secretary, round_, file.pk)
    assert found is not None
    return review(scene.secretary, found)
