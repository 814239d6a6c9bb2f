"""The end of a household's card by what happens at home: it is revoked, and made anew if need be.

A card names the head and the household's number, and stands for an open household; the permission
is that of the event.
"""

from enum import StrEnum

from conamus import clock
from membership.models import Card, Household


class CardEnd(StrEnum):
    """Why, in French, as the card's page says it."""

    NEW_HEAD = "changement d’adhérent"
    CORRECTED_HEAD = "fiche de l’adhérent corrigée : c’est une autre personne"
    NEW_NUMBER = "changement de numéro"
    STRUCK_OFF = "radiation du ménage"
    CLOSED = "fermeture du ménage"
    TRANSFERRED = "transfert vers une autre fédération"
    MERGED = "ménage en double"


def end_card(household: Household, because: CardEnd) -> None:
    """Put the household's card, if it has one, on the list of the revoked."""
    left = Card.objects.filter(
        tenant_id=household.tenant_id, household=household, revoked_on__isnull=True
    )
    left.update(revoked_on=clock.today(), revoked_because=because.value)
