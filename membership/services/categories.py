"""Who may put a household in a category: where another pays, that is decided, household by
household, by who decides on membership, unless the scale lets an agent grant the category.

A household that is in the category keeps it: the decision was taken once.
"""

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.rules.roles import Permission, is_permitted
from federations.tenancy.actor import Actor
from membership.selectors.scales import decided_categories


def require_category(actor: Actor, *, current: str, wanted: str) -> None:
    """Raise unless the actor may put a household of a category in the one that is wanted."""
    if wanted == current or is_permitted(actor.role, Permission.DECIDE_MEMBERSHIP):
        return
    label = decided_categories(actor.tenant_id, clock.today()).get(wanted)
    if label is not None:
        raise DomainError(
            f"Dans la catégorie « {label} » un autre paie à la place du ménage : le gestionnaire "
            "de la fédération la décide, ménage par ménage. Gardez l’autre catégorie, il la "
            "changera sur la fiche.",
            field="category",
        )
