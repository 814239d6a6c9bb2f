"""What a federation added to the catalogue is delivered where it treats, and nowhere else."""

import pytest

from claims.models import Act, CareReason, Claim
from claims.services.attestations import enter_claim
from claims.services.catalogue import ActDetails, ReasonDetails, add_act, add_reason
from conamus.kernel.errors import DomainError
from federations.tenancy.scope import open_scope
from tests.claims.entering import a_line, an_entry, give_books
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    """UMUCO's manager and INEZA's each add an act and a reason."""
    give_books(world)
    for username, code in (("amina", "UMU"), ("bernard", "INE")):
        actor = world.actor(username)
        with open_scope(actor, source="essai"):
            add_act(actor=actor, code=f"{code}X", details=ActDetails(name=code, family="care"))
            add_reason(actor=actor, code=f"{code}R", details=ReasonDetails(name=code))
    return world


def _enter(world: World, by: str, **changes: object) -> Claim:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        return enter_claim(actor=actor, entry=an_entry(world, **changes))


@pytest.mark.parametrize("by", ["albert", "fabrice"])
def test_anothers_act_and_reason_are_unknown(care: World, by: str) -> None:
    with pytest.raises(DomainError) as refusal:
        _enter(care, by, lines=(a_line("INEX"),), reason="INER")
    told = {one.field: one.message for one in refusal.value.each()}
    assert "« INEX » n’est pas dans le catalogue" in told["lines.1.act"]
    assert "« INER » n’est pas dans la liste" in told["reason"]


@pytest.mark.parametrize("by", ["albert", "fabrice"])
def test_ones_own_are_known_whosever_the_patient(care: World, by: str) -> None:
    """A member of INEZA's treated in UMUCO's network: by the acts of who treats."""
    made = _enter(care, by, member="INE-1001-0", lines=(a_line("umux"),), reason="umur")
    with open_scope(care.system("UMUCO"), source="essai"):
        assert made.lines.get(care_year=2025).act == Act.objects.get(code="UMUX")
        assert CareReason.objects.filter(code="UMUR").exists()
