"""Creations that are safe to repeat: the same key and content give the same thing back."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model

from conamus.kernel.errors import Conflict
from federations.models import IdempotencyKey
from federations.services.holds import hold_alone

T = TypeVar("T", bound=Model)


def once(
    *,
    tenant_id: int,
    key: str,
    content: Any,
    create: Callable[[], T],
    find: Callable[[str], T],
) -> T:
    """Create, or find again what this key created; another content under it is refused.

    ``content`` is anything JSON can hold. Two requests with one key at the same moment
    wait for one another.
    """
    if not key:
        return create()
    fingerprint = _fingerprint(content)
    hold_alone(f"{tenant_id}:{key}")
    known = IdempotencyKey.objects.filter(tenant_id=tenant_id, key=key).first()
    if known is None:
        made = create()
        IdempotencyKey.objects.create(
            tenant_id=tenant_id, key=key, fingerprint=fingerprint, result=str(made.pk)
        )
        return made
    if known.fingerprint != fingerprint:
        raise Conflict("Cette clé a déjà servi pour un autre contenu ; rechargez la page.")
    return find(known.result)


def _fingerprint(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
