"""The outbox: what must be told outside is written with its cause, sent afterwards.

A mail that cannot be sent keeps its row and is tried again; nothing is sent for a
transaction that was rolled back. Delivery is at least once. Once sent, the body is wiped:
it may hold a one-time link.
"""

import logging
from collections.abc import Callable
from typing import Any

from django.core.mail import send_mail
from django.db.models import F
from django.utils import timezone

from federations.models import OutboxEvent
from federations.services.reset_mails import send_resets
from federations.tenancy.scope import open_dispatcher_scope

logger = logging.getLogger("conamus.outbox")
MAX_ATTEMPTS = 20


def enqueue(*, tenant_id: int, topic: str, payload: dict[str, Any]) -> OutboxEvent:
    """Write an event in the open transaction."""
    if topic not in SENDERS:
        raise KeyError(topic)
    return OutboxEvent.objects.create(tenant_id=tenant_id, topic=topic, payload=payload)


def publish_pending(limit: int = 50) -> int:
    """Send waiting events, oldest first, each in a transaction of its own."""
    sent = 0
    for _ in range(limit):
        outcome = _publish_one()
        if outcome is None:
            break
        sent += outcome
    return sent


def _publish_one() -> bool | None:
    """Send the oldest waiting event; None when nothing waits, False when it failed."""
    with open_dispatcher_scope():
        event = (
            OutboxEvent.objects.select_for_update(skip_locked=True)
            .filter(published_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
            .order_by("attempts", "id")
            .first()
        )
        if event is None:
            return None
        try:
            SENDERS[event.topic](event.payload)
        except Exception as error:  # noqa: BLE001 - one event never holds the others
            logger.warning("outbox event failed: %s", error.__class__.__name__)
            _note(event, attempts=F("attempts") + 1, error=str(error)[:500])
            return False
        kept = {name: value for name, value in event.payload.items() if name != "body"}
        _note(event, published_at=timezone.now(), error="", payload=kept)
        return True


def _note(event: OutboxEvent, **values: Any) -> None:
    """Write how it went: a sender may have opened a scope of its own."""
    with open_dispatcher_scope():
        OutboxEvent.objects.filter(pk=event.pk).update(**values)


def _send_mail(payload: dict[str, Any]) -> None:
    send_mail(
        subject=payload["subject"],
        message=payload["body"],
        from_email=None,
        recipient_list=[payload["to"]],
    )


SENDERS: dict[str, Callable[[dict[str, Any]], None]] = {
    "mail": _send_mail,
    "password_reset": send_resets,
}
