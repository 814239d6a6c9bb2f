"""What every document of money that is undone by its reversal holds to.

Members' payments, payment orders and repayments of facilities are never changed: a reversal is a
document of the same series below zero. A reference serves once; ``attempt`` grows when that of an
undone document serves again for the right one.
"""

from django.db import models
from django.db.models import Q


def reversal_constraints(
    name: str, *, served: str, parts: tuple[str, ...] = ()
) -> list[models.BaseConstraint]:
    """Return the constraints that begin with ``name``; ``served`` refuses a known reference.

    ``parts`` are fields that tell apart the documents of one reference.
    """
    return [
        models.UniqueConstraint(fields=["tenant", "id"], name=f"{name}_tenant_id"),
        models.UniqueConstraint(
            fields=["tenant", "method", "reference", "attempt", *parts],
            condition=~Q(reference="") & Q(reverses__isnull=True),
            name=f"{name}_reference_once",
            violation_error_message=served,
        ),
        models.CheckConstraint(
            condition=Q(reverses__isnull=True, amount_francs__gt=0)
            | Q(reverses__isnull=False, amount_francs__lt=0),
            name=f"{name}_sign",
            violation_error_message="Le montant est positif.",
        ),
    ]
