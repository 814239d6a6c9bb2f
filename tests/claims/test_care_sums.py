"""The sums of care that the database keeps equal those of the rows, whoever wrote them."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from psycopg2.errors import InsufficientPrivilege

from claims.models import AcceptedSum, CareSum, Claim, CutSum, DelayCount
from claims.services.care_sums import recount_care
from claims.services.decisions import decide_submitted
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.world import World

#: Each table, what its rows are told apart by, and what is added up.
TABLES: dict[type[Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    CareSum: (
        ("tenant", "processing", "facility", "care_year", "month", "care_kind", "unit_id"),
        ("cases", "asked_francs", "asked_squares", "decided", "decided_francs",
         "mutuelle_francs", "cut_francs", "rejected"),
    ),
    CutSum: (
        ("tenant", "processing", "facility", "care_year", "month", "care_kind", "code"),
        ("cases", "francs"),
    ),
    DelayCount: (
        ("tenant", "processing", "facility", "care_year", "month", "care_kind", "from_state",
         "to_state", "tenths"),
        ("cases",),
    ),
    AcceptedSum: (
        ("tenant", "processing", "facility", "care_year", "month"), ("cases", "francs"),
    ),
}  # fmt: skip


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def kept() -> dict[str, dict[tuple, tuple]]:
    """What is kept now, added up, without what comes to nothing."""
    found = {}
    for model, (keys, sums) in TABLES.items():
        rows: dict[tuple, list[int]] = {}
        for row in model._default_manager.values_list(*keys, *sums):
            key, values = row[: len(keys)], row[len(keys) :]
            before = rows.get(key, [0] * len(sums))
            rows[key] = [one + more for one, more in zip(before, values, strict=True)]
        found[model.__name__] = {key: tuple(v) for key, v in rows.items() if any(v)}
    return found


def again(world: World, *years: int) -> dict[str, dict[tuple, tuple]]:
    """What counting everything again comes to."""
    for code in ("UMUCO", "INEZA"):
        actor = world.system(code)
        with open_scope(actor, source="essai"):
            for year in years:
                recount_care(actor=actor, year=year)
    with open_scope(world.system("UMUCO"), source="essai"):
        return kept()


def decide(world: World, *claims: int) -> None:
    with open_scope(world.system("UMUCO"), source="essai"):
        decide_submitted(actor=world.system("UMUCO"), claim_ids=claims, year=2025)


def test_every_change_is_kept_as_if_counted_again(care: World) -> None:
    """Decided, waiting, a visitor's stay, rejected, cancelled after steps, moved to a month."""
    first = give_claim(care, lines=[(CONSULTATION, 1, 1_000), (DRUG, 4, 500)])
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-02-01', left_because = 'left'"
            " WHERE number = 'UMU-1001-2'"
        )
    without = give_claim(care, member="UMU-1001-2", lines=[(DRUG, 2, 500)])
    decide(care, first, without)
    give_claim(care, member="INE-1001-0", lines=[(DAY, 2, 10_000)], days=3, on=date(2025, 4, 2))
    gone, moved = give_claim(care), give_claim(care)
    decide(care, gone)
    with open_scope(care.system("UMUCO"), source="essai"):
        claims = Claim.objects.filter(care_year=2025)
        claims.filter(pk=gone).update(state="cancelled")
        claims.filter(pk=moved).update(starts_on=date(2025, 5, 1), ends_on=date(2025, 5, 2))
        # What no figure tells leaves them as they are.
        rows = CareSum.objects.count()
        claims.update(review_rank=7)
        assert CareSum.objects.count() == rows
        found = kept()
    assert all(found.values())
    assert found == again(care, 2025)
    assert found == again(care, 2025)


def test_counted_again_a_figure_is_one_row(care: World) -> None:
    claims = [give_claim(care, lines=[(DRUG, 2, 500)]) for _ in range(3)]
    for claim in claims:
        decide(care, claim)
    with open_scope(care.system("UMUCO"), source="essai"):
        assert CareSum.objects.count() == 6
    again(care, 2025)
    with open_scope(care.system("UMUCO"), source="essai"):
        [row] = CareSum.objects.all()
    assert (row.cases, row.decided, row.asked_francs) == (3, 3, 3_000)


def test_a_federation_reads_no_sums_of_others(care: World) -> None:
    decide(care, give_claim(care))
    with open_scope(care.actor("bernard"), source="essai"):
        assert not any(model._default_manager.exists() for model in TABLES)


@pytest.mark.parametrize("username", ["medard", "amina", "agnes", "albert", "fabrice"])
@pytest.mark.parametrize("model", TABLES)
def test_no_statement_of_a_person_adds_to_a_sum_or_takes_away(
    model: type[Model], username: str, care: World
) -> None:
    """A doctor of CONAMUS meets every federation's; the history would tell none of it."""
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-02-01', left_because = 'left'"
            " WHERE number = 'UMU-1001-2'"
        )
    decide(care, give_claim(care, member="UMU-1001-2", lines=[(DRUG, 2, 500)]))
    table = model._meta.db_table
    keys = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(keys)
    tricks = (
        f"DELETE FROM {table}",
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} LIMIT 1",
    )
    with open_scope(care.actor(username), source="essai"), connection.cursor() as cursor:
        for statement in tricks:
            assert not passes(cursor, statement), statement
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        for statement in reversed(tricks):
            assert passes(cursor, statement), statement


def passes(cursor: CursorWrapper, statement: str) -> bool:
    """Tell whether the database lets a statement change something."""
    try:
        with transaction.atomic():
            cursor.execute(statement)
            return cursor.rowcount > 0
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):
            return False
        raise
