"""What the blocks of one table cell are, judged by what they say before where they stand.

Rules of thumb that hold in documents of this dialect: an action element is a bullet that begins
with a small letter; a status begins with a capital; a context ends on a colon; a time-frame is a
short phrase that the time-frame grammar knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from plans.reading.draft import Confidence, Draft, Piece, cut, joined, piece_of
from plans.reading.source_table import BlockKind, BlockRole, SourceBlock
from plans.text.prose import words
from plans.text.timeframes import embedded, segment

ISSUE_NUMBER = re.compile(
    r"(?P<number>(?P<top>\d{1,3})\.(?=\s)|(?P<of>\d{1,3})\((?P<sub>[a-z])\)|\((?P<letter>[a-z])\))"
    r"\s+(?P<title>\S.*)",
    re.DOTALL,
)
_CONTEXT_WORDS = 12
_HEADING_WORDS = 14
_TIME_FRAME_WORDS = 12
# Where a title ran into the sentence after it: a word in small letters, then a capitalised
# word that only begins sentences.
_RUN_IN = re.compile(
    r"(?<=[a-z)]) (?=(?:To|The|In|As|If|While|With|Within|For|This|These|Efforts|Current|It|"
    r"A|An) )"
)


def is_heading(text: str) -> bool:
    """True for a short line without a full stop, such as “Learning from experience”."""
    return text[-1:] not in ".:;,?!" and len(words(text)) <= _HEADING_WORDS


def starts_small(text: str) -> bool:
    """True when the first letter is a small one."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return first.islower()


def is_all_time_frames(text: str, language: str) -> bool:
    segments = segment(text, language=language)
    return bool(segments) and all(part.is_time_frame for part in segments)


class CellJudge:
    """Judges cells of one document. Notes what it repaired in ``draft.anomalies``."""

    def __init__(self, draft: Draft, *, language: str) -> None:
        self.draft = draft
        self.language = language

    def issues(self, blocks: Iterable[SourceBlock], source_row: str) -> list[Piece]:
        """The first column: headings of issues, and bullets that were shifted into it."""
        found: list[Piece] = []
        for block in blocks:
            if block.kind is BlockKind.BULLET:
                found += self._moved_elements(block, source_row, "the first column")
                continue
            piece = piece_of(block, BlockRole.ISSUE, source_row=source_row)
            previous = found[-1] if found else None
            if (
                ISSUE_NUMBER.match(block.text) is None
                and previous
                and previous.role is BlockRole.ISSUE
            ):
                found[-1] = joined([previous, piece])
            else:
                found.append(piece)
        return found

    def elements(self, blocks: Iterable[SourceBlock], source_row: str) -> list[Piece]:
        """The second column: contexts, headings, lead-ins and bullets, in order.

        Every paragraph comes back as a context; which of them are lead-ins depends on what
        stands before, and is settled by the caller.
        """
        found: list[Piece] = []
        for block in blocks:
            match = ISSUE_NUMBER.match(block.text)
            if block.kind is BlockKind.BULLET:
                found += self.bullet(block, source_row)
            elif match and match["letter"] is None:
                found += self._issue_in_context(block, source_row)
            elif is_all_time_frames(block.text, self.language):
                pieces = self._segments(block, source_row)
                self.draft.anomaly(
                    pieces[0], "a time-frame stood in the second column", repaired=True
                )
                found += pieces
            elif is_heading(block.text):
                found.append(piece_of(block, BlockRole.GROUP_HEADING, source_row=source_row))
            else:
                found.append(piece_of(block, BlockRole.CONTEXT, source_row=source_row))
        return found

    def time_frames(
        self, blocks: Iterable[SourceBlock], source_row: str, *, with_status: bool
    ) -> list[Piece]:
        """The third column. ``with_status`` tells that the table has a fourth."""
        found: list[Piece] = []
        for block in blocks:
            if block.kind is BlockKind.BULLET and starts_small(block.text):
                found += self._moved_elements(block, source_row, "the third column")
            elif _is_context(block.text):
                piece = piece_of(block, BlockRole.CONTEXT, source_row=source_row)
                self.draft.anomaly(piece, "a context stood in the third column", repaired=True)
                found.append(piece)
            elif not with_status:
                whole = piece_of(block, BlockRole.TIME_FRAME, source_row=source_row)
                all_frames = is_all_time_frames(block.text, self.language)
                found += self._segments(block, source_row) if all_frames else [whole]
            else:
                found += self._segments(block, source_row)
        return found

    def statuses(
        self, blocks: Iterable[SourceBlock], source_row: str, *, shifted: bool
    ) -> list[Piece]:
        """The fourth column. ``shifted`` tells that the row's third holds no time-frame."""
        found: list[Piece] = []
        for block in blocks:
            if block.kind is BlockKind.BULLET and starts_small(block.text):
                found += self._moved_elements(block, source_row, "the fourth column")
            elif shifted and is_all_time_frames(block.text, self.language):
                pieces = self._segments(block, source_row)
                self.draft.anomaly(
                    pieces[0], "a time-frame stood in the fourth column", repaired=True
                )
                found += pieces
            else:
                found.append(piece_of(block, BlockRole.STATUS, source_row=source_row))
        return found

    def bullet(self, block: SourceBlock, source_row: str) -> list[Piece]:
        """An action element, or several that ran together for want of bullet signs.

        A time-frame that ran into its words is taken out of them.
        """
        whole = piece_of(block, BlockRole.ELEMENT, source_row=source_row)
        pieces = [whole]
        if not block.signed:
            # Every bullet of such a list ends on a semicolon.
            starts = [match.end() for match in re.finditer(r"; (?=[a-z])", block.text)]
            if starts:
                pieces = [replace(p, confidence=Confidence.MEDIUM) for p in cut(whole, starts)]
                self.draft.anomaly(
                    whole,
                    f"a list without bullet signs, taken as {len(pieces)} elements "
                    "because of its semicolons",
                )
        return [part for piece in pieces for part in self._without_time_frames(piece)]

    def _without_time_frames(self, piece: Piece) -> list[Piece]:
        spans = embedded(piece.text, language=self.language)
        if not spans:
            return [piece]
        parts = cut(piece, [offset for span in spans for offset in span])
        frames = {piece.text[start:end].strip() for start, end in spans}
        own = [part for part in parts if part.text not in frames]
        self.draft.anomaly(
            piece,
            "a time-frame ran into the element: " + ", ".join(f"“{frame}”" for frame in frames),
            repaired=True,
        )
        element = replace(joined(own), id=piece.id)
        return [
            element,
            *(
                replace(
                    part, role=BlockRole.TIME_FRAME, kind=BlockKind.PARAGRAPH, covers=(piece.id,)
                )
                for part in parts
                if part.text in frames
            ),
        ]

    def _moved_elements(self, block: SourceBlock, source_row: str, column: str) -> list[Piece]:
        pieces = self.bullet(block, source_row)
        self.draft.anomaly(pieces[0], f"a bullet stood in {column}", repaired=True)
        return pieces

    def _issue_in_context(self, block: SourceBlock, source_row: str) -> list[Piece]:
        """An issue's heading in the second column, perhaps with its context run in."""
        piece = piece_of(block, BlockRole.ISSUE, source_row=source_row)
        run_in = _RUN_IN.search(block.text) if block.text.endswith(":") else None
        if run_in is None:
            self.draft.anomaly(
                piece, "an issue's heading stood in the second column", repaired=True
            )
            return [piece]
        title, context = cut(piece, [run_in.end()])
        self.draft.anomaly(
            piece, f"an issue's heading ran into its context; cut before “{context.text[:20]}…”"
        )
        return [
            replace(title, confidence=Confidence.MEDIUM),
            replace(context, role=BlockRole.CONTEXT, confidence=Confidence.MEDIUM),
        ]

    def _segments(self, block: SourceBlock, source_row: str) -> list[Piece]:
        """Time-frames and the statuses that ran into them, from one block of the third column.

        A status that directly follows a time-frame in the same block belongs to the same
        elements: its ``pair``.
        """
        whole = piece_of(block, BlockRole.TIME_FRAME, source_row=source_row)
        segments = segment(block.text, language=self.language)
        if not any(part.is_time_frame for part in segments):
            if _may_be_time_frame(block):
                return [replace(whole, confidence=Confidence.MEDIUM)]
            self.draft.anomaly(whole, "a status stood in the third column", repaired=True)
            return [replace(whole, role=BlockRole.STATUS)]
        if len(segments) == 1:
            return [whole]
        pieces = cut(whole, [part.start for part in segments])
        found: list[Piece] = []
        for piece, part in zip(pieces, segments, strict=True):
            if part.is_time_frame:
                found.append(piece)
                continue
            previous = found[-1] if found else None
            paired = previous is not None and previous.role is BlockRole.TIME_FRAME
            self.draft.anomaly(piece, "a status ran into the third column", repaired=paired)
            pair = previous.id if paired and previous is not None else None
            found.append(replace(piece, role=BlockRole.STATUS, pair=pair))
        return found


def _may_be_time_frame(block: SourceBlock) -> bool:
    """True for words unknown to the grammar, but few, and no sentence."""
    few = len(words(block.text)) <= _TIME_FRAME_WORDS
    return few and block.kind is BlockKind.PARAGRAPH and not block.text.endswith(".")


def _is_context(text: str) -> bool:
    return text.endswith(":") and len(words(text)) >= _CONTEXT_WORDS
