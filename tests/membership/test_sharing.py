"""The sharing key: dated versions that never overlap, explained with an example."""

from datetime import date
from decimal import Decimal

import pytest

from conamus.kernel.errors import DomainError, NotAllowed
from membership.models import Enrolment, Payment
from membership.rules.sharing import SharingKey, key_on
from membership.selectors.scales import sharing_keys
from membership.services.sharing import set_sharing_key


def _key(valid_from: date, federation: int = 20, confederation: int = 5) -> SharingKey:
    return SharingKey(
        valid_from=valid_from,
        valid_to=None,
        federation_percent=Decimal(federation),
        confederation_percent=Decimal(confederation),
        fee_federation_percent=Decimal(40),
        fee_confederation_percent=Decimal(10),
    )


def test_a_new_key_takes_over_from_its_day_on(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        made = set_sharing_key(actor=amina, sharing=_key(date(2026, 1, 1)), key="cle")
        again = set_sharing_key(actor=amina, sharing=_key(date(2026, 1, 1)), key="cle")
        keys = sharing_keys(amina.tenant_id)
    assert made.pk == again.pk
    assert len(keys) == 2
    assert key_on(keys, date(2025, 12, 31)).federation_percent == 10
    assert key_on(keys, date(2026, 1, 1)).federation_percent == 20
    assert keys[1].valid_to == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("sharing", "field"),
    [
        (_key(date(2018, 1, 1)), "valid_from"),
        (_key(date(2017, 1, 1)), "valid_from"),
        (_key(date(2026, 1, 1), federation=101), "federation_percent"),
        (_key(date(2026, 1, 1), federation=60, confederation=50), "confederation_percent"),
        (_key(date(2026, 1, 1), federation=-1), "federation_percent"),
    ],
)
def test_keys_that_cannot_stand_are_refused_at_their_field(sharing, field, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        with pytest.raises(DomainError) as refused:
            set_sharing_key(actor=amina, sharing=sharing)
        assert refused.value.field == field
        assert len(sharing_keys(amina.tenant_id)) == 1


def test_what_is_already_shared_is_not_shared_anew(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = Enrolment.objects.filter(year_id=2025).first()
        Payment.objects.create(
            tenant_id=amina.tenant_id, enrolment=enrolment, unit_id=enrolment.unit_id,
            receipt_year=2025, receipt_number=1, amount_francs=1_000, contribution_francs=1_000,
            fee_francs=0, federation_francs=100, confederation_francs=50, method="cash",
            received_on=date(2025, 5, 2), recorded_by="essai",
        )  # fmt: skip
        with pytest.raises(DomainError, match="déjà partagés"):
            set_sharing_key(actor=amina, sharing=_key(date(2025, 5, 2)))
        set_sharing_key(actor=amina, sharing=_key(date(2025, 5, 3)))


def test_only_managers_set_keys(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes), pytest.raises(NotAllowed):
        set_sharing_key(actor=agnes, sharing=_key(date(2026, 1, 1)))


def test_the_page_explains_with_30_000_francs(world, sign_in) -> None:
    text = sign_in("agnes").get("/cle-de-repartition/").content.decode()
    for amount in ("3\u202f000", "1\u202f500", "25\u202f500"):
        assert f"{amount}\u00a0FBu" in text
    assert "Fixer une nouvelle clé" not in text


def test_setting_a_key_on_the_page(world, sign_in, as_actor) -> None:
    client = sign_in("amina")
    typed = {
        "valid_from": "2025-07-01", "federation_percent": "12.5", "confederation_percent": "2",
        "fee_federation_percent": "0", "fee_confederation_percent": "0",
    }  # fmt: skip
    refused = client.post("/cle-de-repartition/fixer/", {**typed, "federation_percent": "99"})
    assert refused.status_code == 422
    assert client.post("/cle-de-repartition/fixer/", typed).status_code == 302
    with as_actor(world.actor("amina")):
        keys = sharing_keys(world.tenants["UMUCO"])
    assert key_on(keys, date(2025, 7, 1)).federation_percent == Decimal("12.5")
