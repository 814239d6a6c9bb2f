"""The page of readings: who read a reason for care or a paper, for whoever watches over them."""

from django.db.models import QuerySet

from claims.filters.readings import ReadingFilter
from claims.models import PrivateReading
from claims.selectors.readings import listed_readings
from claims.tables.readings import ReadingTable
from conamus.pages.lists import ListPage
from federations.rules.roles import Permission


class ReadingList(ListPage):
    """The traces of readings; of each its attestation, never what was read."""

    permission = Permission.SEE_HISTORY
    title = "Lectures des motifs de soins"
    table_class = ReadingTable
    filter_class = ReadingFilter
    empty_text = (
        "Personne n’a encore lu le motif ou une pièce d’une attestation de vos membres, ni de "
        "celles que votre fédération traite."
    )

    def rows(self) -> QuerySet[PrivateReading]:
        """Return the readings in sight."""
        return listed_readings(self.actor)

    def state(self, count: int) -> str:
        """Say what it is for."""
        return "Qui a lu le motif ou les pièces de quelle attestation. Rien ne s’y efface."
