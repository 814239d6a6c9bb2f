"""The signature of a scope: shows PostgreSQL that the application said it, and nobody else.

Settings such as ``app.tenant_id`` may be set by any statement, one slipped into a query of
ours included. So each statement of a scope is signed with a key that is made of SECRET_KEY
and that the application's roles cannot read in the database; the policies ask
``scope_holds()`` (federations/sql), which computes the same. The signature holds for one
transaction of one backend and for one database role: what is overheard is of no use.
"""

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

SEPARATOR = "\x1f"
#: What a signature is bound to: the backend and the moment at which its transaction began.
_NONCE = "SELECT pg_backend_pid() || ' ' || date_part('epoch', transaction_timestamp()) AS scope"
_BLOCK = 64


def plain(value: str) -> str:
    """Return a value as it may be stated: without what separates values."""
    return value.replace(SEPARATOR, " ").replace("\x00", "")


def sign(connection: BaseDatabaseWrapper, stated: Sequence[str], role: str) -> str:
    """Sign what a scope states in the transaction that is open on ``connection``."""
    with connection.cursor() as cursor:
        cursor.execute(_NONCE)
        nonce: str = cursor.fetchone()[0]
    message = SEPARATOR.join([nonce, *stated, role])
    return hmac.new(_key(), message.encode(), hashlib.sha256).hexdigest()


def store_key(cursor: CursorWrapper) -> None:
    """Give the database the key of today's SECRET_KEY; as the owner, where the table is."""
    cursor.execute("SELECT to_regclass('public.federations_scopekey') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return
    padded = _key().ljust(_BLOCK, b"\0")
    pads = [bytes(byte ^ mask for byte in padded) for mask in (0x36, 0x5C)]
    cursor.execute("DELETE FROM federations_scopekey")
    cursor.execute("INSERT INTO federations_scopekey (inner_pad, outer_pad) VALUES (%s, %s)", pads)


def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"conamus.scope", hashlib.sha256).digest()
