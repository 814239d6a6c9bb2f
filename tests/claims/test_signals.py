"""Signals: what each rule finds in claims as they lie in tables, who settles, what it weighs."""

from datetime import date, timedelta

import pytest
from django.db import connection

from claims.models import Claim, ClaimSignal, ClaimStep, StubBook, StubUse
from claims.rules.signals import signal_sentence
from claims.selectors.signal_ties import why_not_settler
from claims.selectors.signals import rule_figures
from claims.services.decisions import decide_submitted
from claims.services.signals import confirm_signal, dismiss_signal, raise_signals
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.models import HealthDistrict, HealthFacility
from federations.tenancy.scope import open_scope
from membership.models import Backdating, Beneficiary, Enrolment
from membership.services.life_events import add_dependant
from membership.services.people import PersonFacts
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.conftest import reading_all_tenants
from tests.world import World

NINE = date(2025, 3, 9)
NARROW, FIXED = "\u202f", "\u00a0"


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _raise(world: World, *claims: int, processing: str = "UMUCO") -> int:
    system = world.system(processing)
    with open_scope(system, source="essai"):
        return raise_signals(actor=system, claim_ids=claims, year=2025)


def _told(world: World, claim: int, tenant: str = "UMUCO") -> dict[str, str]:
    """The signals of a claim, rule by rule, as they are said."""
    with open_scope(world.system(tenant), source="essai"):
        return {
            one.rule: signal_sentence(one.rule, one.facts)
            for one in ClaimSignal.objects.filter(claim_id=claim)
        }


def _sql(world: World, statement: str, *values: object, tenant: str = "UMUCO") -> None:
    with open_scope(world.system(tenant), source="essai"), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _far_facility(world: World) -> None:
    """A facility in another health district; the hospital moves there."""
    with open_scope(world.system("CONAMUS"), source="essai"):
        hospital = HealthFacility.objects.get(code="FS-T002")
        district = HealthDistrict(
            code="0901", name="Kirundo", former_province=hospital.health_district.former_province
        )
        district.save()
        hospital.health_district = district
        hospital.save()


def test_ordinary_care_raises_nothing(care: World) -> None:
    claims = [
        give_claim(care, lines=[(CONSULTATION, 1, 1_000), (DRUG, 3, 500)]),
        give_claim(care, member="UMU-1001-1", facility="FS-T002", lines=[(CONSULTATION, 1, 2_000)]),
    ]
    assert _raise(care, *claims) == 0


def test_a_price_above_the_tariff(care: World) -> None:
    claim = give_claim(care, lines=[(CONSULTATION, 1, 1_500), (DRUG, 4, 520)])
    assert _raise(care, claim) == 1
    assert _told(care, claim)["price"].replace(NARROW, " ").replace(FIXED, " ") == (
        "1 ligne au-dessus du tarif, 500 FBu de trop ; la ligne 1 (CONS) demande 1 500 FBu au lieu "
        "de 1 000 FBu."
    )


def test_the_same_care_twice_is_said_of_the_second(care: World) -> None:
    first = give_claim(care, stub="KIN-000011")
    second = give_claim(care, stub="KIN-000012")
    other_amount = give_claim(care, lines=[(DRUG, 1, 500)])
    _raise(care, second, other_amount)
    assert "que la souche KIN-000011" in _told(care, second)["same_care"]
    assert not _told(care, other_amount)
    _raise(care, first)
    assert "que la souche KIN-000012" in _told(care, first)["same_care"]


def test_a_cancelled_twin_is_no_twin(care: World) -> None:
    first = give_claim(care)
    second = give_claim(care)
    _sql(care, "UPDATE claims_claim SET state = 'cancelled' WHERE id = %s", first)
    assert _raise(care, second) == 0


def test_a_visitors_care_elsewhere_is_seen_across_federations(care: World) -> None:
    """UMUCO's member has the same care at one facility processed by both federations."""
    give_claim(care, stub="KIN-000021")
    away = give_claim(care, processing="INEZA", stub="INE-000021")
    _raise(care, away, processing="INEZA")
    assert "KIN-000021" in _told(care, away, tenant="INEZA")["same_care"]
    assert "same_care" in _told(care, away)


def _book(world: World, facility: str = "FS-T001", first: int = 1, last: int = 100) -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        StubBook(
            tenant_id=world.tenants["UMUCO"],
            facility_id=world.facilities[facility],
            prefix="KIN",
            first_number=first,
            last_number=last,
            issued_on=date(2024, 1, 1),
        ).save()


def test_a_stub_outside_the_books(care: World) -> None:
    _book(care)
    _book(care, "FS-T002", 101, 200)
    good, nobodys, anothers = (
        give_claim(care, stub=stub, on=date(2025, 3, day))
        for day, stub in ((1, "KIN-000100"), (2, "KIN-000201"), (3, "KIN-000150"))
    )
    assert _raise(care, good, nobodys, anothers) == 2
    assert _told(care, nobodys)["stub_outside"].endswith("n’est d’aucun carnet remis.")
    assert "autre formation sanitaire" in _told(care, anothers)["stub_outside"]


def test_who_keeps_no_book_knows_no_range(care: World) -> None:
    assert _raise(care, give_claim(care, stub="KIN-000999")) == 0


def test_a_stub_used_twice(care: World) -> None:
    first = give_claim(care, stub="KIN-000031", on=NINE)
    second = give_claim(care, stub="KIN-000031", member="UMU-1003-0")
    with open_scope(care.system("UMUCO"), source="essai"):
        StubUse(
            tenant_id=care.tenants["UMUCO"],
            number="KIN-000031",
            facility_id=care.facilities["FS-T001"],
            claim_id=first,
            care_year=2025,
        ).save()
    _raise(care, first, second)
    assert "a déjà servi le 9 mars 2025 à CDS Mutoyi" in _told(care, second)["stub_twice"]
    assert not _told(care, first)


def test_care_without_rights(care: World) -> None:
    with open_scope(care.system("UMUCO"), source="essai"):
        person = Beneficiary.objects.get(number="UMU-1001-2")
    _sql(
        care,
        "UPDATE membership_beneficiary SET left_on = '2025-02-01', left_because = 'left'"
        " WHERE id = %s",
        person.pk,
    )
    claim = give_claim(care, member="UMU-1001-2")
    _raise(care, claim)
    assert _told(care, claim)["no_rights"].startswith("Pas de droits le 10 mars 2025")


def test_care_after_death(care: World) -> None:
    _sql(
        care,
        "UPDATE membership_beneficiary SET died_on = '2025-03-09', left_on = '2025-03-09',"
        " left_because = 'death' WHERE number = 'UMU-1001-1'",
    )
    claim = give_claim(care, member="UMU-1001-1")
    on_the_day = give_claim(care, member="UMU-1001-1", on=NINE)
    _raise(care, claim, on_the_day)
    assert _told(care, claim) == {
        "after_death": "Soins jusqu’au 10 mars 2025, décès inscrit au 9 mars 2025."
    }
    assert "after_death" not in _told(care, on_the_day)


def _clause(world: World, **values: object) -> None:
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    with open_scope(world.system("CONAMUS"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO claims_packageclause (tenant_id, package_id, {names}, care_kind, level,"
            " ownership, sex, scope, paper, bearer, payer, is_chronic, is_maternity, other_cover,"
            f" wording) SELECT tenant_id, id, {marks}, '', '', '', '', '', '', '', '', false,"
            " false, '', '' FROM claims_benefitpackage",
            list(values.values()),
        )


def test_an_act_that_the_package_owes_to_others(care: World) -> None:
    _clause(care, kind="condition", family="consultation", owed_sex="M")
    claim = give_claim(care, member="UMU-1001-2")
    _raise(care, claim)
    assert "femme de 12 ans" in _told(care, claim)["age_sex"]


def test_a_waiting_period(care: World) -> None:
    """A household new in 2025: its rights opened in January."""
    _clause(care, kind="wait", family="medicine", days=180, owed_sex="")
    claim = give_claim(care, member="UMU-1002-0", lines=[(DRUG, 2, 500)])
    _raise(care, claim)
    assert "pendant le délai d’attente (médicament, 180 jours)" in _told(care, claim)["waiting"]


def test_free_care_billed(care: World) -> None:
    _sql(
        care,
        "UPDATE membership_beneficiary SET birth_date = '2022-01-05',"
        " joined_on = '2024-02-01' WHERE number = 'UMU-1001-2'",
    )
    claim = give_claim(care, member="UMU-1001-2", lines=[(CONSULTATION, 1, 1_000), (DRUG, 2, 500)])
    _raise(care, claim)
    assert _told(care, claim)["free_care"].startswith("2 lignes de soins gratuits")


def test_stays_that_overlap_but_not_a_transfer(care: World) -> None:
    stay = {"days": 4, "lines": [(DAY, 3, 10_000)]}
    give_claim(care, facility="FS-T002", on=date(2025, 3, 1), **stay)
    transfer = give_claim(care, on=date(2025, 3, 4), **stay)
    assert _raise(care, transfer) == 0
    overlapping = give_claim(care, on=date(2025, 3, 3), **stay)
    again = give_claim(care, on=date(2025, 3, 5), **stay)
    _raise(care, overlapping, again)
    assert "à Hôpital Gitega du 1er mars 2025 au 4 mars 2025" in _told(care, overlapping)["overlap"]
    assert "est déjà à CDS Mutoyi du 4 mars 2025 au 7 mars 2025" in _told(care, again)["overlap"]


def test_two_distant_facilities_on_one_day(care: World) -> None:
    near = give_claim(care, facility="FS-T002", lines=[(CONSULTATION, 1, 2_000)], on=NINE)
    give_claim(care, on=NINE)
    assert _raise(care, near) == 0
    _far_facility(care)
    give_claim(care)
    far = give_claim(care, facility="FS-T002", lines=[(CONSULTATION, 1, 2_000)])
    _raise(care, far)
    told = _told(care, far)["lent_card"]
    assert "district de Kirundo" in told
    assert "CDS Mutoyi (district de Gitega" in told


def test_seen_far_away_in_the_middle_of_a_stay(care: World) -> None:
    _far_facility(care)
    stay = give_claim(care, facility="FS-T002", lines=[(DAY, 9, 10_000)], on=NINE, days=10)
    visits = [give_claim(care, on=NINE + timedelta(days=n)) for n in (0, 4, 9)]
    _raise(care, *visits)
    assert ["lent_card" in _told(care, one) for one in visits] == [False, True, False]
    assert "pendant son séjour à Hôpital Gitega" in _told(care, visits[1])["lent_card"]
    _raise(care, stay)
    assert "pendant son séjour à Hôpital Gitega" in _told(care, stay)["lent_card"]


def test_many_cases_of_a_person_in_a_month(care: World) -> None:
    days = [date(2025, 3, day) for day in (3, 10, 17, 24)]
    claims = [
        give_claim(care, on=on, lines=[(DRUG, count, 500)])
        for count, on in enumerate(days, start=1)
    ]
    _raise(care, claims[-1])
    assert _told(care, claims[-1]) == {"many_cases": "4 attestations de ce patient en mars 2025."}
    another_month = give_claim(care, on=date(2025, 4, 1), lines=[(DRUG, 9, 500)])
    assert _raise(care, another_month) == 0


def _dated_back(world: World, year: int) -> None:
    """UMU-1001's enrolment for a year, of 1 March, written on the 12th."""
    with open_scope(world.system("UMUCO"), source="essai"):
        enrolment = Enrolment.objects.get(household__number="UMU-1001", year_id=year)
        Backdating(
            tenant_id=world.tenants["UMUCO"],
            enrolment=enrolment,
            dated_on=date(2025, 3, 1),
            written_on=date(2025, 3, 12),
            reason="essai",
            recorded_by="Amina",
        ).save()


def test_an_enrolment_dated_back_after_the_illness(care: World) -> None:
    claim = give_claim(care, on=NINE)
    _dated_back(care, 2025)
    _raise(care, claim)
    assert _told(care, claim)["backdated"] == (
        "L’adhésion datée du 1er mars 2025 est inscrite le 12 mars 2025, après les soins du "
        "9 mars 2025."
    )
    earlier, later = (give_claim(care, on=date(2025, month, 13)) for month in (2, 4))
    assert _raise(care, earlier, later) == 0


def test_a_dependant_entered_after_the_illness(care: World) -> None:
    """The manager dates the entry back over the care: who came in is signalled, nobody else."""
    amina = care.actor("amina")
    facts = PersonFacts(
        family_name="Ndayizeye", given_name="Paul", sex="M", birth_date=date(1999, 5, 1),
        relationship="other",
    )  # fmt: skip
    with open_scope(amina, source="essai"):
        household = Beneficiary.objects.get(number="UMU-1001-0").household_id
        paul = add_dependant(
            actor=amina, household_id=household, facts=facts, joined_on=date(2025, 2, 1),
            backdating_reason="papiers de février",
        )  # fmt: skip
    claim, of_the_head = give_claim(care, member=paul.number), give_claim(care)
    assert _raise(care, claim, of_the_head) == 1
    assert _told(care, claim)["backdated"] == (
        "L’entrée dans le ménage datée du 1er février 2025 est inscrite le 30 juin 2025, après les "
        "soins du 10 mars 2025."
    )
    with open_scope(amina, source="essai"):
        signal = ClaimSignal.objects.get(claim_id=claim, rule="backdated")
        assert "l’opération antidatée" in why_not_settler(amina, signal)


def test_an_enrolment_for_another_year_opens_nothing_here(care: World) -> None:
    """Next year's enrolments are signed in autumn: care of this year owes them nothing."""
    claim = give_claim(care, on=NINE)
    _dated_back(care, 2024)
    assert _raise(care, claim) == 0


def test_who_enters_does_not_validate(care: World) -> None:
    claim = give_claim(care)
    user = care.users["albert"]
    with reading_all_tenants():
        Claim.objects.filter(pk=claim).update(entered_by_user_id=user)
    assert _raise(care, claim) == 0
    with open_scope(care.system("UMUCO"), source="essai"):
        one = Claim.objects.get(pk=claim)
        ClaimStep(
            tenant_id=one.tenant_id,
            processing_id=one.processing_id,
            facility_id=one.facility_id,
            care_year=2025,
            claim=one,
            from_state="submitted",
            to_state="checked",
            by_name="Albert",
            by_user_id=user,
            by_role="centre_operator",
        ).save()
    _raise(care, claim)
    assert _told(care, claim) == {
        "same_hands": "La même personne a saisi l’attestation et donné la vérification."
    }


def test_raised_once_and_sent_to_a_person(care: World) -> None:
    """Raised again, nothing is written; the decision finds the signal and rejects nothing."""
    give_claim(care)
    second = give_claim(care)
    assert (_raise(care, second), _raise(care, second)) == (1, 0)
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        tally = decide_submitted(actor=system, claim_ids=[second], year=2025)
        step = ClaimStep.objects.get(claim_id=second, to_state="to_review")
    assert (tally.to_review, step.reason) == (1, "signal")


def test_few_queries_whatever_the_number(
    care: World, django_assert_max_num_queries: object
) -> None:
    claims = [give_claim(care, on=date(2025, 2, day)) for day in range(1, 25)]
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            raise_signals(actor=system, claim_ids=claims[:2], year=2025)
        with django_assert_max_num_queries(12):  # type: ignore[operator]
            raise_signals(actor=system, claim_ids=claims, year=2025)


def _signal(world: World) -> int:
    give_claim(world)
    claim = give_claim(world)
    _raise(world, claim)
    with open_scope(world.system("UMUCO"), source="essai"):
        return ClaimSignal.objects.get(claim_id=claim).pk


def test_confirmed_with_a_reason_once(care: World) -> None:
    signal = _signal(care)
    nurse = care.actor("annick")
    with open_scope(nurse, source="essai"):
        with pytest.raises(DomainError, match="Dites pourquoi"):
            confirm_signal(actor=nurse, signal_id=signal, because="  ")
        first = confirm_signal(actor=nurse, signal_id=signal, because="Doublon avéré")
        again = confirm_signal(actor=nurse, signal_id=signal, because="Doublon avéré")
        with pytest.raises(Conflict, match="déjà confirmé par Annick"):
            dismiss_signal(actor=nurse, signal_id=signal, because="Finalement non")
    assert (first.state, first.settled_by, again.settled_at) == (
        "confirmed",
        "Annick Kaneza",
        first.settled_at,
    )


@pytest.mark.parametrize("username", ["albert", "agnes", "arthur", "fabrice", "regine"])
def test_who_may_not_settle(care: World, username: str) -> None:
    signal = _signal(care)
    actor = care.actor(username)
    with open_scope(actor, source="essai"), pytest.raises(NotAllowed):
        dismiss_signal(actor=actor, signal_id=signal, because="non")


def test_another_federation_does_not_find_it(care: World) -> None:
    signal = _signal(care)
    bernard = care.actor("bernard")
    with open_scope(bernard, source="essai"), pytest.raises(NotFound):
        dismiss_signal(actor=bernard, signal_id=signal, because="non")


def test_the_adviser_settles_everywhere(care: World) -> None:
    signal = _signal(care)
    medard = care.actor("medard")
    with open_scope(medard, source="essai"):
        settled = dismiss_signal(actor=medard, signal_id=signal, because="Deux consultations")
    assert settled.state == "dismissed"


def test_a_rule_weighs_what_was_confirmed_of_it(care: World) -> None:
    """Twenty settled, five of them confirmed: the twenty-first weighs a quarter."""
    claims = [give_claim(care, on=date(2025, 2, 1 + n // 2)) for n in range(42)]
    _sql(care, "UPDATE claims_claim SET state = 'cancelled' WHERE id = ANY (%s)", claims[40:])
    _raise(care, *claims[:20])
    nurse = care.actor("annick")
    with open_scope(nurse, source="essai"):
        signals = list(ClaimSignal.objects.filter(rule="same_care").order_by("pk"))
        assert {one.weight for one in signals} == {60}
        for rank, one in enumerate(signals):
            settle = confirm_signal if rank < 5 else dismiss_signal
            settle(actor=nurse, signal_id=one.pk, because="examiné")
        figures = {one.code: one for one in rule_figures(nurse)}["same_care"]
    assert (figures.rate, figures.weight, figures.is_base) == (0.25, 25, False)
    _raise(care, claims[20])
    with open_scope(nurse, source="essai"):
        assert ClaimSignal.objects.get(claim_id=claims[20], rule="same_care").weight == 25


def test_the_facility_reads_no_signal(care: World) -> None:
    _signal(care)
    fabrice = care.actor("fabrice")
    with open_scope(fabrice, source="essai"), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('claims_claimsignal', 'SELECT')")
        assert cursor.fetchone() == (False,)


def test_what_is_sent_is_looked_at_as_it_is_decided(care: World) -> None:
    """One query more than deciding, and the claim waits for a person with its new signal."""
    give_claim(care)
    second = give_claim(care)
    system = care.system("UMUCO")
    with open_scope(system, source="essai"):
        tally = decide_submitted(
            actor=system, claim_ids=[second], year=2025, looks_for_signals=True
        )
        claim = Claim.objects.get(pk=second)
    assert (tally.to_review, claim.state) == (1, "to_review")
    # 800 francs of the mutuelle's × (1 − 0,99 × 0,4), as a signal of 60 % makes it.
    assert claim.review_rank == 483
    assert list(_told(care, second)) == ["same_care"]
