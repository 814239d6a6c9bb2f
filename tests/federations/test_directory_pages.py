"""The directory's pages: what each shows, and each form from its page to the row."""

import pytest

from conamus.kernel.errors import NotFound
from federations.models import HealthDistrict, HealthFacility, Partner, Place, Unit, UnitZone
from federations.rules.roles import Permission
from federations.selectors.directory import own_partner


def _text(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def _correct(client, address: str, typed: dict[str, object]):
    """Send a form of something that is there as a browser does: with the version it shows."""
    version = client.get(address).context["form"]["version"].value()
    return client.post(address, {**typed, "version": version})


def _unit_details(world, **changes: object) -> dict[str, object]:
    given = {"name": "Section Umuco 1", "code": "UMU-S1", "parent": world.units["UMUCO"]}
    return {**given, **changes}


def test_a_unit_shows_what_it_is_and_where_it_works(sign_in, world) -> None:
    page = _text(sign_in("bernard").get(f"/unites/{world.units['UMU-S1']}/"))
    for words in ("Section Umuco 1", "Centre Umuco", "Bugendana", "1er janvier 2015", "CDS Mutoyi"):
        assert words in page
    assert "Modifier" not in page


def test_a_unit_s_papers_are_printed_from_its_page_by_who_may(sign_in, world) -> None:
    unit = world.units["UMU-S1"]
    link = f'href="/menages/imprimer/?unit={unit}"'
    may = {"amina": True, "agnes": True, "arthur": False, "bernard": False}
    for username, offered in may.items():
        page = sign_in(username).get(f"/unites/{unit}/").content.decode()
        assert (link in page) is offered, username
    chosen = sign_in("agnes").get(f"/menages/imprimer/?unit={unit}").context["form"]
    assert chosen["unit"].value() == unit
    centre = sign_in("amina").get(f"/unites/{world.units['UMU-C1']}/").content.decode()
    assert "/imprimer/?unit=" not in centre


def test_no_parent_is_chosen_for_somebody(sign_in, world) -> None:
    client = sign_in("amina")
    form = client.get("/unites/ouvrir/").context["form"]
    assert form["parent"].field.choices[0] == ("", "choisissez")
    answer = client.post("/unites/ouvrir/", {"kind": "section", "name": "X", "code": "X-1"})
    assert answer.context["form"].errors["parent"] == ["Ce champ est obligatoire."]


def test_changes_are_offered_to_ones_own_open_units_only(sign_in, world) -> None:
    client = sign_in("amina")
    assert "Redécouper" in _text(client.get(f"/unites/{world.units['UMU-S1']}/"))
    assert "Redécouper" not in _text(client.get(f"/unites/{world.units['INE-S1']}/"))
    assert "Redécouper" not in _text(client.get(f"/unites/{world.units['UMUCO']}/"))


@pytest.mark.parametrize("page", ["modifier", "fermer", "redecouper", "zone"])
def test_the_forms_of_anothers_unit_do_not_exist(page, sign_in, world) -> None:
    address = f"/unites/{world.units['INE-S1']}/{page}/"
    client = sign_in("amina")
    assert client.get(address).status_code == 404
    assert client.post(address, {"closed_on": "2025-01-01"}).status_code == 404
    assert sign_in("bernard").get(address).status_code == 200


def test_a_unit_is_corrected_from_its_page(sign_in, world, behind_the_wall) -> None:
    unit = world.units["UMU-S1"]
    client, address = sign_in("amina"), f"/unites/{unit}/modifier/"
    late = client.get(address).context["form"]["version"].value()
    details = _unit_details(world, name="Section de Mutoyi", phone="22 40 00 00")
    typed = details | {"valid_from": "2015-01-01"}
    assert client.post(address, typed).status_code == 422
    assert _correct(client, address, typed)["Location"] == f"/unites/{unit}/"
    mine = typed | {"name": "Section Umuco 1", "address": "Près du marché", "version": late}
    told = client.post(address, mine)
    page = told.content.decode()
    assert told.status_code == 422
    assert "Quelqu’un a modifié cette unité entre-temps" in page
    for words in ("<dd>Section de Mutoyi</dd>", "<dd>22400000</dd>", 'value="Près du marché"'):
        assert words in page
    mine["version"] = told.context["form"]["version"].value()
    mine["name"] = "Section de Mutoyi"
    assert client.post(address, mine).status_code == 302
    with behind_the_wall():
        changed = Unit.objects.get(pk=unit)
    assert (changed.name, changed.sort_key) == ("Section de Mutoyi", "section de mutoyi")


def test_a_unit_is_closed_recut_and_its_zone_changed_from_its_page(
    sign_in, world, behind_the_wall
) -> None:
    client = sign_in("amina")
    zone = _correct(
        client,
        f"/unites/{world.units['UMU-S1']}/zone/",
        {"from_date": "2025-01-01", "communes": [world.places["A-GI-02"]]},
    )
    closed = client.post(f"/unites/{world.units['UMU-S2']}/fermer/", {"closed_on": "2025-01-01"})
    address = f"/unites/{world.units['UMU-S1']}/redecouper/"
    asked = _unit_details(world, kind="mutuelle", on_date="2025-06-01", name="Mutuelle neuve")
    shown = client.post(address, asked)
    confirmed = shown.context["form"].data["confirmed"]
    recut = client.post(address, {**asked, "confirmed": confirmed})
    assert {zone.status_code, closed.status_code, recut.status_code} == {302}
    with behind_the_wall():
        heir = Unit.objects.get(replaces_id=world.units["UMU-S1"])
        assert Unit.objects.get(pk=world.units["UMU-S2"]).valid_to is not None
        past = UnitZone.objects.get(
            unit_id=world.units["UMU-S1"], commune_id=world.places["A-GI-02"]
        )
    assert (heir.kind, str(past.valid_to)) == ("mutuelle", "2025-06-01")
    story = _text(client.get(f"/unites/{heir.pk}/"))
    assert "Ouverte en remplacement de Section Umuco 1" in story


def _press(client, page: str, button: str) -> str:
    """Press a button of a facility's page as it is shown; return what the page says then."""
    sent = {"version": client.get(page).context["version"]}
    return _text(client.post(f"{page}{button}/", sent, follow=True))


def test_the_register_is_added_to_by_a_federation_and_kept_by_the_confederation(
    sign_in, world, behind_the_wall
) -> None:
    with behind_the_wall():
        district = HealthDistrict.objects.get(code="0701")
    given = {
        "name": "Pharmacie neuve", "code": "fs-t010", "facility_type": "PHARMACIE",
        "ownership": "private", "commune": world.places["N-GI-01"],
        "former_commune": world.places["A-GI-01"], "contracted_on": "2025-01-01",
        "health_district": district.pk,
    }  # fmt: skip
    amina, clara = sign_in("amina"), sign_in("clara")
    added = amina.post("/formations-sanitaires/ajouter/", given)
    page = added["Location"]
    assert "FS-T010" in _text(amina.get(page))
    assert amina.get(f"{page}modifier/").status_code == 403
    assert amina.post(f"{page}suspendre/").status_code == 403
    assert "commun à toutes les fédérations" in _text(amina.get(page))
    assert "suspendue" in _press(clara, page, "suspendre")
    _press(clara, page, "reprendre")
    _correct(clara, f"{page}modifier/", {**given, "name": "Pharmacie du marché"})
    before = clara.get(page)
    closing = clara.get(f"{page}fermer/").context["form"].initial
    clara.post(f"{page}fermer/", {**closing, "closed_on": "2026-02-01"})
    told = _text(clara.get(page))
    assert "conventionnée, ferme le 1er février 2026" in told
    assert "Suspendre" in told
    assert "Annuler la fermeture" in told
    listed = clara.get("/formations-sanitaires/", {"q": "fs-t010", "status": "contracted"})
    assert "conventionnée, ferme le" in _text(listed)
    second = clara.post(f"{page}fermer/", {**closing, "closed_on": "2026-03-01"})
    assert second.status_code == 422
    assert "ferme le 1er février 2026" in second.content.decode()
    stale = clara.post(f"{page}suspendre/", {"version": before.context["version"]}, follow=True)
    assert "entre-temps" in _text(stale)
    assert "conventionnée, ferme le" in _text(stale)
    assert "ferme le" not in _press(clara, page, "fermeture-annulee")
    now = clara.get(f"{page}fermer/").context["form"].initial
    clara.post(f"{page}fermer/", {**now, "closed_on": "2025-02-01"})
    assert "Pharmacie, fermée." in _text(clara.get(page))
    late = clara.post(f"{page}suspendre/")
    assert late.status_code == 409
    assert "reprenez-la d’abord" in late.content.decode()
    assert "Suspendre" not in _text(clara.get(page))
    with behind_the_wall():
        facility = HealthFacility.objects.get(code="FS-T010")
    assert (facility.name, facility.status) == ("Pharmacie du marché", "closed")


def test_partners_are_kept_by_their_tenant(sign_in, world, as_actor, behind_the_wall) -> None:
    client = sign_in("amina")
    client.post("/partenaires/ajouter/", {"name": "Fonds neuf", "kind": "funder"})
    with behind_the_wall():
        made = Partner.objects.get(name="Fonds neuf")
        stranger = Partner.objects.get(name="Bailleur Ineza")
    page = _text(client.get("/partenaires/"))
    assert f"/partenaires/{made.pk}/modifier/" in page
    assert f"/partenaires/{stranger.pk}/modifier/" not in page
    assert client.get(f"/partenaires/{stranger.pk}/modifier/").status_code == 404
    _correct(
        client, f"/partenaires/{made.pk}/modifier/", {"name": "Fonds neuf", "kind": "technical"}
    )
    with behind_the_wall():
        assert Partner.objects.get(pk=made.pk).is_active is False
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(NotFound):
        own_partner(amina, stranger.pk)


def test_places_are_browsed_in_both_divisions(sign_in, world, as_actor) -> None:
    with as_actor(world.actor("clara")):
        estimated = Place.objects.filter(pk=world.places["N-GI-01-1-1"])
        estimated.update(former_method="assigned")
    client = sign_in("regine")
    assert "N-GI" in _text(client.get("/lieux/"))
    assert "A-GI" in _text(client.get("/lieux/?division=until_2025"))
    found = _text(client.get("/lieux/?q=rwisabi"))
    assert "Mutoyi, Bugendana, Gitega" in found
    colline = _text(client.get(f"/lieux/{world.places['N-GI-01-1-1']}/"))
    assert "réparti, non officiel" in colline
    commune = _text(client.get(f"/lieux/{world.places['A-GI-01']}/"))
    assert "Section Umuco 1" in commune
    assert "CDS Mutoyi" in commune
    assert "Corriger" not in commune


def test_places_and_districts_are_corrected_by_those_who_keep_them(
    sign_in, world, behind_the_wall
) -> None:
    client = sign_in("sylvere")
    zone = world.places["N-GI-01-1"]
    added = client.post(
        f"/lieux/{zone}/ajouter/", {"name": "Nyabisindu", "former_commune": world.places["A-GI-01"]}
    )
    assert "Nyabisindu" in _text(client.get(added["Location"]))
    _correct(client, f"/lieux/{zone}/corriger/", {"name": "Mutoyi-Centre"})
    with behind_the_wall():
        assert Place.objects.get(pk=zone).name == "Mutoyi-Centre"
    details = {"name": "Mutoyi", "code": "0703", "former_province": world.places["A-GI"]}
    client.post("/districts-sanitaires/ajouter/", details)
    with behind_the_wall():
        district = HealthDistrict.objects.get(code="0703")
    address = f"/districts-sanitaires/{district.pk}/modifier/"
    assert address in _text(client.get("/districts-sanitaires/"))
    _correct(client, address, {**details, "name": "Mutoyi-Nord"})
    with behind_the_wall():
        assert HealthDistrict.objects.get(pk=district.pk).name == "Mutoyi-Nord"


def test_the_table_of_rights_marks_ones_own_role(sign_in) -> None:
    page = _text(sign_in("annick").get("/roles-et-droits/"))
    assert '<th scope="col" class="mine">Infirmier conseil</th>' in page
    assert page.count('class="mine"') == 1 + len(Permission)
