"""The outline as a tree of which every node knows the pieces that its words came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plans.reading.draft import Piece
from plans.reading.outline import (
    Outline,
    OutlineElement,
    OutlineIssue,
    OutlinePart,
    OutlineStatus,
    OutlineTimeFrame,
)
from plans.reading.source_table import BlockRole

_COVER = (
    BlockRole.AGENDA_ITEM,
    BlockRole.TITLE,
    BlockRole.PARAGRAPH,
    BlockRole.FOOTNOTE,
    BlockRole.PLACE_DATE,
)


@dataclass(frozen=True, slots=True)
class TreeText:
    """A text, and the ids of its pieces."""

    text: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TreeCover:
    """A time-frame or status as it stands beside one of the elements that it covers.

    ``first`` tells that this is the first of them. ``category`` is "" for a time-frame, and for a
    status that has none yet.
    """

    text: str
    covers: tuple[str, ...]
    category: str
    pieces: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class TreeElement:
    element: OutlineElement
    time_frame: TreeCover | None
    status: TreeCover | None


@dataclass(frozen=True, slots=True)
class TreeGroup:
    heading: TreeText | None
    lead_in: TreeText | None
    elements: tuple[TreeElement, ...]


@dataclass(frozen=True, slots=True)
class TreeIssue:
    issue: OutlineIssue
    context: tuple[TreeText, ...]
    groups: tuple[TreeGroup, ...]

    def elements(self) -> Iterator[TreeElement]:
        for group in self.groups:
            yield from group.elements


@dataclass(frozen=True, slots=True)
class TreePart:
    """``piece`` is the id of the Part's heading. ``issues`` are those that were asked for."""

    part: OutlinePart
    piece: str
    issues: tuple[TreeIssue, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """``cover`` are the cover's pieces in order, when the cover was asked for."""

    cover: tuple[Piece, ...]
    parts: tuple[TreePart, ...]

    def issues(self) -> Iterator[TreeIssue]:
        for part in self.parts:
            yield from part.issues

    def elements(self) -> Iterator[TreeElement]:
        for issue in self.issues():
            yield from issue.elements()


def tree_of(
    pieces: Sequence[Piece],
    outline: Outline,
    *,
    parts: Sequence[tuple[OutlinePart, Sequence[OutlineIssue]]],
    cover: bool,
) -> Tree:
    """The tree of some issues of ``outline``, which was built from ``pieces``."""
    builder = _TreeBuilder(pieces, outline)
    return Tree(
        cover=tuple(piece for piece in pieces if piece.role in _COVER) if cover else (),
        parts=tuple(
            TreePart(
                part=part,
                piece=builder.heading.get(part.number, ""),
                issues=tuple(builder.issue(issue) for issue in issues),
            )
            for part, issues in parts
        ),
    )


class _TreeBuilder:
    def __init__(self, pieces: Sequence[Piece], outline: Outline) -> None:
        self.heading: dict[str, str] = {}
        self.texts: dict[str, list[Piece]] = defaultdict(list)
        self.covering: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for piece in pieces:
            where = outline.placements.get(piece.id, ())
            if piece.role is BlockRole.PART and len(where) > 1:
                self.heading[where[1]] = piece.id
            elif piece.role in (BlockRole.TIME_FRAME, BlockRole.STATUS):
                self.covering[where].append(piece.id)
            elif len(where) > 1:
                self.texts[where[1]].append(piece)
        self.status_of = {
            reference: status for status in outline.statuses for reference in status.covers
        }

    def issue(self, issue: OutlineIssue) -> TreeIssue:
        context: list[TreeText] = []
        headings: list[TreeText] = []
        lead_ins: list[TreeText] = []
        begun = False
        for piece in self.texts[issue.reference]:
            text = TreeText(piece.text, (piece.id,))
            if piece.role is BlockRole.CONTEXT and not begun:
                context.append(text)
                continue
            begun = begun or piece.role is not BlockRole.ISSUE
            if piece.role is BlockRole.GROUP_HEADING:
                headings.append(text)
            elif piece.role in (BlockRole.LEAD_IN, BlockRole.CONTEXT):
                lead_ins.append(text)
        frames = {reference: frame for frame in issue.time_frames for reference in frame.covers}
        groups = []
        for group in issue.groups:
            groups.append(
                TreeGroup(
                    heading=headings.pop(0) if group.heading and headings else None,
                    lead_in=lead_ins.pop(0) if group.lead_in and lead_ins else None,
                    elements=tuple(
                        TreeElement(
                            element=element,
                            time_frame=self._cover(
                                BlockRole.TIME_FRAME, frames.get(element.reference), element
                            ),
                            status=self._cover(
                                BlockRole.STATUS, self.status_of.get(element.reference), element
                            ),
                        )
                        for element in group.elements
                    ),
                )
            )
        return TreeIssue(issue, tuple(context), tuple(groups))

    def _cover(
        self,
        role: BlockRole,
        cover: OutlineTimeFrame | OutlineStatus | None,
        element: OutlineElement,
    ) -> TreeCover | None:
        if cover is None:
            return None
        category = cover.category or "" if isinstance(cover, OutlineStatus) else ""
        return TreeCover(
            text=cover.text,
            covers=cover.covers,
            category=category,
            pieces=tuple(self.covering[role.value, *cover.covers]),
            first=cover.covers[0] == element.reference,
        )
