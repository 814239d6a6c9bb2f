"""Pages of signals, and what is raised of facilities' months."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection

from claims.models import Claim, ClaimSignal, FacilitySignal
from claims.selectors.facility_months import facility_months
from claims.selectors.signals import facility_figures
from claims.services.facility_signals import raise_all_facility_signals, raise_facility_signals
from claims.services.signals import confirm_signal, raise_signals
from conamus.kernel.errors import DomainError
from federations.models import HealthFacility
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import DAY, DRUG, give_claim, give_terms
from tests.world import World

MARCH, JUNE = date(2025, 3, 1), date(2025, 6, 30)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _signal(world: World, **told: object) -> int:
    """Two alike; the second has the signal."""
    give_claim(world, **told)  # type: ignore[arg-type]
    claim = give_claim(world, **told)  # type: ignore[arg-type]
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        raise_signals(actor=system, claim_ids=[claim], year=2025)
        return ClaimSignal.objects.get(claim_id=claim).pk


def test_the_rules_with_what_was_made_of_them(care: World, sign_in: Callable) -> None:
    first = _signal(care)
    _signal(care, on=date(2025, 4, 1))
    nurse = care.actor("annick")
    with open_scope(nurse, source="essai"):
        confirm_signal(actor=nurse, signal_id=first, because="Doublon")
    page = sign_in("annick").get("/soins/signaux/")
    text = text_of(page)
    assert "1 signal à examiner ; 1 traité, dont 100\u202f% de confirmés." in page.content.decode()
    assert "Même soin deux fois 2 1 1 0 100 % 60 % (de départ)" in text
    assert "?rule=same_care&amp;state=confirmed" in page.content.decode()


def test_each_number_leads_to_its_list(care: World, sign_in: Callable) -> None:
    first = _signal(care)
    _signal(care, on=date(2025, 4, 1))
    nurse = care.actor("annick")
    with open_scope(nurse, source="essai"):
        confirm_signal(actor=nurse, signal_id=first, because="Doublon")
    client = sign_in("annick")
    opened = text_of(client.get("/soins/signaux/attestations/?rule=same_care&state=open"))
    assert "que la souche KIN-000003" in opened
    assert "que la souche KIN-000001" not in opened
    assert "que la souche" not in text_of(client.get("/soins/signaux/attestations/?rule=price"))
    exported = client.get("/soins/signaux/attestations/?export=csv").content.decode("utf-8-sig")
    assert exported.count("Même soin deux fois") == 2
    assert "KIN-000004" in exported


def test_a_signal_is_settled_with_a_reason(care: World, sign_in: Callable) -> None:
    signal = _signal(care)
    client, url = sign_in("amina"), f"/soins/signaux/attestations/{signal}/"
    assert "Même patient, même jour" in text_of(client.get(url))
    refused = client.post(url, {"verdict": "dismissed", "because": ""})
    assert refused.status_code == 422
    done = client.post(url, {"verdict": "dismissed", "because": "Deux consultations le même jour"})
    assert done["Location"] == "/soins/signaux/attestations/?rule=same_care&state=open"
    page = text_of(client.get(url))
    assert "écarté par Amina Nduwimana" in page
    assert "Deux consultations le même jour" in page
    assert 'name="verdict"' not in client.get(url).content.decode()


def test_another_federation_and_the_clerk_do_not_see_it(care: World, sign_in: Callable) -> None:
    signal = _signal(care)
    assert sign_in("bernard").get(f"/soins/signaux/attestations/{signal}/").status_code == 404
    assert sign_in("albert").get("/soins/signaux/").status_code == 403
    assert sign_in("regine").get("/soins/signaux/").status_code == 403


def _facilities(world: World, count: int) -> list[str]:
    """More health centres like Mutoyi's, under their codes."""
    codes = [f"FS-P{n:03d}" for n in range(count)]
    with open_scope(world.system("CONAMUS"), source="essai"):
        like = HealthFacility.objects.get(code="FS-T001")
        for code in codes:
            made = HealthFacility.objects.get(pk=like.pk)
            made.pk, made.code, made.name = None, code, f"CDS {code}"
            made._state.adding = True
            made.save()
            world.facilities[code] = made.pk
    return codes


def _month(world: World, codes: Sequence[str], cost: dict[str, int], cases: int = 8) -> None:
    """Each facility's March: ``cases`` drugs, of 10 boxes unless ``cost`` says another number."""
    for place, code in enumerate(codes):
        for n in range(cases):
            boxes = cost.get(code, 10) + n % 3
            give_claim(
                world,
                facility=code,
                on=MARCH + timedelta(days=2 * n),
                lines=[(DRUG, boxes, 500)],
                stub=f"KIN-{place + 1:03d}{n:03d}",
            )


def test_a_facility_far_from_its_peers(care: World) -> None:
    codes = _facilities(care, 7)
    _month(care, codes, {"FS-P006": 60})
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        raised = raise_facility_signals(actor=system, month=date(2025, 3, 20), on=JUNE)
        again = raise_facility_signals(actor=system, month=MARCH, on=JUNE)
        found = list(FacilitySignal.objects.values_list("facility__code", "rule", "month"))
        facts = FacilitySignal.objects.get().facts
    assert (raised, again) == (1, 0)
    assert found == [("FS-P006", "facility_cost", MARCH)]
    assert (facts["cases"], facts["usual"], facts["peers"]) == (8, 5_437, 6)


def test_a_month_that_goes_on_is_not_judged(care: World) -> None:
    system = care.system("UMUCO")
    with open_scope(system, source="essai"), pytest.raises(DomainError, match="pas fini"):
        raise_facility_signals(actor=system, month=date(2025, 6, 1), on=JUNE)


def test_what_a_month_adds_up_to(care: World) -> None:
    """The amounts follow the stubs; the last days, the stays, the medicines are counted."""
    for n, boxes in enumerate((2, 4, 4, 4, 2)):
        give_claim(care, lines=[(DRUG, boxes, 500)], on=MARCH + timedelta(days=n))
    give_claim(care, lines=[(DAY, 2, 10_000), (DRUG, 1, 500)], days=3, on=date(2025, 3, 29))
    cancelled = give_claim(care, lines=[(DRUG, 4, 500)])
    give_claim(care, lines=[(DRUG, 4, 500)], on=date(2025, 4, 1))
    with open_scope(care.system("UMUCO"), source="essai"):
        Claim.objects.filter(pk=cancelled).update(state="cancelled")
        [month] = facility_months(care.tenants["UMUCO"], since=MARCH, until=date(2025, 4, 1))
    assert (month.cases, month.asked_francs) == (6, 2 * 1_000 + 3 * 2_000 + 20_500)
    assert month.amounts == (1_000, 2_000, 2_000, 2_000, 1_000, 20_500)
    assert (month.stays, month.last_days, month.medicines) == (1, 1, 6)


def test_the_task_looks_at_the_last_three_months_of_each_federation(care: World) -> None:
    codes = _facilities(care, 7)
    _month(care, codes, {"FS-P006": 60})
    assert raise_all_facility_signals(on=date(2025, 7, 1)) == 0
    # The federation's, and the network's.
    assert raise_all_facility_signals(on=date(2025, 6, 1)) == 2
    assert raise_all_facility_signals(on=date(2025, 6, 2)) == 0


def test_a_facilitys_signal_is_listed_and_settled(care: World, sign_in: Callable) -> None:
    codes = _facilities(care, 7)
    _month(care, codes, {"FS-P006": 60})
    raise_all_facility_signals(on=date(2025, 6, 1))
    client = sign_in("annick")
    listed = client.get("/soins/signaux/formations/")
    assert "demandés par cas" in text_of(listed)
    found = re.search(r"/soins/signaux/formations/\d+/", listed.content.decode())
    assert found is not None
    client.post(found[0], {"verdict": "confirmed", "because": "Visite du 3 juin"})
    assert "confirmé par Annick Kaneza" in text_of(client.get(found[0]))
    nurse = care.actor("annick")
    with open_scope(nurse, source="essai"):
        figures = {one.code: one for one in facility_figures(nurse)}["facility_cost"]
    assert (figures.confirmed, figures.rate) == (1, 1)


class TestOverAllFederations:
    """A facility that two federations pay, among the others of both."""

    @pytest.fixture
    def shared(self, care: World) -> World:
        """FS-P006 is dear at UMUCO and at INEZA, a little at each; the others at UMUCO only."""
        codes = _facilities(care, 7)
        _month(care, codes, {"FS-P006": 60})
        for n in range(5):
            give_claim(
                care,
                member="INE-1001-0",
                processing="INEZA",
                facility="FS-P006",
                on=MARCH + timedelta(days=3 * n),
                lines=[(DRUG, 70, 500)],
                stub=f"INE-006{n:03d}",
            )
        raise_all_facility_signals(on=date(2025, 6, 1))
        return care

    def test_the_network_signals_the_whole_for_the_advisers(self, shared: World) -> None:
        with open_scope(shared.actor("medard"), source="essai"):
            [signal] = FacilitySignal.objects.all()
        assert signal.tenant_id == shared.tenants["CONAMUS"]
        assert (signal.facility_id, signal.rule, signal.facts["cases"]) == (
            shared.facilities["FS-P006"],
            "facility_cost",
            13,
        )
        assert raise_all_facility_signals(on=date(2025, 6, 1)) == 0

    def test_an_adviser_reads_a_line_a_facility_with_each_federations_part(
        self, shared: World, sign_in: Callable
    ) -> None:
        client = sign_in("medard")
        text = text_of(client.get("/soins/signaux/formations/comparees/"))
        assert "1 à voir sur 7 formations sanitaires, toutes fédérations ensemble" in text
        assert "Umuco : 8 cas à 30 438 FBu ; Ineza : 5 cas à 35 000 FBu" in text
        everything = client.get("/soins/signaux/formations/comparees/?toutes=1")
        assert everything.context["count"] == 7
        exported = client.get("/soins/signaux/formations/comparees/?export=csv").content
        assert "FS-P006" in exported.decode("utf-8-sig")
        one = text_of(
            client.get(f"/soins/signaux/formations/comparees/{shared.facilities['FS-P006']}/")
        )
        assert "Ineza 5" in one
        assert "Ensemble 13" in one
        assert one.count("Coût par cas loin des pairs") == 2
        assert "03/2025 Umuco" in one

    def test_a_federation_reads_its_own_part_only(self, shared: World, sign_in: Callable) -> None:
        address = f"/soins/signaux/formations/comparees/{shared.facilities['FS-P006']}/"
        nurse = text_of(sign_in("annick").get(address))
        assert "Umuco 8" in nurse
        assert "Ineza" not in nurse
        assert nurse.count("Coût par cas loin des pairs") == 1
        other = text_of(sign_in("bernard").get(address))
        assert "Ineza 5" in other
        assert "Umuco" not in other
        assert "Aucun signal cette année" in other
        assert sign_in("clara").get(address).status_code == 403

    def test_the_narrow_functions_answer_the_advisers_alone(self, shared: World) -> None:
        facility = shared.facilities["FS-P006"]
        asked = (
            ("SELECT * FROM network_facility_parts(2025)", []),
            ("SELECT * FROM network_facility_signals(%s, 2025)", [facility]),
        )
        for username in ("annick", "amina", "clara", "regine", "fabrice"):
            for statement, values in asked:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    _rows(shared, username, statement, values)
        for statement, values in asked:
            assert _rows(shared, "medard", statement, values)
        months = "SELECT * FROM network_facility_months('2025-03-01', '2025-04-01', 3)"
        with pytest.raises(ProgrammingError, match="permission denied"):
            _rows(shared, "annick", months, [])
        assert _rows(shared, "clara", months, [])
        for days in ("2025-03-01 2025-03-02", "2025-03-10 2025-04-10", "2025-03-01 2025-05-01"):
            part = "SELECT * FROM network_facility_months(%s, %s, 3)"
            assert not _rows(shared, "clara", part, days.split())
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('role', 'conamus_adviser', true)")
            cursor.execute("SELECT count(*) FROM network_facility_parts(2025)")
            assert cursor.fetchone() == (0,)

    def test_what_waits_is_on_the_home_and_the_queue(
        self, shared: World, sign_in: Callable
    ) -> None:
        client = sign_in("medard")
        assert "1 mois d’une formation sanitaire à examiner" in text_of(client.get("/soins/"))
        assert "Formations sanitaires (1)" in text_of(client.get("/soins/examens/"))


def _rows(world: World, username: str, statement: str, values: list[object]) -> list[object]:
    with open_scope(world.actor(username), source="essai"), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
