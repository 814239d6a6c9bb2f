"""Invitations: a new person with a role, the one-time link by mail, its acceptance.

Only a hash of the link's secret is kept; the mail that carries it goes through the outbox,
which wipes it once sent. A link works once and for seven days; a new one ends the others.
"""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date
from conamus.kernel.phones import clean_phone
from federations.models import Federation, Invitation, RoleAssignment, User
from federations.rules.people import RoleRequest, person_problems
from federations.rules.problems import refuse_problems
from federations.rules.roles import Permission, Role
from federations.selectors.people import lasting_roles_of, own_person, username_instead
from federations.services.access import require
from federations.services.assignments import add_assignment, require_givable
from federations.services.checked import save_checked
from federations.services.holds import hold_alone, links_of_person
from federations.services.outbox import enqueue
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_identity_scope

VALID_DAYS = 7
_LINK_GONE = "Ce lien n’est plus valable : demandez-en un nouveau à qui vous a invité."
_SUBJECT = "Votre accès à Conamus"
_BODY = """Bonjour {name},

{inviter} vous ouvre un accès à Conamus pour {tenant}, dans le rôle « {role} ».

Votre identifiant : {username}

Choisissez votre mot de passe ici (le lien sert une fois, jusqu’au {until}) :
{link}

Si vous n’attendiez pas ce message, ne faites rien.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """The person to invite."""

    full_name: str
    username: str
    email: str
    phone: str = ""


@transaction.atomic
def invite_person(
    *, actor: Actor, invitee: Invitee, role: RoleRequest, site_url: str, key: str = ""
) -> User:
    """Create a person with a first role and mail the link that opens the account."""
    require(actor, Permission.MANAGE_PEOPLE)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["invite_person", asdict(invitee), asdict(role)],
        create=lambda: _create(actor, invitee, role, site_url),
        find=lambda result: own_person(actor, int(result)),
    )


@transaction.atomic
def resend_invitation(*, actor: Actor, user_id: int, site_url: str) -> Invitation:
    """Mail a new link to somebody who has not opened the account yet; older ones end."""
    require(actor, Permission.MANAGE_PEOPLE)
    hold_alone(links_of_person(user_id))
    user = own_person(actor, user_id)
    if user.has_usable_password():
        raise Conflict("Cette personne a déjà choisi son mot de passe.")
    if not user.is_active:
        raise Conflict("Ce compte est désactivé : réactivez-le d’abord.")
    roles = lasting_roles_of(actor, user, on_date=clock.today())
    if not roles:
        raise Conflict("Cette personne n’a plus de rôle : donnez-lui-en un d’abord.")
    return _send_link(actor, user, roles[-1], site_url)


def open_invitation(token: str) -> Invitation:
    """Return the invitation that a link stands for; NotFound once used, too old or unknown."""
    invitation = (
        Invitation.objects.select_related("user", "tenant")
        .filter(token_hash=_hash(token), accepted_at__isnull=True, user__is_active=True)
        .filter(expires_at__gt=timezone.now())
        .first()
    )
    # An account opened otherwise (a password reset) needs no invitation any more.
    if invitation is None or invitation.user.has_usable_password():
        raise NotFound(_LINK_GONE)
    return invitation


def accept_invitation(*, token: str, password: str, request_id: str = "") -> User:
    """Let the invited person choose a password; the secret link is the permission."""
    with transaction.atomic():
        invitation = open_invitation(token)
        with open_identity_scope(_as_actor(invitation), source="invitation", request_id=request_id):
            # Somebody may be ending this very link: it is asked again once they are done.
            hold_alone(links_of_person(invitation.user_id))
            return _accept(open_invitation(token), password)


def _create(actor: Actor, invitee: Invitee, role: RoleRequest, site_url: str) -> User:
    user = User(
        full_name=" ".join(invitee.full_name.split()),
        username=invitee.username.strip().lower(),
        email=invitee.email.strip(),
    )
    user.set_unusable_password()
    gathering = Gathering()
    with gathering.part():
        user.phone = clean_phone(invitee.phone)
    with gathering.part():
        _check_person(user)
    with gathering.part():
        require_givable(actor, role)
    save_checked(user, conflict_field="username", gathered=gathering)
    assignment = add_assignment(actor, user, role)
    _send_link(actor, user, assignment, site_url)
    return user


def _check_person(user: User) -> None:
    refuse_problems(person_problems(user.full_name, user.username, user.email))
    if User.objects.filter(username__iexact=user.username).exists():
        raise username_taken(user.username)


def username_taken(username: str) -> Conflict:
    """Return the refusal that proposes a free name, and tells nothing of who has the other."""
    free = username_instead(username)
    return Conflict(f"Cet identifiant est déjà pris. « {free} » est libre.", field="username")


def _send_link(actor: Actor, user: User, role: RoleAssignment, site_url: str) -> Invitation:
    now = timezone.now()
    Invitation.objects.filter(user=user, accepted_at__isnull=True, expires_at__gt=now).update(
        expires_at=now
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user,
        tenant_id=role.tenant_id,
        token_hash=_hash(token),
        invited_by=actor.name,
        expires_at=now + timedelta(days=VALID_DAYS),
    )
    body = _BODY.format(
        name=user.full_name,
        inviter=actor.name,
        tenant=Federation.objects.get(pk=role.tenant_id).short_name,
        role=Role(role.role).label,
        username=user.username,
        until=format_date(timezone.localdate(invitation.expires_at)),
        link=site_url.rstrip("/") + reverse("invitation_accept", args=[token]),
    )
    payload = {"to": user.email, "subject": _SUBJECT, "body": body}
    enqueue(tenant_id=actor.tenant_id, topic="mail", payload=payload)
    return invitation


def _accept(invitation: Invitation, password: str) -> User:
    used = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(
        accepted_at=timezone.now()
    )
    if not used:
        raise NotFound(_LINK_GONE)
    user = invitation.user
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(" ".join(error.messages), field="password") from error
    user.set_password(password)
    user.save(update_fields=["password"])
    _note_address(user)
    return user


def _note_address(user: User) -> None:
    """The link came by mail: whoever holds it reads that address.

    Two people may share a mailbox; only the first of them has it noted as verified.
    """
    is_taken = EmailAddress.objects.filter(email__iexact=user.email, verified=True)
    if not is_taken.exclude(user=user).exists():
        EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )


def _as_actor(invitation: Invitation) -> Actor:
    """The invited person, in the role that the history shall name."""
    role = RoleAssignment.objects.filter(
        user=invitation.user_id, tenant=invitation.tenant_id
    ).last()
    return Actor(
        user_id=invitation.user_id,
        name=invitation.user.full_name,
        role=Role(role.role) if role else Role.SYSTEM,
        tenant_id=invitation.tenant_id,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
