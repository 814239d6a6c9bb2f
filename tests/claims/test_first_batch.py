"""The first large batch of a year: keys are looked up by indexes though its tables were empty."""

from datetime import date

from django.db import connection

from claims.models import Act, BenefitPackage, PackageClause, Tariff
from claims.services.decisions import Tally, decide_submitted
from federations.tenancy.scope import open_scope
from tests import databases
from tests.claims.care import CONSULTATION, GROWN, give_claim, give_terms
from tests.world import World

OLD, NEW = date(2024, 11, 20), date(2025, 3, 10)
CLAIMS = 30
_READ_WHOLE = """
SELECT relname, seq_scan FROM pg_stat_xact_user_tables
WHERE relname IN ('claims_claim_2025', 'claims_decision_2025')
"""
_KEPT = ("claims_claimstep", "claims_decision", "claims_decisionline", "claims_decisioncut")
#: As indexes become that grow in any order: the primary keys seem the shorter way.
_SPREAD = (
    "claims_claimstep_2025_claim_id_id_idx",
    "claims_decisionline_2025_decision_id_position_idx",
    "claims_decision_2025_claim_id_number_idx",
)
_FETCHED = """
SELECT sum(idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)
"""


def _give_last_year_s_terms(world: World) -> None:
    tenant, begin, end = world.tenants["CONAMUS"], date(2024, 1, 1), date(2025, 1, 1)
    with open_scope(world.system("CONAMUS"), source="essai"):
        act = Act.objects.get(code=CONSULTATION)
        Tariff(tenant_id=tenant, act=act, price_francs=1_000, starts_on=begin, ends_on=end).save()
        package = BenefitPackage(
            tenant_id=tenant, year_id=OLD.year, state="in_force", in_force_from=begin
        )
        package.save()
        PackageClause(tenant_id=tenant, package=package, kind="rate", percent=80).save()


def _decide(world: World, claims: list[int], year: int) -> tuple[Tally, dict[str, int]]:
    """Decide; return how often the new year's tables were read from their first row to the last."""
    system = world.system("UMUCO")
    with open_scope(system, source="essai"), connection.cursor() as cursor:
        cursor.execute(_READ_WHOLE)
        before = dict(cursor.fetchall())
        tally = decide_submitted(actor=system, claim_ids=claims, year=year)
        cursor.execute(_READ_WHOLE)
        return tally, {table: n - before.get(table, 0) for table, n in cursor.fetchall()}


def test_a_plan_made_while_the_year_was_empty_does_not_read_it_whole_for_each_key(
    own_database: World, worker_name: str
) -> None:
    """Three keys a decision and more: read whole each time, the batch would be quadratic."""
    give_terms(own_database)
    _give_last_year_s_terms(own_database)
    last = give_claim(own_database, on=OLD)
    with databases.superuser(f"conamus_own_{worker_name}") as cursor:
        cursor.execute("ANALYZE claims_claim, claims_decision")
    # The last claim of the old year: from now on the connection has its plans.
    assert _decide(own_database, [last], OLD.year)[0].decided == 1
    claims = [give_claim(own_database, on=NEW) for _ in range(CLAIMS)]
    tally, scans = _decide(own_database, claims, NEW.year)
    assert tally.decided == CLAIMS
    assert max(scans.values()) < CLAIMS, scans


def test_what_is_kept_beside_claims_is_found_by_keys_once_the_year_has_grown(
    own_database: World, worker_name: str
) -> None:
    """Nobody has counted its rows, and the index of the claims is spread: few rows are read."""
    give_terms(own_database)
    with databases.superuser(f"conamus_own_{worker_name}") as cursor:
        cursor.execute(f"ANALYZE {', '.join(_KEPT)}")
        cursor.execute(GROWN)
        for index in _SPREAD:
            cursor.execute(f"ALTER INDEX {index} SET (fillfactor = 10)")
            cursor.execute(f"REINDEX INDEX {index}")
    claims = [give_claim(own_database, on=NEW) for _ in range(CLAIMS)]
    system = own_database.system("UMUCO")
    with open_scope(system, source="essai"), connection.cursor() as cursor:
        assert decide_submitted(actor=system, claim_ids=claims, year=NEW.year).decided == CLAIMS
        cursor.execute(_FETCHED, [[f"{table}_{NEW.year}" for table in _KEPT]])
        assert cursor.fetchone()[0] < 40 * CLAIMS
