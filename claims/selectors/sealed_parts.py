"""What a part of a long file holds, sealed with the application's key.

Rows name reasons for care, which the federation's side of the database may not read back.
"""

import json
import zlib
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings

from claims.rules.attestation_file import FileClaim, FileRow, RowError


def seal_claims(claims: Sequence[FileClaim]) -> bytes:
    """Return attestations of a file as its part keeps them."""
    return _seal([[(row.number, row.cells) for row in claim.rows] for claim in claims])


def open_claims(content: bytes | memoryview) -> list[FileClaim]:
    """Return a part's attestations as they came; none once they are entered."""
    return [
        FileClaim(tuple(FileRow(number, cells) for number, cells in rows))
        for rows in _open(content)
    ]


def seal_errors(errors: Sequence[RowError]) -> bytes:
    """Return refusals as a part keeps them."""
    return _seal([(error.number, error.column, error.cause) for error in errors])


def open_errors(content: bytes | memoryview) -> list[RowError]:
    """Return a part's refusals."""
    return [RowError(*told) for told in _open(content)]


def _seal(told: object) -> bytes:
    text = json.dumps(told, ensure_ascii=False).encode()
    return Fernet(settings.FIELD_KEY).encrypt(zlib.compress(text))


def _open(content: bytes | memoryview) -> list[Any]:
    if not content:
        return []
    found: list[Any] = json.loads(
        zlib.decompress(Fernet(settings.FIELD_KEY).decrypt(bytes(content)))
    )
    return found
