"""A forgotten password: whoever gives an address is answered alike, whether anybody has it.

The page writes one row and looks nobody up: neither its words nor its time tell who has an
account, and no mail server is waited for. Who has that address is found when the row is sent
(`reset_mails`).
"""

from federations.selectors.tenants import confederation_id
from federations.services.outbox import enqueue
from federations.services.reset_mails import TASK
from federations.tenancy.actor import system_actor
from federations.tenancy.scope import open_scope


def ask_for_reset(*, address: str, site_url: str, source: str, request_id: str = "") -> None:
    """Have a link sent to each account of an address; anybody may ask, nobody is told who has."""
    network_id = confederation_id()
    with open_scope(system_actor(network_id, TASK), source=source, request_id=request_id):
        enqueue(
            tenant_id=network_id,
            topic="password_reset",
            payload={"to": address, "tenant_id": network_id, "site_url": site_url},
        )
