"""The page of operations that were dated back, for whoever looks for those made after the fact."""

from django.db.models import QuerySet

from conamus.pages.lists import ListPage
from federations.rules.roles import Permission
from membership.filters.backdatings import BackdatingFilter
from membership.models import Backdating
from membership.rules.sentences import counted
from membership.selectors.backdatings import backdatings
from membership.tables.backdatings import BackdatingTable


class BackdatingList(ListPage):
    """What the manager dated further back than an agent may."""

    permission = Permission.SEE_CONTRIBUTIONS
    title = "Opérations antidatées"
    table_class = BackdatingTable
    filter_class = BackdatingFilter
    empty_text = (
        "Aucune adhésion, aucun paiement, aucun événement n’est daté plus loin en arrière qu’un "
        "agent ne le peut. Le gestionnaire de la fédération peut le faire, avec un motif qui se "
        "lit ici."
    )

    def rows(self) -> QuerySet[Backdating]:
        """Return what was dated back in the actor's sight."""
        return backdatings(self.actor)

    def state(self, count: int) -> str:
        """Count them."""
        return f"{counted(count, 'opération')}, chacune avec son motif." if count else ""
