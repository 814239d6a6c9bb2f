"""Writes the demonstration's users and keeps their passwords in one private file.

Passwords are random, hashed by the application's own hasher. The file is all that knows them:
where it is lost, or belongs to another database, every user gets a new one.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone

from conamus import clock
from conamus.demo.cast import CastMember
from conamus.demo.loading.keys import Keys
from conamus.standalone.secrets_file import write_private
from federations.models import User
from federations.selectors.assignments import actor_of, open_assignments
from federations.services.bulk import insert_rows, reserve_ids
from federations.tenancy.scope import open_identity_scope

#: Hashing is slow on purpose and leaves the interpreter free: two at a time.
HASHING_THREADS = 2
PASSWORD_BYTES = 9
ROLES_SINCE = date(2024, 1, 1)
#: Where the history says that a renewed password came from.
_RENEWAL = "démonstration"


@dataclass(frozen=True, slots=True)
class Login:
    """A user's sign-in, as the file gives it."""

    role: str
    federation: str
    username: str
    password: str


def logins_file() -> Path:
    """Return where the sign-ins are written."""
    return Path(settings.VAR_DIR) / "demo-logins.json"


def draw_logins(cast: Sequence[CastMember]) -> list[Login]:
    """Give each user a random password."""
    return [
        Login(member.role, member.tenant, member.username, secrets.token_urlsafe(PASSWORD_BYTES))
        for member in cast
    ]


def hash_passwords(logins: Sequence[Login]) -> dict[str, str]:
    """Return the password hash of each user name."""
    with ThreadPoolExecutor(HASHING_THREADS) as pool:
        hashes = pool.map(make_password, [login.password for login in logins])
        return dict(zip([login.username for login in logins], hashes, strict=True))


def insert_users(cast: Sequence[CastMember], keys: Keys, hashes: Mapping[str, str]) -> None:
    """Write the users and the one role of each."""
    ids = reserve_ids("federations_user", len(cast))
    now = timezone.now()
    columns = ("id", "password", "username", "email", "full_name", "phone", "language",
               "is_active", "created_at")  # fmt: skip
    rows = (
        (key, hashes[m.username], m.username, f"{m.username}@demo.example", m.full_name, "", "fr",
         True, now)
        for key, m in zip(ids, cast, strict=True)
    )  # fmt: skip
    insert_rows("federations_user", columns, rows)
    limits = ("user_id", "role", "tenant_id", "unit_id", "facility_id", "valid_from")
    roles = (_assignment(key, member, keys) for key, member in zip(ids, cast, strict=True))
    insert_rows("federations_roleassignment", limits, roles)


def _assignment(user_id: int, member: CastMember, keys: Keys) -> tuple[object, ...]:
    unit = keys.units[member.tenant, member.unit] if member.unit else None
    facility = keys.facilities[member.facility] if member.facility else None
    return user_id, member.role, keys.tenants[member.tenant], unit, facility, ROLES_SINCE


def write_logins(logins: Sequence[Login]) -> None:
    """Write the file, readable by its owner only."""
    path = logins_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {"role": x.role, "federation": x.federation, "username": x.username, "password": x.password}
        for x in logins
    ]
    write_private(path, json.dumps(rows, indent=1))


def are_logins_good(cast: Sequence[CastMember]) -> bool:
    """Tell whether the file names this cast and belongs to this database (one is tried)."""
    try:
        rows = json.loads(logins_file().read_text(encoding="utf-8"))
        given = {row["username"]: row["password"] for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if set(given) != {member.username for member in cast}:
        return False
    tried = User.objects.filter(username=cast[0].username).first()
    return tried is not None and check_password(given[tried.username], tried.password)


def renew_passwords(cast: Sequence[CastMember]) -> list[Login]:
    """Give every demonstration user a new password, each in their own name."""
    logins = draw_logins(cast)
    hashes = hash_passwords(logins)
    for user in User.objects.filter(username__in=hashes):
        [assignment, *_] = open_assignments(user, on_date=clock.today())
        with open_identity_scope(actor_of(assignment), source=_RENEWAL, request_id=""):
            user.password = hashes[user.username]
            user.save(update_fields=["password"])
    return logins
