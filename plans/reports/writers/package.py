"""The zip file around a DOCX or XLSX, packed so that the same parts give the same bytes.

Members are stored and not compressed: how small a compressor packs them differs from one machine
to the next, and a closed round's files must not.
"""

from __future__ import annotations

import io
import zipfile

# The earliest moment that a zip file can state.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_READABLE = 0o600 << 16


def repacked(content: bytes) -> bytes:
    """The zip file ``content`` with its members in the same order, without times of their own."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _MOMENT)
            member.create_system = _UNIX
            member.external_attr = _READABLE
            target.writestr(member, source.read(name))
    return packed.getvalue()
