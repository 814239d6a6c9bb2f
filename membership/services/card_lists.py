"""What a device takes along to verify cards without a connection: keys, and marks of the revoked.

Public keys of every federation, and of each revoked card that would still be read the beginning
of its serial's hash: nothing of any household. The day on which they were taken goes with them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from conamus import clock
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.rules.cards import CardKey
from membership.selectors.cards import network_keys, revoked_marks

#: Older than this, what was taken may miss cards that were lost since: the page warns. Ours.
FRESH_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class OfflineList:
    """Keys by name, marks one after the other, and the moment, in the network's time."""

    taken_at: datetime
    keys: dict[str, CardKey]
    revoked: str

    def to_json(self) -> dict[str, object]:
        """Return what the page reads (static/card/verify.js)."""
        return {
            "taken_at": self.taken_at.isoformat(timespec="seconds"),
            "fresh_days": FRESH_DAYS,
            "keys": {name: _key(key) for name, key in self.keys.items()},
            "revoked": self.revoked,
        }


def offline_list(*, actor: Actor) -> OfflineList:
    """Return what verifying any card of the network needs today, without a connection."""
    require(actor, Permission.CHECK_RIGHTS)
    today = clock.today()
    now = timezone.localtime()
    return OfflineList(
        taken_at=now.replace(year=today.year, month=today.month, day=today.day),
        keys=network_keys(),
        revoked="".join(revoked_marks(today)),
    )


def _key(key: CardKey) -> dict[str, str | None]:
    """A key as the browser takes it: the inside of the PEM, which is its SPKI in base64."""
    inside = [line for line in key.public_pem.splitlines() if line and not line.startswith("-")]
    return {
        "federation": key.federation,
        "key": "".join(inside),
        "revoked_on": None if key.revoked_on is None else key.revoked_on.isoformat(),
    }
