"""The funnel's page and the dashboard of care: figures from the rows, linked to their lists."""

import gzip
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from django.template import Context, Template

from claims.models import Claim
from claims.rules.care_figures import CareSums
from claims.selectors.care_figures import By, Part, care_sums, cut_reasons, step_delays
from claims.services.decisions import decide_submitted
from claims.tables.care_figures import CareTable
from conamus.charts.funnel import MOST_LISTED, Dot, FunnelChart
from conamus.charts.picture import SCREEN_WIDTH
from federations.tenancy.scope import open_scope
from tests.answers import text_of
from tests.claims.care import CONSULTATION, DAY, DRUG, give_claim, give_terms
from tests.claims.test_signal_pages import _facilities, _month
from tests.world import World


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _decide(world: World, *claims: int) -> None:
    system = world.system("UMUCO")
    with open_scope(system, source="essai"):
        decide_submitted(actor=system, claim_ids=claims, year=2025)


def _year(world: World) -> None:
    """March: two decided, one of them without rights, one waiting. April: a stay of a visitor."""
    first = give_claim(world, lines=[(CONSULTATION, 1, 1_000), (DRUG, 4, 500)])
    with open_scope(world.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE membership_beneficiary SET left_on = '2025-02-01', left_because = 'left'"
            " WHERE number = 'UMU-1001-2'"
        )
    without = give_claim(world, member="UMU-1001-2", lines=[(DRUG, 2, 500)])
    _decide(world, first, without)
    give_claim(world, lines=[(DRUG, 8, 500)])
    give_claim(world, member="INE-1001-0", lines=[(DAY, 2, 10_000)], days=3, on=date(2025, 4, 2))
    gone = give_claim(world)
    with open_scope(world.system("UMUCO"), source="essai"):
        Claim.objects.filter(pk=gone).update(state="cancelled")


def test_sums_by_each_group_agree(care: World) -> None:
    _year(care)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        months = {one.key: one for one in care_sums(amina, 2025, By.MONTH)}
        wholes = {
            by: [sum(getattr(one, name) for one in care_sums(amina, 2025, by))
                 for name in ("cases", "asked_francs", "decided", "mutuelle_francs")]
            for by in By
        }  # fmt: skip
        march = care_sums(amina, 2025, By.FEDERATION, Part(month=3))
    assert sorted(months) == ["3", "4"]
    three = months["3"]
    assert (three.cases, three.asked_francs, three.decided) == (3, 3_000 + 1_000 + 4_000, 2)
    assert (three.mutuelle_francs, three.rejected, three.stays) == (2_400, 1, 0)
    assert (months["4"].stays, months["4"].decided) == (1, 0)
    assert (three.cost_francs, three.rejection_rate) == (Fraction(8_000, 3), Fraction(1, 2))
    assert set(map(tuple, wholes.values())) == {(4, 28_000, 2, 2_400)}
    assert [(one.cases, one.asked_francs) for one in march] == [(3, 8_000)]


def test_a_federation_counts_what_it_processes_only(care: World) -> None:
    _year(care)
    bernard, medard = care.actor("bernard"), care.actor("medard")
    with open_scope(bernard, source="essai"):
        assert care_sums(bernard, 2025, By.MONTH) == []
    with open_scope(medard, source="essai"):
        assert sum(one.cases for one in care_sums(medard, 2025, By.MONTH)) == 4


def test_every_column_of_the_dashboard_has_its_figure() -> None:
    """A column that finds none is « n.d. » on every line, and nobody is told."""
    accessors = (str(one.accessor) for one in CareTable.base_columns.values() if one.accessor)
    figures = [name.partition("sums__")[2] for name in accessors]
    assert "cut_rate" in figures
    assert [name for name in figures if name and not hasattr(CareSums, name)] == []


def test_reasons_of_cuts_the_most_costly_first(care: World) -> None:
    _year(care)
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        found = cut_reasons(amina, 2025)
    assert [(one.code.value, one.cases, one.francs) for one in found] == [("no_rights", 1, 1_000)]


def test_delays_from_step_to_step(care: World) -> None:
    claim = give_claim(care)
    steps = (("", "entered", 1), ("entered", "submitted", 3), ("submitted", "decided", 10))
    with open_scope(care.system("UMUCO"), source="essai"), connection.cursor() as cursor:
        for before, after, day in steps:
            cursor.execute(
                "INSERT INTO claims_claimstep (tenant_id, processing_id, facility_id, care_year,"
                " claim_id, from_state, to_state, reason, by_name, by_role, at)"
                " SELECT tenant_id, processing_id, facility_id, care_year, id, %s, %s, '', 'essai',"
                " 'system', make_date(2025, 5, %s) FROM claims_claim WHERE id = %s",
                [before, after, day, claim],
            )
    amina = care.actor("amina")
    with open_scope(amina, source="essai"):
        found = step_delays(amina, 2025)
    # 26 days from the care of 10 March to its receipt on 5 April, then step by step.
    assert [(one.from_state, one.to_state, one.cases, one.median_days) for one in found] == [
        ("", "", 1, 26),
        ("entered", "submitted", 1, 2),
        ("submitted", "decided", 1, 7),
    ]


def test_the_dashboard_links_its_figures(care: World, sign_in: Callable) -> None:
    _year(care)
    client = sign_in("amina")
    page = client.get("/soins/tableau/?annee=2025")
    text = text_of(page)
    assert "4 attestations" in text
    assert "2 décidées" in text
    assert "sans droits le jour des soins 1 1 000" in text.replace("\u202f", " ")
    link = re.search(
        r'href="(/soins/attestations/\?annee=2025&amp;state=counted&amp;month=3)"',
        page.content.decode(),
    )
    assert link is not None
    assert client.get(link[1].replace("&amp;", "&")).context["count"] == 3
    by_facility = client.get("/soins/tableau/?annee=2025&par=formation").content.decode()
    assert "facility=FS-T001" in by_facility
    assert client.get("/soins/tableau/?export=csv").content.decode("utf-8-sig").count("\n") >= 4


@pytest.mark.parametrize("name", ["federation", "traitee", "formation", "unite"])
@pytest.mark.parametrize("key", ["32768", "70000", "999999999", "9" * 30])
def test_a_key_that_no_table_holds_narrows_nothing(
    care: World, sign_in: Callable, name: str, key: str
) -> None:
    answer = sign_in("medard").get(f"/soins/tableau/?{name}={key}")
    assert answer.status_code == 200


def test_a_year_without_care_says_so(care: World, sign_in: Callable) -> None:
    client = sign_in("amina")
    assert "Aucune attestation de soins de 2025" in text_of(client.get("/soins/tableau/"))
    assert "Aucune attestation de soins de 2025" in text_of(client.get("/soins/entonnoir/"))
    assert sign_in("regine").get("/soins/tableau/").status_code == 403


def test_a_network_of_facilities_weighs_no_more_than_a_page() -> None:
    """Eight hundred marks in one drawing; the table stops at the farthest, the file has all."""
    dots = tuple(
        Dot(f"CDS {n} {n * 7919 % 997}", 10 + n * 31 % 900, 1_500 + n * 37 % 4_000, Fraction(-n, 9))
        for n in range(800)
    )
    urls = tuple(
        (f"/formations-sanitaires/{n}/", f"/soins/attestations/?facility=FS-{n:04d}", "", "", "")
        for n in range(MOST_LISTED)
    )
    chart = FunnelChart(title="Coût par cas", unit="FBu", dots=dots, usual=3_000, urls=urls)
    assert len(chart.linked_rows()) == MOST_LISTED
    assert chart.notes() == ("Le tableau nomme les 60 plus éloignés ; le fichier, tous.",)
    page = Template("{% load pictures %}{% picture chart %}").render(Context({"chart": chart}))
    assert len(gzip.compress(page.encode())) < 10_000


def test_the_funnel_names_who_is_far(care: World, sign_in: Callable) -> None:
    codes = _facilities(care, 7)
    _month(care, codes, {"FS-P006": 60})
    client = sign_in("amina")
    page = client.get("/soins/entonnoir/?annee=2025&mois=3")
    text = text_of(page)
    assert "7 formations sanitaires" in text
    assert "1 au-dessus de la limite" in text
    drawn = page.content.decode().split("<svg", 1)[1].split("</svg>")[0]
    # As wide as it is shown: small letters stay letters on a telephone of 360 points.
    assert f'viewBox="0 0 {SCREEN_WIDTH} ' in drawn
    assert drawn.count(">CDS FS-P") == 1
    assert ">CDS FS-P006<" in drawn
    assert "annee=2025&amp;state=counted&amp;facility=FS-P006&amp;month=3" in page.content.decode()
    rows = client.get("/soins/entonnoir/?annee=2025&mois=3&export=csv").content.decode("utf-8-sig")
    first = rows.splitlines()[1]
    assert first.startswith(("CDS FS-P006", '"CDS FS-P006'))
    assert "au-dessus de la limite" in first
