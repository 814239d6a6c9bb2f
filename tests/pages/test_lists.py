"""Lists: search, filters, order, pages, empty and nothing found; in place with htmx."""

import re

import pytest
from django.db import connection
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext
from django_tables2 import Table

from conamus.pages.rows import ShownRows
from federations.models import HealthFacility, Place, Unit
from tests.world import OPENED


def _text(client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_search_ignores_accents_and_case(sign_in) -> None:
    page = _text(sign_in("amina"), "/formations-sanitaires/?q=HOPITAL gitega")
    assert "Hôpital Gitega" in page
    assert "CDS Mutoyi" not in page


def test_filters_stay_in_the_form_and_can_be_cleared(sign_in) -> None:
    page = _text(sign_in("amina"), "/unites/?kind=section&q=umuco")
    assert '<option value="section" selected>' in page
    assert 'value="umuco"' in page
    assert "Section Ineza 1" not in page
    assert '<a href="/unites/">Effacer les filtres</a>' in page


def test_an_order_is_kept_with_the_filters(sign_in) -> None:
    page = _text(sign_in("amina"), "/unites/?kind=section&sort=-name")
    shown = re.findall(r">(Section \w+ \d)</a>", page)
    assert shown == ["Section Umuco 2", "Section Umuco 1", "Section Ineza 1"]
    assert 'aria-sort="descending"' in page
    assert "kind=section&amp;sort=name" in page


def test_nothing_found_is_not_the_same_as_nothing_there(sign_in, world, behind_the_wall) -> None:
    client = sign_in("beatrice")
    assert "Rien ne répond à ces filtres." in _text(client, "/menages/?q=zzz")
    assert "Rien ne répond" not in _text(client, "/menages/")


@pytest.mark.parametrize(
    "address",
    [
        "/unites/?sort=nimporte&page=99&kind=xyz",
        "/menages/?unit=abc",
        "/lieux/?division=zzz",
        "/unites/?on=pas-une-date",
    ],
)
def test_an_address_typed_by_hand_breaks_nothing(address: str, sign_in) -> None:
    assert sign_in("amina").get(address).status_code == 200


def test_the_list_alone_is_sent_when_it_refreshes_in_place(sign_in) -> None:
    client = sign_in("amina")
    part = _text(client, "/unites/?q=umuco", HX_Request="true", HX_Target="liste")
    assert part.lstrip().startswith('<div id="liste"')
    assert "<html" not in part
    restored = _text(
        client, "/unites/", HX_Request="true", HX_Target="liste", HX_History_Restore_Request="true"
    )
    assert "<html" in restored


def test_long_lists_come_in_pages(sign_in, world, as_actor) -> None:
    clara = world.actor("clara")
    district = HealthFacility.objects.values_list("health_district_id", flat=True)
    with as_actor(clara):
        place, old = Place.objects.get(code="N-GI-01"), Place.objects.get(code="A-GI-01")
        for n in range(60):
            HealthFacility(
                code=f"X{n:03d}",
                name=f"Centre {n:03d}",
                facility_type="CDS",
                ownership="public",
                commune=place,
                former_commune=old,
                health_district_id=district[0],
                contracted_on=OPENED,
            ).save()
    client = sign_in("amina")
    assert "page 1 sur 2" in _text(client, "/formations-sanitaires/")
    second = _text(client, "/formations-sanitaires/?page=2")
    assert "Centre 059" in second
    assert 'aria-current="page"' in second


def test_units_are_listed_as_they_stood_on_a_day(sign_in, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Unit.objects.filter(pk=world.units["UMU-S2"]).update(valid_to="2020-01-01")
    client = sign_in("bernard")
    assert "Section Umuco 2" not in _text(client, "/unites/")
    assert "Section Umuco 2" in _text(client, "/unites/?on=2019-12-31")
    closed = _text(client, "/unites/?state=fermees")
    assert "Section Umuco 2" in closed
    assert "Section Umuco 1" not in closed
    assert "Section Umuco 1" in _text(client, "/unites/?state=toutes")


def test_a_province_keeps_the_units_that_work_in_it(sign_in, world) -> None:
    here = world.places["A-GI"]
    assert "Section Umuco 1" in _text(sign_in("amina"), f"/unites/?province={here}")


def test_rows_are_found_by_their_keys_and_shown_for_a_page_alone(world, as_actor) -> None:
    def shown(rows):
        return rows.annotate(loud=Upper("name"))

    amina = world.actor("amina")
    rows = ShownRows(Unit.objects.filter(tenant_id=amina.tenant_id).order_by("-name"), shown)
    with as_actor(amina):
        names = [name.upper() for name in rows.data.values_list("name", flat=True)]
        with CaptureQueriesContext(connection) as statements:
            page = [one.loud for one in rows[1:3]]
        found, read = (one["sql"] for one in statements.captured_queries)
        assert page == names[1:3]
        assert len(page) == 2
        assert "UPPER(" not in found
        assert "LIMIT 2" in found
        assert "UPPER(" in read
        assert "LIMIT" not in read
        assert rows[0].loud == names[0]
        plain = Unit.objects.filter(tenant_id=amina.tenant_id)
        assert list(ShownRows(plain, shown)[:3]) == list(plain[:3]), "the order of the model"
        assert [one.loud for one in rows] == [one.loud for one in rows.all_rows] == names


def test_pages_hold_each_row_once_however_many_are_alike(world, as_actor) -> None:
    amina = world.actor("amina")
    found = Unit.objects.filter(tenant_id=amina.tenant_id)
    with as_actor(amina):
        keys = set(found.values_list("pk", flat=True))
        for order in ("tenant_id", "-tenant_id"):
            table = Table(ShownRows(found.order_by(order), lambda rows: rows), orderable=False)
            table.paginate(per_page=1)
            assert table.paginator.count == len(keys) > 2
            pages = [table.paginator.page(n).object_list for n in table.paginator.page_range]
            shown = [row.record.pk for page in pages for row in page]
            assert len(shown) == len(keys)
            assert set(shown) == keys


def test_no_address_makes_a_page_longer_or_shorter(sign_in) -> None:
    client = sign_in("amina")
    sections = re.findall(r">(Section \w+ \d)</a>", _text(client, "/unites/?kind=section"))
    asked = _text(client, "/unites/?kind=section&per_page=1")
    assert re.findall(r">(Section \w+ \d)</a>", asked) == sections
    assert len(sections) > 1
