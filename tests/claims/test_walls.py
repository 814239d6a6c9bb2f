"""Who meets which rows of care: home, processing side, facility, advisers; and nobody else."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from claims.models import (
    CareAuthorisation,
    Claim,
    ClaimLine,
    ClaimStep,
    Decision,
    DecisionLine,
    FacilityDebt,
    FacilityInvoice,
    InvoiceEntry,
    PaymentOrder,
    Review,
    ReviewFinding,
    StubUse,
)
from claims.services.claim_moves import parties_of
from claims.services.decisions import decide_submitted
from federations.tenancy.declarations import declared_tables
from federations.tenancy.scope import open_scope
from tests.claims.care import give_claim, give_terms
from tests.claims.money import settled
from tests.world import World

_ROWS = (Claim, ClaimLine, ClaimStep, Decision, DecisionLine)


@pytest.fixture
def treated(world: World) -> dict[str, int]:
    """At home; away, treated by INEZA's centre in another facility; and one of INEZA alone."""
    give_terms(world)
    claims = {
        "home": give_claim(world, reason="PALU"),
        "away": give_claim(world, processing="INEZA", facility="FS-T002", reason="PALU"),
        "other": give_claim(
            world, member="INE-1001-0", processing="INEZA", facility="FS-T002", reason="PALU"
        ),
    }
    for tenant, names in (("UMUCO", ["home"]), ("INEZA", ["away", "other"])):
        system = world.system(tenant)
        with open_scope(system, source="essai"):
            decide_submitted(actor=system, claim_ids=[claims[n] for n in names], year=2025)
    return claims


@pytest.mark.parametrize(
    ("username", "names"),
    [
        ("amina", {"home", "away"}),
        ("agnes", {"home", "away"}),
        ("annick", {"home", "away"}),
        ("bernard", {"away", "other"}),
        ("fabrice", {"home"}),
        ("medard", {"home", "away", "other"}),
        ("clara", set()),
    ],
)
def test_each_meets_its_own_claims(
    username: str, names: set[str], treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    wanted = {treated[name] for name in names}
    with as_actor(world.actor(username)):
        assert set(Claim.objects.values_list("pk", flat=True)) == wanted
        assert set(ClaimLine.objects.values_list("claim_id", flat=True)) == wanted
        assert set(Decision.objects.values_list("claim_id", flat=True)) == wanted
        assert DecisionLine.objects.count() == len(wanted)


def test_the_regulator_meets_none(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    for model in _ROWS:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor("regine")),
        ):
            model.objects.count()


def test_a_partition_is_no_way_round(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_actor(world.actor("amina")),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM claims_claim_2025")


def test_a_line_cannot_name_other_parties_than_its_claim(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    """Bernard hangs a line of his own parties on UMUCO's claim: the key refuses."""
    with (
        pytest.raises(DatabaseError, match="foreign key"),
        as_actor(world.actor("bernard")),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO claims_claimstep (care_year, tenant_id, processing_id, facility_id,"
            " claim_id, from_state, to_state, reason, by_name, by_user_id, by_role)"
            " SELECT 2025, %s, %s, %s, %s, 'decided', 'to_review', '', "
            " current_setting('app.actor_name'), current_setting('app.actor_id')::bigint,"
            " current_setting('app.actor_role')",
            [
                world.tenants["INEZA"],
                world.tenants["INEZA"],
                world.facilities["FS-T001"],
                treated["home"],
            ],
        )


def test_the_narrow_functions_keep_to_claims_in_sight(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    """Bernard, and INEZA's system, ask for UMUCO's own claim by its number: nothing is told."""
    bernard, system, claims = world.actor("bernard"), world.system("INEZA"), [treated["home"]]
    for actor, query, values in (
        (bernard, "SELECT * FROM claim_rights(%s, 2025, %s)", [claims, date(2025, 3, 1)]),
        (system, "SELECT * FROM claim_particulars(%s, 2025)", [claims]),
        (
            bernard,
            "SELECT * FROM claim_earlier_care(%s, 2025, 0, '{household,person}')",
            [claims],
        ),
    ):
        with as_actor(actor), connection.cursor() as cursor:
            cursor.execute(query, values)
            assert cursor.fetchall() == []


def test_nobody_may_call_what_is_for_the_functions_alone(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    for query in (
        "SELECT * FROM claims_in_sight(ARRAY[1]::bigint[], 2025)",
        "SELECT count(*) FROM claims_careaccount",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor("amina")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(query)


#: What nothing of a row's writing touches again, by table; the whole row where it has no columns.
_FORGED = {
    "claims_act": "code = 'X'",
    "claims_agreement": "starts_on = '2020-01-01'",
    "claims_agreementsuspension": "starts_on = '2020-01-01'",
    "claims_attestationfile": "brought_by = 'x'",
    "claims_attestationfilepart": "position = 9",
    "claims_authorisationuse": "francs = 0",
    "claims_benefitpackage": "template_id = NULL",
    "claims_careauthorisation": "francs = 1",
    "claims_carereason": "code = 'X'",
    "claims_claim": "entered_by_user_id = NULL",
    "claims_claimline": "asked_francs = 1",
    "claims_claimsignal": "rule = 'x'",
    "claims_claimstep": "by_name = 'x'",
    "claims_controlterms": "sample_percent = 0",
    "claims_decision": "decided_by = 'x'",
    "claims_decisioncut": "francs = 0",
    "claims_decisionline": "mutuelle_francs = 1",
    "claims_facilityinvoice": "recorded_by = 'x'",
    "claims_facilityreply": "is_agreed = true",
    "claims_facilitysignal": "rule = 'x'",
    "claims_orderbook": "year = 2020",
    "claims_registerlook": "tenant_id = 1",
    "claims_review": "reviewed_by = 'x'",
    "claims_reviewfinding": "francs = 1",
    "claims_sampleseed": "seed = 'x'",
    "claims_stubbook": "facility_id = 1",
    "claims_stubuse": "claim_id = 1",
    "claims_tariff": "price_francs = 1",
    "claims_visit": "planned_by = 'x'",
    "claims_visitclaim": "mutuelle_francs = 1",
    "claims_visitmark": "value = 'x'",
}


def test_what_was_written_cannot_be_rewritten(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    """By a manager, as raw SQL: what was decided, by whom, on which package, found, drawn."""
    for statement in (
        *(f"UPDATE {table} SET {change}" for table, change in _FORGED.items()),
        "UPDATE claims_decision SET package_id = package_id",
        "UPDATE claims_claim SET tenant_id = tenant_id",
        "DELETE FROM claims_decisionline",
        "DELETE FROM claims_claim",
    ):
        assert "permission denied" in _refused(world, as_actor, statement), statement


def test_no_table_of_care_may_be_changed_in_all_its_columns() -> None:
    """But a draft's clauses, which are taken out and written anew as well."""
    whole = {
        table.name
        for table in declared_tables().values()
        if table.name.startswith("claims_")
        for role, letters in table.rights.items()
        if role != "conamus_definer" and "U" in letters and role not in table.columns
    }
    assert whole == {"claims_packageclause"}


def test_a_moment_is_written_once(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    """A superseded decision, a withdrawn finding and a bon do not come back to force."""
    rows = {
        "claims_decision": ("superseded_at", "amina"),
        "claims_reviewfinding": ("withdrawn_at", "annick"),
        "claims_careauthorisation": ("withdrawn_at", "annick"),
    }
    _give_one_of_each(world, treated["home"])
    for table, (moment, username) in rows.items():
        back = f"UPDATE {table} SET {moment} = NULL"
        assert "row-level security" in _refused(world, as_actor, back, username), table
        with as_actor(world.actor(username)), transaction.atomic():
            with connection.cursor() as cursor:
                for changed in (True, False):
                    cursor.execute(f"UPDATE {table} SET {moment} = now()")
                    assert bool(cursor.rowcount) is changed, table
                cursor.execute(back)
                assert cursor.rowcount == 0, table
            # No decision takes the place of the one that lost its force.
            transaction.set_rollback(True)


def test_the_lines_of_a_sent_claim_stay(
    treated: dict[str, int], world: World, as_actor: Callable
) -> None:
    for username in ("amina", "annick", "fabrice"):
        with as_actor(world.actor(username)), connection.cursor() as cursor:
            cursor.execute("DELETE FROM claims_claimline")
            assert cursor.rowcount == 0


def _refused(world: World, as_actor: Callable, statement: str, username: str = "amina") -> str:
    """Return how the database refuses somebody's statement, a manager's if nobody is named."""
    with (
        pytest.raises(ProgrammingError) as refusal,
        as_actor(world.actor(username)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    return str(refusal.value)


def _give_one_of_each(world: World, claim_id: int) -> None:
    """A finding, a bon and a stub's use beside the decision that is there."""
    with open_scope(world.system("UMUCO"), source="essai"):
        claim = Claim.objects.get(pk=claim_id)
        of = parties_of(claim)
        review = Review.objects.create(**of, stage="medical", outcome="cut", reviewed_by="x")
        ReviewFinding.objects.create(**of, review=review, position=1, reason="not_done")
        CareAuthorisation.objects.create(
            tenant_id=claim.tenant_id,
            processing_id=claim.processing_id,
            facility_id=claim.facility_id,
            beneficiary_id=claim.beneficiary_id,
            number="BON-1",
            starts_on=claim.starts_on,
            ends_on=claim.starts_on,
            given_by="x",
        )
        StubUse.objects.create(
            tenant_id=claim.processing_id,
            facility_id=claim.facility_id,
            number="KIN-000009",
            claim_id=claim.pk,
            care_year=2025,
        )


def test_a_facilitys_money_is_the_payers_to_write_and_its_own_to_read(
    world: World, as_actor: Callable
) -> None:
    """Fabrice reads his own account and writes nothing; Bernard does not meet UMUCO's at all."""
    give_terms(world)
    invoice = settled(world, 1_000)
    with as_actor(world.actor("fabrice")):
        assert FacilityInvoice.objects.get().pk == invoice.pk
    for model in (FacilityInvoice, PaymentOrder, InvoiceEntry, FacilityDebt):
        with as_actor(world.actor("bernard")):
            assert not model.objects.exists()
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            as_actor(world.actor("fabrice")),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize(
    "username", ["agnes", "albert", "amina", "annick", "medard", "fabrice", "bernard"]
)
def test_nobody_writes_a_debt(username: str, world: World) -> None:
    """It arises where a decision changes, by itself: nobody adds one, or has one noted."""
    give_terms(world)
    settled(world, 1_000)
    written = (
        "INSERT INTO claims_facilitydebt (tenant_id, facility_id, francs, reason, arisen_on,"
        f" recorded_by, recorded_at) VALUES ({world.tenants['UMUCO']},"
        f" {world.facilities['FS-T001']}, 4000, 'x', '2024-01-01', 'personne', now())"
    )
    for statement in (written, "SELECT note_changed_payable()"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            open_scope(world.actor(username), source="essai"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
