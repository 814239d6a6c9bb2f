"""A federation's signing keys: made when first needed, rotated, revoked.

The private part is sealed with the environment's FIELD_KEY: who has the database alone signs no
card. A retired key signs nothing more and its cards stay good; a revoked one was stolen or lost,
and its cards are good no longer.
"""

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, NotFound
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.holds import hold_alone
from federations.tenancy.actor import Actor
from membership.models import SigningKey
from membership.rules.cards import key_id_of
from membership.services.holding import signing_of


def key_in_use(actor: Actor) -> SigningKey:
    """Return the federation's key, made if there is none; the caller has asked the permission."""
    found = _active(actor)
    if found is None:
        # Two first cards at once make one key.
        hold_alone(signing_of(actor.tenant_id))
        found = _active(actor) or _make(actor)
    return found


def private_key_of(row: SigningKey) -> ec.EllipticCurvePrivateKey:
    """Open a key's private part."""
    pem = Fernet(settings.FIELD_KEY).decrypt(row.sealed_private_key.encode())
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a signing key is an elliptic curve key")
    return key


@transaction.atomic
def rotate_key(*, actor: Actor, in_use_id: int | None) -> SigningKey:
    """Retire the key in use and make another: cards already issued stay good.

    ``in_use_id`` is the key that was read; None: there was none. Asked twice, it is done once.
    """
    require(actor, Permission.DECIDE_MEMBERSHIP)
    hold_alone(signing_of(actor.tenant_id))
    active = _active(actor)
    if in_use_id != (active.pk if active else None):
        raise Conflict("La clé en service a changé entre-temps : relisez la liste des clés.")
    if active is not None:
        active.retired_on = clock.today()
        active.save(update_fields=["retired_on"])
    return _make(actor)


@transaction.atomic
def revoke_key(*, actor: Actor, key_row_id: int) -> SigningKey:
    """Say that a key is in wrong hands: no card signed by it is good any more."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    row = (
        SigningKey.objects.select_for_update()
        .filter(pk=key_row_id, tenant_id=actor.tenant_id)
        .first()
    )
    if row is None:
        raise NotFound("Cette clé n’existe pas.")
    if row.revoked_on is not None:
        raise Conflict("Cette clé est déjà révoquée.")
    row.revoked_on = clock.today()
    row.retired_on = row.retired_on or row.revoked_on
    row.save(update_fields=["revoked_on", "retired_on"])
    return row


def _active(actor: Actor) -> SigningKey | None:
    return SigningKey.objects.filter(tenant_id=actor.tenant_id, retired_on__isnull=True).first()


def _make(actor: Actor) -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SigningKey.objects.create(
        tenant_id=actor.tenant_id,
        key_id=key_id_of(public),
        public_key=public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
        sealed_private_key=Fernet(settings.FIELD_KEY).encrypt(private_pem).decode(),
        valid_from=clock.today(),
    )
