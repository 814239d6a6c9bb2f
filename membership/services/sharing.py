"""Writes of sharing keys: a new one takes over from a day on, and ends the one before.

What a payment sent up is kept on the payment, so a key cannot begin on a day for which payments
have already been shared. Who takes a payment holds the keys in common until it is written, who
sets one holds them alone: no payment is shared by a key that has just ended.
"""

from dataclasses import replace

from django.db import transaction

from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.checked import save_checked
from federations.services.holds import hold_alone, hold_in_common
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from membership.models import Payment
from membership.models import SharingKey as SharingKeyRow
from membership.rules.sentences import day
from membership.rules.sharing import SharingKey, check_key, check_keys
from membership.selectors.scales import shared_by, sharing_key_rows, sharing_keys
from membership.services.holding import sharing_of

_PERCENTS = (
    "federation_percent", "confederation_percent", "fee_federation_percent",
    "fee_confederation_percent",
)  # fmt: skip


def hold_sharing_keys(tenant_id: int) -> tuple[SharingKey, ...]:
    """Return the keys to share a payment by; none is set until the transaction ends."""
    hold_in_common(sharing_of(tenant_id))
    return sharing_keys(tenant_id)


@transaction.atomic
def set_sharing_key(*, actor: Actor, sharing: SharingKey, key: str = "") -> SharingKeyRow:
    """Share what is collected by new percents from ``sharing.valid_from`` on."""
    require(actor, Permission.MANAGE_CAMPAIGNS)
    percents = {name: getattr(sharing, name) for name in _PERCENTS}
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content={"sharing_key": sharing.valid_from, **percents},
        create=lambda: _set(actor, sharing),
        find=lambda pk: SharingKeyRow.objects.get(tenant_id=actor.tenant_id, pk=pk),
    )


def _set(actor: Actor, sharing: SharingKey) -> SharingKeyRow:
    check_key(replace(sharing, valid_to=None))
    hold_alone(sharing_of(actor.tenant_id))
    _refuse_past_payments(actor, sharing)
    rows = list(sharing_key_rows(actor.tenant_id))
    latest = rows[0] if rows else None
    if latest is not None and sharing.valid_from <= latest.valid_from:
        raise DomainError(
            f"La clé suit celle du {day(latest.valid_from)} : choisissez un jour plus tard.",
            field="valid_from",
        )
    if latest is not None:
        _end(latest, sharing)
    check_keys([replace(sharing, valid_to=None), *map(shared_by, rows)])
    row = SharingKeyRow(tenant_id=actor.tenant_id, valid_from=sharing.valid_from)
    for name in _PERCENTS:
        setattr(row, name, getattr(sharing, name))
    save_checked(row, conflict_field="valid_from")
    return row


def _end(latest: SharingKeyRow, sharing: SharingKey) -> None:
    if latest.valid_to is None or latest.valid_to > sharing.valid_from:
        latest.valid_to = sharing.valid_from
        latest.save(update_fields=["valid_to"])


def _refuse_past_payments(actor: Actor, sharing: SharingKey) -> None:
    shared = Payment.objects.filter(tenant_id=actor.tenant_id, received_on__gte=sharing.valid_from)
    if shared.exists():
        raise DomainError(
            f"Des paiements reçus depuis le {day(sharing.valid_from)} sont déjà partagés : la "
            "nouvelle clé commence après eux.",
            field="valid_from",
        )
