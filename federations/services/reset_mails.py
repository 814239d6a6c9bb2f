"""The mails of a forgotten password: one for each account that has the address.

People may share a mailbox, a centre's for instance, in one federation or in several: each account
gets a mail of its own, which names it and where it works, so that everybody opens theirs.
"""

from typing import Any

from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.urls import reverse

from conamus import clock
from federations.models import User
from federations.rules.roles import Role
from federations.selectors.assignments import open_assignments
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope

TASK = "mot de passe oublié"
_SUBJECT = "Choisir un nouveau mot de passe"
_BODY = """Bonjour {name},

Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte
« {username} »{where}.

Ouvrez ce lien pour le choisir ; il ne sert qu’une fois :
{link}

Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même.

Conamus
"""


def send_resets(payload: dict[str, Any]) -> None:
    """Mail its link to each open account of an address; nobody has it: nothing is sent."""
    with open_scope(system_actor(payload["tenant_id"], TASK), source="courriels"):
        mails = [(user.email, _body(user, payload["site_url"])) for user in _having(payload["to"])]
    for address, body in mails:
        send_mail(subject=_SUBJECT, message=body, from_email=None, recipient_list=[address])


def _having(address: str) -> QuerySet[User]:
    return User.objects.filter(email__iexact=address, is_active=True).order_by("pk")


def _body(user: User, site_url: str) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    link = site_url.rstrip("/") + reverse("account_reset_password_from_key", kwargs=key)
    return _BODY.format(name=user.full_name, username=user.username, where=_where(user), link=link)


def _where(user: User) -> str:
    """Tell where the account works, for who has several."""
    roles = open_assignments(user, on_date=clock.today())
    told = [f"{role.tenant.short_name}, {Role(role.role).label}" for role in roles]
    return f" ({' ; '.join(told)})" if told else ""
