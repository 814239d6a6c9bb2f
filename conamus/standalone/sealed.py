"""The encrypted file of a backup: written and read as a stream, refused at the first wrong byte.

AES-256-GCM in chunks of one mebibyte. Each file has its own key, derived by HKDF-SHA256 from
the operator's key and a random salt, so a counter is a sound nonce. The header (version, salt,
mark of the key) is authenticated with every chunk; a chunk's nonce holds its rank and whether
it is the last, so chunks cannot be dropped, swapped or cut off unnoticed::

    CONAMUS-BACKUP\\n  {header as one line of JSON}\\n  [length, 4 bytes][chunk]…
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .console import Refusal

MAGIC = b"CONAMUS-BACKUP\n"
VERSION = 1
CHUNK = 1 << 20
LARGEST = CHUNK + 16
KEY_BYTES = 32


def parse_key(text: str) -> bytes:
    """Read a key of 32 bytes written in base64."""
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Refusal("la clé de sauvegarde n’est pas valable : 32 octets en base64 sont attendus.")
    return key


def key_mark(key: bytes) -> str:
    """Return what tells two keys apart without revealing them."""
    return hashlib.sha256(b"conamus backup key mark" + key).hexdigest()[:12]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"conamus backup file")
    return AESGCM(kdf.derive(key))


def _nonce(rank: int, last: bool) -> bytes:
    return struct.pack(">QxxxB", rank, last)


@dataclass
class Sealer:
    """Encrypts what is written to it into ``output``; ``close`` seals the end."""

    output: BinaryIO
    key: bytes
    _pending: bytearray = field(default_factory=bytearray)
    _rank: int = 0

    def __post_init__(self) -> None:
        salt = os.urandom(16)
        facts = {"version": VERSION, "salt": salt.hex(), "key": key_mark(self.key)}
        self._header = MAGIC + json.dumps(facts).encode() + b"\n"
        self._aead = _cipher(self.key, salt)
        self.output.write(self._header)

    def write(self, content: bytes) -> None:
        self._pending += content
        while len(self._pending) > CHUNK:
            self._seal(bytes(self._pending[:CHUNK]), last=False)
            del self._pending[:CHUNK]

    def close(self) -> None:
        self._seal(bytes(self._pending), last=True)
        self._pending.clear()

    def _seal(self, content: bytes, *, last: bool) -> None:
        sealed = self._aead.encrypt(_nonce(self._rank, last), content, self._header)
        self.output.write(struct.pack(">I", len(sealed)) + sealed)
        self._rank += 1


def read_header(source: BinaryIO, key: bytes) -> tuple[bytes, bytes]:
    """Return the header as it stands in the file and the salt; refuse what is not ours."""
    line = b""
    if source.read(len(MAGIC)) == MAGIC:
        line = source.readline(1000)
    try:
        facts = json.loads(line)
        salt, mark, version = bytes.fromhex(facts["salt"]), facts["key"], facts["version"]
    except (ValueError, KeyError, TypeError):
        raise Refusal("ce fichier n’est pas une sauvegarde de Conamus.") from None
    if version != VERSION:
        raise Refusal(
            f"cette sauvegarde est au format {version}, cette version lit le format {VERSION}."
        )
    if mark != key_mark(key):
        raise Refusal(
            f"la clé n’est pas celle de cette sauvegarde (clé donnée : {key_mark(key)}, "
            f"clé du fichier : {mark})."
        )
    return MAGIC + line, salt


def unseal(source: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Yield the content chunk by chunk; refuse a truncated or altered file."""
    header, salt = read_header(source, key)
    aead = _cipher(key, salt)
    rank, following = 0, _read_chunk(source)
    while following is not None:
        chunk, following = following, _read_chunk(source)
        yield _open(aead, header, chunk, rank, last=following is None)
        rank += 1
    if rank == 0:
        raise Refusal("la sauvegarde est tronquée : son contenu manque.")


def _read_chunk(source: BinaryIO) -> bytes | None:
    size = source.read(4)
    if not size:
        return None
    length = struct.unpack(">I", size)[0] if len(size) == 4 else LARGEST + 1
    if length > LARGEST:
        raise Refusal("la sauvegarde est tronquée ou abîmée.")
    chunk = source.read(length)
    if len(chunk) < length:
        raise Refusal("la sauvegarde est tronquée : il en manque la fin.")
    return chunk


def _open(aead: AESGCM, header: bytes, chunk: bytes, rank: int, *, last: bool) -> bytes:
    try:
        return aead.decrypt(_nonce(rank, last), chunk, header)
    except InvalidTag:
        pass
    try:
        aead.decrypt(_nonce(rank, not last), chunk, header)
    except InvalidTag:
        raise Refusal("la sauvegarde est abîmée : un octet au moins a changé.") from None
    raise Refusal("la sauvegarde est tronquée : il en manque la fin.")
