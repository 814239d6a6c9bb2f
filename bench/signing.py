"""Signing a test client in without the form: as the form does it, in the person's own name."""

from django.test import Client

from bench.measure import note_activity
from federations.models import User
from federations.tenancy.door import open_door

BACKEND = "federations.accounts.ActiveRoleBackend"


def signed_in_as(user: User) -> Client:
    """Return a client whose session is the user's."""
    client = Client()
    with open_door(user, source="mesure", request_id=""):
        client.force_login(user, backend=BACKEND)
    note_activity(client)
    return client
