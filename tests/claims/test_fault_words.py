"""What is wrong is told at its place, as what it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client

from claims.models import Act, Claim
from claims.services.authorisations import MOST_FRANCS, NewAuthorisation, authorise_care
from claims.services.tariffs import NewTariff, set_tariff
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, give_terms
from tests.claims.money import settled
from tests.claims.test_authorisations import ASKED
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


@pytest.mark.parametrize(
    ("price", "ends_on", "told"),
    [
        (-1, None, {"price_francs": "Le prix n’est pas négatif."}),
        (1, date(2025, 5, 1), {"ends_on": "Le tarif finirait avant de commencer."}),
    ],
)
def test_a_tariffs_fault_stands_at_its_field(
    price: int, ends_on: date | None, told: dict[str, str], care: World
) -> None:
    amina = care.actor("amina")
    with open_scope(amina, source="essai"), pytest.raises(DomainError) as refused:
        act = Act.objects.get(code=CONSULTATION)
        tariff = NewTariff(
            act_id=act.pk, price_francs=price, starts_on=date(2025, 7, 1), ends_on=ends_on
        )
        set_tariff(actor=amina, tariff=tariff)
    assert told.items() <= {one.field: one.message for one in refused.value.each()}.items()


@pytest.mark.parametrize(
    ("francs", "told"), [(0, "zéro ou moins"), (MOST_FRANCS + 1, "au plus ; vide")]
)
def test_a_bons_amount_is_told_too_small_or_too_great(francs: int, told: str, care: World) -> None:
    albert = care.actor("albert")
    request: NewAuthorisation = replace(ASKED, francs=francs)
    with open_scope(albert, source="essai"), pytest.raises(DomainError) as refused:
        authorise_care(actor=albert, request=request)
    (message,) = [one.message for one in refused.value.each() if one.field == "francs"]
    assert told in message


def test_totals_are_labelled_where_columns_are_not_seen(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    """On a telephone each cell says its column: the totals of an account and of an invoice too."""
    invoice = settled(care, 1_000)
    client = sign_in("amina")
    with open_scope(care.actor("amina"), source="essai"):
        claim = Claim.objects.get()
    for address, labels in (
        (f"/soins/comptes/{invoice.facility_id}/", ("Dû en plus", "Solde dû")),
        (f"/soins/factures/{invoice.pk}/", ("Demandé", "Part de la mutuelle")),
        (f"/soins/attestations/{claim.care_year}/{claim.pk}/", ("Demandé", "Mutuelle")),
    ):
        foot = client.get(address).content.decode().split("<tfoot>")[1].split("</tfoot>")[0]
        assert [f'data-label="{one}"' in foot for one in labels] == [True, True], address
