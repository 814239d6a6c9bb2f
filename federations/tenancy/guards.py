"""Who may write identity, tenants, jobs and what the whole network reads: guards in the database.

Computed from the rules. The services ask the same (people, assignments, facilities, catalogue…);
these policies hold when a statement did not come from a service. They believe only a signed scope
(``scope_holds()``): at the door, where nobody acts in a role, a person changes the own account
and nothing else. docs/identity.md is the table of it.
"""

from collections.abc import Iterable

from federations.rules.people import (
    ENTERING,
    EVERY_TENANT_ROLES,
    TOLD_THE_DRAW,
    givable_roles,
)
from federations.rules.roles import ROLES_OF, Permission, Role, permitted_roles
from federations.tenancy.declarations import FEDERATION_SIDE, Guard

APPLICATION = ("conamus_app",)
ACTORS = (*FEDERATION_SIDE, "conamus_facility", "conamus_regulator")

#: In a subquery, which is asked once a statement rather than once a row.
HOLDS = "(SELECT scope_holds())"
SCOPE = "nullif(current_setting('app.tenant_id', true), '')::smallint"
OF_TENANT = f"tenant_id = {SCOPE}"
_ACTOR = "nullif(current_setting('app.actor_id', true), '')::bigint"
_ROLE = "current_setting('app.actor_role', true)"


def acts_as(roles: Iterable[Role]) -> str:
    """The condition that who acts has one of the roles."""
    return f"{_ROLE} IN ({_words(roles)})"


def _words(roles: Iterable[Role]) -> str:
    return ", ".join(f"'{role.value}'" for role in sorted(roles))


_OVER_ALL = acts_as(EVERY_TENANT_ROLES)
_MANAGES = f"{HOLDS} AND {acts_as(permitted_roles(Permission.MANAGE_PEOPLE))}"
_HERE = f"({_OVER_ALL} OR {OF_TENANT})"
_HOLDS_ROLE = (
    "EXISTS (SELECT FROM federations_roleassignment a WHERE a.user_id = {key}"
    " AND a.tenant_id {where} {scope}{when})"
)
_OPEN = " AND (a.valid_to IS NULL OR a.valid_to > CURRENT_DATE)"


def _role_here(key: str, when: str = "") -> str:
    return _HOLDS_ROLE.format(key=key, where="=", scope=SCOPE, when=when)


def _role_elsewhere(key: str) -> str:
    return _HOLDS_ROLE.format(key=key, where="<>", scope=SCOPE, when=_OPEN)


def _person_here(key: str) -> str:
    """Who works elsewhere too has an account that is not one tenant's alone (services/people)."""
    return f"({_OVER_ALL} OR ({_role_here(key)} AND NOT {_role_elsewhere(key)}))"


#: A role is given to somebody new, or who works here already: nobody is taken from elsewhere.
_NOT_FROM_ELSEWHERE = (
    f"({_OVER_ALL} OR {_role_here('federations_roleassignment.user_id', _OPEN)}"
    f" OR NOT {_role_elsewhere('federations_roleassignment.user_id')})"
)


def _givable() -> str:
    """Return the condition under which the actor may give the row's role (rules/people)."""
    ways = []
    for giver in sorted(ROLES_OF[Permission.MANAGE_PEOPLE] - EVERY_TENANT_ROLES):
        for to_confederation in (True, False):
            roles = givable_roles(giver, to_confederation=to_confederation, is_own_tenant=True)
            if roles:
                ways.append(f"({acts_as([giver])} AND {OF_TENANT} AND role IN ({_words(roles)}))")
    return f"({_OVER_ALL} OR {' OR '.join(ways)})"


def _beside(roles: Iterable[Role], others: Iterable[Role], when: str = "") -> str:
    """The condition that the row gives one of ``roles`` to who has, or had, one of ``others``."""
    return (
        f"(role IN ({_words(roles)}) AND EXISTS (SELECT FROM federations_roleassignment a"
        " WHERE a.user_id = federations_roleassignment.user_id"
        f" AND a.role IN ({_words(others)}){when}))"
    )


#: Who is told by what the sample was drawn enters nothing afterwards (rules/people, never_beside).
_NO_CLASH = (
    f"NOT {_beside(ENTERING, TOLD_THE_DRAW)} AND NOT {_beside(TOLD_THE_DRAW, ENTERING, _OPEN)}"
)
#: Nobody is given work in a unit that is closed, or not open yet, on the role's first day.
_UNIT_IS_OPEN = (
    "(unit_id IS NULL OR EXISTS (SELECT FROM federations_unit u"
    " WHERE u.id = unit_id AND u.valid_from <= federations_roleassignment.valid_from"
    " AND (u.valid_to IS NULL OR u.valid_to > federations_roleassignment.valid_from)))"
)
#: Nobody changes the own roles.
_ANOTHERS = f"user_id IS DISTINCT FROM {_ACTOR}"
_ROLE_HERE = f"{_MANAGES} AND {_ANOTHERS} AND {_HERE}"

ASSIGNMENTS = (
    Guard(
        "given",
        "INSERT",
        FEDERATION_SIDE,
        check=f"{_MANAGES} AND {_ANOTHERS} AND {_givable()} AND {_NOT_FROM_ELSEWHERE}"
        f" AND {_NO_CLASH} AND {_UNIT_IS_OPEN}",
    ),
    Guard("ended", "UPDATE", FEDERATION_SIDE, using=_ROLE_HERE, check=_ROLE_HERE),
)


def own_account(command: str, key: str = "user_id") -> Guard:
    """Let a person change the rows of the own account, signed in or shown by a secret."""
    own = f"{HOLDS} AND {key} = {_ACTOR}"
    name = f"own_{command.lower()}"
    if command == "INSERT":
        return Guard(name, command, APPLICATION, check=own)
    return Guard(name, command, APPLICATION, using=own, check=own if command == "UPDATE" else "")


def managed(command: str, key: str = "user_id") -> Guard:
    """Let a manager change the accounts of people who work at the own tenant."""
    theirs = f"{_MANAGES} AND {_person_here(key)}"
    return Guard(
        f"managed_{command.lower()}",
        command,
        FEDERATION_SIDE,
        using=theirs,
        check=theirs if command == "UPDATE" else "",
    )


USERS = (
    Guard("invited", "INSERT", FEDERATION_SIDE, check=_MANAGES),
    managed("UPDATE", "federations_user.id"),
    own_account("UPDATE", "id"),
)
#: Of a person, over ``o`` and ``n``: one's own name and address are another manager's to correct,
#: and those of who looks after every tenant's people are one of their own's (people_edit).
PERSON_CORRECTED = (
    "(n.full_name, n.email, n.phone) IS NOT DISTINCT FROM (o.full_name, o.email, o.phone)"
    f" OR (n.id IS DISTINCT FROM {_ACTOR} AND ({_OVER_ALL} OR NOT EXISTS ("
    "SELECT FROM public.federations_roleassignment a WHERE a.user_id = n.id"
    f" AND a.role IN ({_words(EVERY_TENANT_ROLES)}){_OPEN})))"
)
INVITATIONS = (
    Guard("invited", "INSERT", FEDERATION_SIDE, check=f"{_MANAGES} AND {_HERE}"),
    Guard(
        "ended",
        "UPDATE",
        FEDERATION_SIDE,
        using=f"{_MANAGES} AND {_HERE}",
        check=f"{_MANAGES} AND {_HERE}",
    ),
    own_account("UPDATE"),
)
#: The library notes the address that a manager gave when a link is asked for; unverified.
_GIVEN_ADDRESS = (
    "NOT verified AND EXISTS (SELECT FROM federations_user u"
    " WHERE u.id = user_id AND lower(u.email) = lower(account_emailaddress.email))"
)
ADDRESSES = (
    own_account("INSERT"),
    own_account("UPDATE"),
    own_account("DELETE"),
    Guard("noted", "INSERT", APPLICATION, check=_GIVEN_ADDRESS),
)
SECOND_FACTORS = (
    own_account("INSERT"),
    own_account("UPDATE"),
    own_account("DELETE"),
    managed("DELETE", "mfa_authenticator.user_id"),
)
SESSIONS = (
    own_account("INSERT"),
    own_account("UPDATE"),
    own_account("DELETE"),
    managed("DELETE", "usersessions_usersession.user_id"),
)


def _session_of(whose: str) -> str:
    return (
        "EXISTS (SELECT FROM usersessions_usersession s"
        f" WHERE s.session_key = django_session.session_key AND {whose})"
    )


#: Of who is signed in, or of nobody yet: the signature is that of `federations/sessions.py`.
_OWN_SESSION = f"{HOLDS} AND NOT {_session_of(f's.user_id IS DISTINCT FROM {_ACTOR}')}"
SESSION_CONTENTS = (
    Guard("own_insert", "INSERT", APPLICATION, check=HOLDS),
    Guard("own_update", "UPDATE", APPLICATION, using=_OWN_SESSION, check=HOLDS),
    Guard("own_delete", "DELETE", APPLICATION, using=_OWN_SESSION),
    # What is over is swept up by whoever sweeps (`manage.py clearsessions`).
    Guard("over", "DELETE", APPLICATION, using="expire_date < now()"),
    Guard(
        "managed_delete",
        "DELETE",
        FEDERATION_SIDE,
        using=f"{_MANAGES} AND {_session_of(_person_here('s.user_id'))}",
    ),
)
_OWN_TENANT = f"{HOLDS} AND ({_OVER_ALL} OR (id = {SCOPE} AND {_MANAGES}))"
TENANTS = (
    Guard("opened", "INSERT", FEDERATION_SIDE, check=f"{HOLDS} AND {acts_as([Role.SYSTEM])}"),
    Guard("kept", "UPDATE", FEDERATION_SIDE, using=_OWN_TENANT, check=_OWN_TENANT),
)


def register_kept_by(
    keepers: Iterable[Role], *, added_by: Iterable[Role] = ()
) -> tuple[Guard, ...]:
    """Let ``keepers`` change a register of the whole network, and them or others add to it."""
    kept = f"{HOLDS} AND {acts_as(keepers)}"
    added = f"{HOLDS} AND {acts_as({*keepers, *added_by})}"
    return (
        Guard("added", "INSERT", FEDERATION_SIDE, check=added),
        Guard("kept", "UPDATE", FEDERATION_SIDE, using=kept, check=kept),
    )


def written_by(
    adders: Iterable[Role],
    *,
    changers: Iterable[Role] | None = None,
    removers: Iterable[Role] | None = None,
) -> tuple[Guard, ...]:
    """Of those who reach a tenant's rows, let only these roles add any; or change, or remove.

    ``changers``, ``removers``: where they are not those who add. Who may not change a row does not
    hold it either (FOR UPDATE): whoever only reads, but in turn, waits on a word (services/holds).
    """
    added = acts_as(adders)
    changed = added if changers is None else acts_as(changers)
    removed = added if removers is None else acts_as(removers)
    return (
        Guard("added", "INSERT", FEDERATION_SIDE, check=added, is_narrowing=True),
        Guard("kept", "UPDATE", FEDERATION_SIDE, using=changed, check=changed, is_narrowing=True),
        Guard("removed", "DELETE", FEDERATION_SIDE, using=removed, is_narrowing=True),
    )


def directory_kept_by(keepers: Iterable[Role]) -> tuple[Guard, ...]:
    """Of those who write a tenant's rows, let only ``keepers`` write what the network reads."""
    return written_by(keepers)


REFUSALS = (
    Guard("noted", "INSERT", APPLICATION, check="true"),
    Guard("of_tenant", "SELECT", FEDERATION_SIDE, using=f"{HOLDS} AND {_HERE}"),
    Guard("answered", "SELECT", APPLICATION, using="true"),
)
#: A worker acts in the name that the row bears: it is the name of who asks.
JOBS = (
    Guard(
        "own_name",
        "INSERT",
        ACTORS,
        check="actor->>'user_id' IS NOT DISTINCT FROM nullif(current_setting('app.actor_id', true),"
        f" '') AND actor->>'role' = {_ROLE}"
        " AND actor->>'tenant_id' = current_setting('app.tenant_id', true)",
        is_narrowing=True,
    ),
)
#: Mails carry one-time links: only who may invite reads what waits to be sent.
OUTBOX = (Guard("written_by_managers", "SELECT", ACTORS, using=_MANAGES, is_narrowing=True),)
