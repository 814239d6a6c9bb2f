"""Figures of care beyond one federation: CONAMUS's sums, reasons for care."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from claims.models import CareReason, Claim
from claims.rules.states import State
from claims.selectors.care_figures import (
    By,
    care_sums,
    cut_reasons,
    reasons_of_care,
    step_delays,
)
from claims.services.decisions import decide_submitted
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.conftest import reading_all_tenants
from tests.world import World

SUMS_ONLY = ("network_care_sums", "network_care_cuts", "network_care_delays")


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _decide(world: World, tenant: str, *claims: int) -> None:
    system = world.system(tenant)
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


def _two_federations(world: World) -> None:
    """Umuco treats three of its own, one without rights, and a visitor; Ineza two of its own."""
    own = [give_claim(world, lines=[(DRUG, n, 500)]) for n in (2, 4)]
    with open_scope(world.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-02-01', left_because = 'left'"
            " WHERE number = 'UMU-1001-2'"
        )
    without = give_claim(world, member="UMU-1001-2", lines=[(DRUG, 2, 500)])
    visitor = give_claim(world, member="INE-1001-0", lines=[(CONSULTATION, 1, 1_000)])
    _decide(world, "UMUCO", *own, without, visitor)
    for n in (1, 2):
        give_claim(
            world, member="INE-1001-0", processing="INEZA", facility="FS-T002", days=2,
            lines=[(DAY, n, 10_000)], on=date(2025, 4, n),
        )  # fmt: skip


def _whole(actor: Actor, by: By) -> list[tuple[int, int, int]]:
    with open_scope(actor, source="essai"):
        found = care_sums(actor, 2025, by)
    return [
        (
            sum(one.cases for one in found),
            sum(one.asked_francs for one in found),
            sum(one.mutuelle_francs for one in found),
        )
    ]


def test_conamus_reads_the_sum_of_its_federations(care: World) -> None:
    _two_federations(care)
    clara, amina, bernard = (care.actor(name) for name in ("clara", "amina", "bernard"))
    parts = [_whole(amina, By.MONTH)[0], _whole(bernard, By.MONTH)[0]]
    sums = [tuple(map(sum, zip(*parts, strict=True)))]
    assert all(_whole(clara, by) == sums for by in By)
    assert parts[0][0] == 4
    with open_scope(clara, source="essai"):
        treated = {one.key: one.cases for one in care_sums(clara, 2025, By.PROCESSING)}
        cuts, delays = cut_reasons(clara, 2025), step_delays(clara, 2025)
        assert Claim.objects.filter(care_year=2025).count() == 0
    assert treated == {str(care.tenants["UMUCO"]): 4, str(care.tenants["INEZA"]): 2}
    assert [(one.code.value, one.francs) for one in cuts] == [("no_rights", 1_000)]
    assert delays[0].cases == 6
    medard = care.actor("medard")
    with open_scope(medard, source="essai"):
        assert cut_reasons(medard, 2025) == cuts
        assert step_delays(medard, 2025) == delays


@pytest.mark.parametrize("name", ["amina", "annick", "regine", "fabrice"])
def test_sums_are_nobody_elses(name: str, care: World) -> None:
    for function in SUMS_ONLY:
        asked = "2025, 'month', '{}'" if function == SUMS_ONLY[0] else "2025, '{}'"
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            open_scope(care.actor(name), source="essai"),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SELECT * FROM {function}({asked})")


def test_the_regulator_reads_no_row_beneath_its_aggregates(care: World) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        open_scope(care.actor("regine"), source="essai"),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT * FROM care_sums(2025, 'month', '{}')")


def test_outside_a_signed_scope_nothing_is_summed(care: World) -> None:
    _two_federations(care)
    with open_scope(care.actor("clara"), source="essai"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL app.tenant_id = '1'; SET LOCAL app.actor_name = 'autre'")
        cursor.execute("SELECT * FROM network_care_sums(2025, 'month', '{}')")
        assert cursor.fetchall() == []
        cursor.execute("SELECT * FROM reasons_of_care(2025)")
        assert cursor.fetchall() == []


def _links(page: object) -> dict[str, str]:
    """The table's links by their text."""
    html = page.content.decode()  # type: ignore[attr-defined]
    found = re.findall(r'<td[^>]*>\s*<a href="([^"]+)">([^<]+)</a>', html)
    return {text.strip(): unquote(url.replace("&amp;", "&")) for url, text in found}


def test_conamus_goes_from_a_figure_to_its_parts(care: World, sign_in: Callable) -> None:
    _two_federations(care)
    client = sign_in("clara")
    page = client.get("/soins/tableau/?annee=2025&par=federation")
    links = _links(page)
    assert set(links) == {"Umuco", "Ineza"}
    inside = client.get("/soins/tableau/" + links["Ineza"])
    assert "3 attestations" in inside.content.decode()
    further = _links(inside)
    assert all("par=mois" in url and "formation=" in url for url in further.values())
    facility = client.get("/soins/tableau/" + next(iter(further.values())))
    assert "Seulement" in facility.content.decode()
    assert client.get("/soins/attestations/").status_code == 403


@pytest.mark.parametrize("by", ["mois", "genre", "formation", "unite", "federation"])
def test_the_list_behind_a_figure_has_what_it_counts(
    by: str, care: World, sign_in: Callable
) -> None:
    _two_federations(care)
    client = sign_in("amina")
    page = client.get(f"/soins/tableau/?annee=2025&par={by}")
    rows = {row.record.label: row.record for row in page.context["table"].rows}
    assert len(rows) >= 2
    for label, row in rows.items():
        if row.url:
            assert client.get(row.url).context["count"] == row.sums.cases, label
    assert sum(bool(row.url) for row in rows.values()) == len(rows) - 1


def test_an_adviser_opens_a_federations_list(care: World, sign_in: Callable) -> None:
    _two_federations(care)
    client = sign_in("medard")
    page = client.get("/soins/tableau/?annee=2025&par=traitee&genre=outpatient")
    [row] = [r.record for r in page.context["table"].rows if r.record.url]
    assert (row.label, row.sums.cases) == ("Umuco", 4)
    assert client.get(row.url).context["count"] == 4


# Reasons for care

_BEFORE = """
INSERT INTO claims_claimdiagnosis (
    id, note, care_year, tenant_id, processing_id, facility_id, claim_id, reason_id, written_at)
SELECT gen_random_uuid(), '', care_year, tenant_id, processing_id, facility_id, id,
       (SELECT id FROM claims_carereason WHERE code = %s), %s::timestamptz
FROM claims_claim WHERE care_year = 2025 AND id = %s
"""
_OTHER_PEOPLE = """
UPDATE claims_claim SET entered_at = %s::timestamptz,
       person_id = CASE WHEN %s THEN gen_random_uuid() ELSE person_id END
WHERE care_year = 2025 AND id = %s
"""
LAST_YEAR = "2025-04-05 09:00+02"


def _give_reasons(
    world: World, reason: str, cases: int, *, at: str = LAST_YEAR, others: bool = True
) -> list[int]:
    """So many claims of a reason, each of somebody else unless told otherwise."""
    made = []
    for n in range(cases):
        claim = give_claim(world, on=date(2025, 3, 1) + timedelta(days=n))
        with reading_all_tenants(), connection.cursor() as cursor:
            cursor.execute(_BEFORE, [reason, at, claim])
            cursor.execute(_OTHER_PEOPLE, [at, others, claim])
        made.append(claim)
    return made


def _reasons(actor: Actor) -> list[tuple[str, int, int]]:
    with open_scope(actor, source="essai"):
        return [(one.code, one.cases, one.people) for one in reasons_of_care(2025)]


def _add_reasons(world: World, *codes: str) -> None:
    from_conamus = {"tenant_id": world.tenants["CONAMUS"]}
    with open_scope(world.system("CONAMUS"), source="essai"):
        for code in codes:
            CareReason(**from_conamus, code=code, name=f"Motif {code}").save()


def test_reasons_of_few_people_are_not_told_nor_what_gives_them_away(care: World) -> None:
    _add_reasons(care, "GRIP", "RARE")
    _give_reasons(care, "PALU", 9)
    _give_reasons(care, "GRIP", 6)
    amina, bernard, clara = (care.actor(name) for name in ("amina", "bernard", "clara"))
    assert _reasons(amina) == [("PALU", 9, 9), ("GRIP", 6, 6)]
    # Seven attestations of one person are one person.
    _give_reasons(care, "RARE", 7, others=False)
    assert _reasons(amina) == [("PALU", 9, 9)]
    assert _reasons(clara) == [("PALU", 9, 9)]
    assert _reasons(bernard) == []


def test_a_reason_is_not_learnt_by_looking_before_and_after(care: World) -> None:
    """What is entered this month counts from the next one on; so does what is cancelled."""
    _give_reasons(care, "PALU", 6)
    amina, today = care.actor("amina"), timezone.now().isoformat()
    before = _reasons(amina)
    assert before == [("PALU", 6, 6)]
    [new] = _give_reasons(care, "PALU", 1, at=today)
    assert _reasons(amina) == before
    with open_scope(amina, source="essai"):
        Claim.objects.filter(care_year=2025).exclude(pk=new).update(
            state=State.CANCELLED, state_since=timezone.now()
        )
    assert _reasons(amina) == before


def test_the_page_tells_reasons_of_the_whole_year_only(care: World, sign_in: Callable) -> None:
    _give_reasons(care, "PALU", 6)
    client = sign_in("clara")
    assert "Paludisme" in client.get("/soins/tableau/?annee=2025&motifs=oui").content.decode()
    for narrowed in ("mois=3", "genre=outpatient", f"formation={care.facilities['FS-T001']}"):
        page = client.get(f"/soins/tableau/?annee=2025&motifs=oui&{narrowed}").content.decode()
        assert "Paludisme" not in page
