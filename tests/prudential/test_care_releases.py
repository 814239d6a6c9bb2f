"""Care as the regulator reads it: released, small groups hidden, wholes that are their rows."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client

from claims.selectors.care_figures import By
from claims.services.decisions import decide_submitted
from conamus.charts.formats import MASKED
from conamus.kernel.figures import NOT_KNOWN
from federations.selectors.statements import rows_of
from federations.tenancy.scope import open_scope
from prudential.rules.care_aggregates import CareAggregate, whole_of
from prudential.rules.suppression import hidden_keys
from prudential.selectors.care_releases import care_aggregates
from prudential.services.releases import release_all_figures, release_insured
from tests.claims.care import DRUG, give_claim, give_terms
from tests.world import World

DAY, NEXT = date(2025, 6, 30), date(2025, 7, 1)
PAGE = "/soins/agregats/?annee=2025"


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _give(
    world: World, count: int, *, month: int = 3, since: int = 1, quantity: int = 2,
    price: int = 500,
) -> list[int]:  # fmt: skip
    """One attestation a day of the same person's care."""
    return [
        give_claim(world, lines=[(DRUG, quantity, price)], on=date(2025, month, since + n))
        for n in range(count)
    ]


def _shown(world: World, by: By = By.MONTH) -> dict[str, CareAggregate]:
    with open_scope(world.actor("regine"), source="essai"):
        return {one.key: one for one in care_aggregates(2025, by)}


def _decide(world: World, claims: list[int]) -> None:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


def _accept_two(world: World, claims: list[int]) -> None:
    """Decide care since the first of March of somebody who left on the third."""
    with open_scope(world.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-03-03', left_because = 'left'"
            " WHERE number = 'UMU-1001-0'"
        )
    _decide(world, claims)


def test_small_groups_follow_the_rule_of_the_report(care: World) -> None:
    cases = {1: 6, 2: 3, 3: 9, 4: 5}
    for month, count in cases.items():
        _give(care, count, month=month)
    release_all_figures(on=DAY)
    months = _shown(care)
    hidden = hidden_keys({month: [count] for month, count in cases.items()})
    assert {int(key) for key, one in months.items() if one.cases is None} == hidden == {2, 4}
    assert {key: one.cases for key, one in months.items() if one.cases} == {"1": 6, "3": 9}
    assert all(one.asked_francs is None for one in months.values() if one.cases is None)
    assert _shown(care, By.FACILITY) == {}


def test_small_parts_are_hidden_with_what_is_owed_for_them(care: World) -> None:
    """Of nine decided, two are accepted: neither how many nor how much is told."""
    _accept_two(care, _give(care, 9))
    release_all_figures(on=DAY)
    march = _shown(care)["3"]
    assert (march.cases, march.decided, march.rejected, march.mutuelle_francs) == (9, 9, None, None)


def test_one_to_four_attestations_are_not_told(care: World) -> None:
    claims = _give(care, 12)
    release_all_figures(on=DAY)
    before = {by: _shown(care, by) for by in (By.FEDERATION, By.MONTH, By.KIND)}
    assert before[By.MONTH]["3"].cases == 12
    more = _give(care, 4, since=13)
    _decide(care, claims[:2])
    release_all_figures(on=NEXT)
    assert {by: _shown(care, by) for by in before} == before
    _decide(care, claims[2:] + more)
    _give(care, 1, month=4)
    release_all_figures(on=NEXT)
    assert {by: _shown(care, by) for by in before} == before
    _decide(care, _give(care, 1, since=17))
    release_all_figures(on=NEXT)
    march = _shown(care)["3"]
    assert (march.cases, march.decided) == (17, 17)


def test_five_attestations_are_told_at_the_next_release(care: World) -> None:
    _give(care, 12)
    release_all_figures(on=DAY)
    _give(care, 5, since=13)
    assert _shown(care)["3"].cases == 12
    release_all_figures(on=NEXT)
    assert (_shown(care)["3"].cases, _shown(care)["3"].asked_francs) == (17, 17_000)


def test_the_insured_released_alone_keep_no_care_waiting(care: World) -> None:
    """The day is done once every figure is released."""
    _give(care, 9)
    release_all_figures(on=DAY)
    _give(care, 5, since=10)
    clara = care.actor("clara")
    with open_scope(clara, source="essai"):
        release_insured(actor=clara, on=NEXT)
    done = release_all_figures(on=NEXT, again=False), release_all_figures(on=NEXT, again=False)
    assert done == (True, False)
    assert _shown(care)["3"].cases == 14


def test_every_tables_whole_is_the_sum_of_its_rows_and_the_same(care: World) -> None:
    """Of francs too, which are rounded where they are kept and nowhere else."""
    for month, count in ((1, 6), (2, 7), (3, 9)):
        _give(care, count, month=month, quantity=month, price=511)
    release_all_figures(on=DAY)
    wholes = [
        whole_of(list(_shown(care, by).values())) for by in (By.FEDERATION, By.MONTH, By.KIND)
    ]
    assert wholes[0] == wholes[1] == wholes[2]
    assert wholes[0].cases == 22
    assert wholes[0].asked_francs == sum(
        round(count * month * 511, -3) for month, count in ((1, 6), (2, 7), (3, 9))
    )


def test_the_regulators_role_reads_what_is_released(care: World) -> None:
    _give(care, 9)
    asked = "SELECT * FROM released_care(2025, 'month')"
    with open_scope(care.actor("regine"), source="essai"):
        assert rows_of(asked) == []
    release_all_figures(on=DAY)
    with open_scope(care.actor("regine"), source="essai"):
        assert [row["cases"] for row in rows_of(asked)] == [9]


def _without_token(page: str) -> str:
    return page.split('id="par"')[1]


def test_the_page(care: World, sign_in: Callable[[str], Client]) -> None:
    client = sign_in("regine")
    assert "Aucune attestation" in client.get(PAGE).content.decode()
    for month, count in ((1, 6), (2, 3), (3, 9), (4, 5)):
        _give(care, count, month=month)
    assert "Aucune attestation" in client.get(PAGE).content.decode()
    release_all_figures(on=DAY)
    page = client.get(f"{PAGE}&par=mois").content.decode()
    for words in ("mars", MASKED.replace("<", "&lt;"), "Arrêtés au 30 juin 2025"):
        assert words in page, words
    assert "/soins/attestations" not in page
    _give(care, 2)
    release_all_figures(on=NEXT)
    again = client.get(f"{PAGE}&par=mois").content.decode()
    assert _without_token(again) == _without_token(page).replace(
        "Arrêtés au 30 juin", "Arrêtés au 1er juillet"
    )
    exported = client.get(f"{PAGE}&par=mois&export=csv").content.decode("utf-8-sig")
    assert exported.splitlines()[1].split(";")[0].split(",")[0] == "janvier"


@pytest.mark.parametrize(("is_decided", "word"), [(True, MASKED), (False, NOT_KNOWN)])
def test_a_masked_share_is_not_said_to_be_unknown(
    care: World, sign_in: Callable[[str], Client], is_decided: bool, word: str
) -> None:
    claims = _give(care, 9)
    if is_decided:
        _accept_two(care, claims)
    release_all_figures(on=DAY)
    page = sign_in("regine").get(f"{PAGE}&par=mois")
    assert [row.get_cell("rejected") for row in page.context["table"].rows] == [word] * 2
    assert page.context["state"].endswith(f"{word} rejetées.")


def test_no_other_page_of_care_and_nobody_elses(
    care: World, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("regine")
    for address in ("/soins/", "/soins/tableau/", "/soins/attestations/", "/soins/entonnoir/"):
        assert client.get(address).status_code == 403, address
    assert sign_in("clara").get(PAGE).status_code == 403
