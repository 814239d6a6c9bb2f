"""Campaigns: CONAMUS's template, one's own days, the progress by section, the page."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from conamus.kernel.figures import format_date
from membership.models import Campaign, Enrolment, Household, MutualistYear
from membership.selectors.campaigns import campaign_of, own_campaign, terms_of
from membership.selectors.progress import (
    Progress,
    insuring_units,
    network_progress,
    progress_by_unit,
    total_progress,
)
from membership.services.campaigns import campaign_version, open_year, plan_of, set_campaign
from membership.services.targets import set_target
from membership.views.campaigns import days_sentence

TODAY = date(2025, 6, 30)


def _plan(world, year: int = 2026):
    return plan_of(own_campaign(world.tenants["CONAMUS"], year))


def _version(actor, year: int) -> str:
    return campaign_version(campaign_of(actor.tenant_id, year))


def _moved(plan, years: int):
    def later(day):
        return day.replace(year=day.year + years)

    return replace(
        plan,
        opens_on=later(plan.opens_on),
        closes_on=later(plan.closes_on),
        grace_until=later(plan.grace_until),
    )


def test_conamus_opens_the_next_year_once(world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara):
        plan = _moved(_plan(world), 1)
        made = open_year(actor=clara, year=2027, plan=plan, key="cle")
        assert open_year(actor=clara, year=2027, plan=plan, key="cle").pk == made.pk
        assert plan_of(campaign_of(world.tenants["CONAMUS"], 2027)) == plan
        with pytest.raises(Conflict):
            open_year(actor=clara, year=2027, plan=plan)


def test_a_year_that_is_not_the_next_is_refused(world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara), pytest.raises(DomainError, match="2028") as refused:
        open_year(actor=clara, year=2031, plan=_moved(_plan(world), 5))
    assert refused.value.field == "year"


def test_a_new_year_is_the_calendar_year(world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara):
        open_year(actor=clara, year=2028, plan=_moved(_plan(world), 2))
        row = MutualistYear.objects.get(pk=2028)
    assert (row.starts_on, row.ends_on) == (date(2028, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize("username", ["amina", "agnes", "arthur"])
def test_the_others_open_no_year(username, world, as_actor) -> None:
    actor = world.actor(username)
    with as_actor(actor), pytest.raises(NotAllowed):
        open_year(actor=actor, year=2027, plan=_moved(_plan(world), 1))


def test_a_federation_lives_by_the_template_until_it_sets_its_own_days(world, as_actor) -> None:
    clara, amina = world.actor("clara"), world.actor("amina")
    with as_actor(clara):
        template = open_year(actor=clara, year=2027, plan=_moved(_plan(world), 1))
    with as_actor(amina):
        assert campaign_of(amina.tenant_id, 2027).pk == template.pk
        own = set_campaign(
            actor=amina,
            year=2027,
            plan=replace(plan_of(template), waiting_days_new=15),
            version=campaign_version(template),
        )
        assert campaign_of(amina.tenant_id, 2027).pk == own.pk
        assert terms_of(own, own.year).waiting_days_new == 15
        again = set_campaign(actor=amina, year=2027, plan=plan_of(own), version="")
        assert again.pk == own.pk
    with as_actor(world.actor("bernard")):
        assert campaign_of(world.tenants["INEZA"], 2027).waiting_days_new == 30


def test_a_year_that_conamus_has_not_opened_has_no_campaign(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(NotFound):
        set_campaign(actor=amina, year=2027, plan=_moved(_plan(world), 1), version="")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_on": date(2025, 8, 1)}, "closes_on"),
        ({"grace_until": date(2025, 11, 1)}, "grace_until"),
        ({"opens_on": date(2024, 6, 1)}, "opens_on"),
        ({"grace_until": date(2027, 1, 1)}, "grace_until"),
        ({"last_enrolment_on": date(2025, 10, 1)}, "last_enrolment_on"),
        ({"waiting_days_new": 400}, "waiting_days_new"),
        ({"newborn_days": -1}, "newborn_days"),
    ],
)
def test_days_that_cannot_stand_are_refused_at_their_field(changes, field, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        before = _plan(world)
        with pytest.raises(DomainError) as refused:
            set_campaign(
                actor=amina,
                year=2026,
                plan=replace(before, **changes),
                version=_version(amina, 2026),
            )
        assert field in {refusal.field for refusal in refused.value.each()}
        assert plan_of(own_campaign(amina.tenant_id, 2026)) == before


@pytest.mark.parametrize(
    "changes",
    [
        {"grace_until": date(2025, 6, 30)},
        {"newborn_days": 10},
        {"waiting_days_new": 0},
        {"waiting_from_year_start": True},
        {"waiting_days_reopened": 30},
        {"entry_back_days": 30},
    ],
)
def test_once_the_year_has_begun_what_rights_stand_on_is_kept(changes, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        before = _plan(world, 2025)
        with pytest.raises(DomainError, match="a commencé") as refused:
            set_campaign(
                actor=amina,
                year=2025,
                plan=replace(before, **changes),
                version=_version(amina, 2025),
            )
        assert refused.value.field in changes


def test_open_questions_are_terms_of_the_year_that_reach_the_rights(
    world, sign_in, as_actor
) -> None:
    """From the page to the terms that the rules compute with, and back on the page."""
    client = sign_in("amina")
    page = client.get("/campagne/jours/?annee=2026")
    fields = {name: field.value() for name, field in _fields(page.context["form"])}
    assert (fields["waiting_from_year_start"], fields["entry_back_days"]) == (False, 0)
    del fields["waiting_from_year_start"]
    typed = {"waiting_from_year_start": "on", "waiting_days_reopened": 15, "entry_back_days": 7}
    assert client.post("/campagne/jours/?annee=2026", fields | typed).status_code == 302
    with as_actor(world.actor("amina")):
        campaign = campaign_of(world.tenants["UMUCO"], 2026)
        terms = terms_of(campaign, campaign.year)
    assert terms.waiting_from_year_start
    assert (terms.waiting_days_reopened, terms.entry_back_days) == (15, 7)
    told = client.get("/campagne/?annee=2026").content.decode()
    assert "du début de l’année au plus tôt" in told
    assert "15 jours" in told


def test_two_managers_on_one_campaign(world, as_actor, sign_in) -> None:
    """The second, whose form was open before, takes nothing back unseen."""
    amina, address = world.actor("amina"), "/campagne/jours/?annee=2026"
    client = sign_in("amina")
    late = {name: field.value() for name, field in _fields(client.get(address).context["form"])}
    del late["waiting_from_year_start"]
    with as_actor(amina):
        plan = _plan(world)
        longer = replace(plan, closes_on=plan.closes_on + timedelta(days=14))
        set_campaign(actor=amina, year=2026, plan=longer, version=_version(amina, 2026))
    told = client.post(address, late | {"newborn_days": 20})
    assert told.status_code == 422
    assert "Quelqu’un a modifié cette campagne entre-temps" in told.content.decode()
    assert dict(told.context["other_facts"])["Collecte"].endswith(format_date(longer.closes_on))
    with as_actor(amina):
        assert own_campaign(amina.tenant_id, 2026).closes_on == longer.closes_on
    read = told.context["form"]["version"].value()
    assert client.post(address, late | {"version": read}).status_code == 302


def test_the_campaign_of_a_year_that_is_over_stays(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(DomainError, match="finie"):
        set_campaign(actor=amina, year=2024, plan=_plan(world, 2024), version="")


def test_the_progress_is_that_of_each_section(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        Enrolment.objects.filter(household_id=world.households["UMU-1001"], year_id=2025).update(
            cancelled_on=TODAY
        )
        rows = _progress(amina, 2025)
    assert rows["UMU-S1"] == Progress(before=2, renewed=1, left=1, new=1)
    assert rows["UMU-S2"] == Progress(before=2, renewed=2, new=1)


def _progress(actor, year: int) -> dict[str, Progress]:
    return {row.unit.code: row.progress for row in progress_by_unit(actor, year, on=TODAY)}


def test_a_line_of_the_campaign_adds_up_whoever_moved(world, as_actor, sign_in) -> None:
    """Four of 2024: renewed elsewhere, closed without, moved and still to renew, never paid."""
    amina, one, two = world.actor("amina"), world.units["UMU-S1"], world.units["UMU-S2"]
    keys = world.households
    with as_actor(amina):
        of_2025 = Enrolment.objects.filter(tenant_id=amina.tenant_id, year_id=2025)
        # One of section 1 is enrolled in section 2; another one only moved there.
        of_2025.filter(household_id=keys["UMU-1001"]).update(unit_id=two, is_same_unit=False)
        of_2025.filter(household_id=keys["UMU-1003"]).update(cancelled_on=TODAY)
        Household.objects.filter(pk=keys["UMU-1003"]).update(unit_id=two)
        # One of section 2 is closed; another one had not paid, and begins anew.
        of_2025.filter(household_id=keys["UMU-2001"]).update(cancelled_on=TODAY)
        Household.objects.filter(pk=keys["UMU-2001"]).update(closed_on=TODAY)
        of_2025.filter(household_id=keys["UMU-2003"]).update(is_renewal=False, is_same_unit=False)
        rows = _progress(amina, 2025)
        assert {code: row.households for code, row in rows.items()} == {
            unit.code: of_2025.filter(unit_id=unit.pk, cancelled_on__isnull=True).count()
            for unit in insuring_units(amina, on=TODAY)
        }
    assert rows["UMU-S1"] == Progress(before=2, renewed=1, elsewhere=1, gone=1, new=1)
    assert rows["UMU-S2"] == Progress(
        before=2, renewed=1, gone=1, left=1, came=1, moved_in=1, new=1
    )
    total = total_progress(rows.values())
    for line in (*rows.values(), total):
        assert line.before == line.renewed + line.gone + line.left - line.came
    assert total.households == total.renewed + total.new
    page = sign_in("amina").get("/campagne/?annee=2025").content.decode()
    assert "dont 1 ailleurs" in page
    assert "dont 1 venus" in page
    listed = sign_in("amina").get(f"/menages/?annee=2025&unit={two}&enrolment=non-renouveles")
    assert "1 ménage ; adhésion" in listed.content.decode()
    assert f"unit={one}" in page


def test_an_agent_sees_the_progress_of_the_own_section(world, as_actor) -> None:
    agnes = world.actor("agnes")
    with as_actor(agnes):
        assert [row.unit.code for row in progress_by_unit(agnes, 2025, on=TODAY)] == ["UMU-S1"]


def test_conamus_sees_the_target_of_each_federation(world, as_actor, sign_in) -> None:
    """The sum of its units', once each has one, as the indicators have it."""
    amina, bernard = world.actor("amina"), world.actor("bernard")
    for actor, codes in ((amina, ("UMU-S1",)), (bernard, ("INE-S1",))):
        with as_actor(actor):
            for code in codes:
                _set_target(world, actor, code, 50)
    assert _network_targets(world, as_actor) == {"Fédération Ineza": 50, "Fédération Umuco": None}
    with as_actor(amina):
        _set_target(world, amina, "UMU-S2", 30)
    assert _network_targets(world, as_actor) == {"Fédération Ineza": 50, "Fédération Umuco": 80}
    client = sign_in("clara")
    shown = client.get("/campagne/?annee=2025").context
    assert (shown["total"].target, shown["total"].penetration) == (130, Fraction(9, 130))
    assert "6,9\u202f%" in client.get("/indicateurs/?annee=2025").content.decode()


def _set_target(world, actor, code: str, households: int) -> None:
    set_target(
        actor=actor, unit_id=world.units[code], year=2025, households=households, source="essai"
    )


def _network_targets(world, as_actor) -> dict[str, int | None]:
    clara = world.actor("clara")
    with as_actor(clara):
        return {row.name: row.target for row in network_progress(clara, 2025)}


def test_conamus_sees_the_progress_of_each_federation(world, as_actor) -> None:
    clara = world.actor("clara")
    with as_actor(clara):
        rows = {row.name: row.progress for row in network_progress(clara, 2025)}
    assert {name: (p.renewed, p.new, p.before) for name, p in rows.items()} == {
        "Fédération Ineza": (2, 1, 2),
        "Fédération Umuco": (4, 2, 4),
    }


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2024, 8, 31), "s’ouvre le 1er septembre 2024"),
        (date(2024, 12, 17), "15 jours avant la clôture"),
        (date(2024, 12, 31), "1 jour avant la clôture"),
        (date(2025, 1, 15), "sans carence jusqu’au 31 janvier 2025"),
        (date(2025, 2, 1), "close depuis le 31 décembre 2024."),
    ],
)
def test_the_sentence_says_the_days_left(today, words) -> None:
    campaign = Campaign(
        opens_on=date(2024, 9, 1), closes_on=date(2024, 12, 31), grace_until=date(2025, 1, 31)
    )
    assert words in days_sentence(campaign, today)


def test_the_page_of_a_campaign(world, sign_in) -> None:
    text = sign_in("amina").get("/campagne/?annee=2025").content.decode()
    assert "4 ménages sur 4 de 2024 réinscrits, 2 nouveaux." in text
    assert "close depuis le 31 décembre 2024" in text
    assert "n.d." in text
    assert "Changer les jours" in text
    assert "Changer les jours" not in sign_in("agnes").get("/campagne/").content.decode()
    assert "Fédération Ineza" in sign_in("clara").get("/campagne/?annee=2025").content.decode()
    assert "n’est pas ouverte" in sign_in("amina").get("/campagne/?annee=2030").content.decode()


def _open_2026_now(world, as_actor, username: str = "amina") -> None:
    actor = world.actor(username)
    with as_actor(actor):
        plan = replace(_plan(world), opens_on=date(2025, 6, 15))
        set_campaign(actor=actor, year=2026, plan=plan, version=_version(actor, 2026))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/menages/", "adhésion montrée pour l’année 2026"),
        ("/cotisations/retards/", "Aucun ménage n’est inscrit pour 2026"),
        ("/menages/imprimer/", '<option value="2026"'),
        ("/cotisations/rappels/envoyer/", '<option value="2026"'),
        ("/indicateurs/", "Année <strong>2026</strong>"),
    ],
)
def test_a_year_whose_campaign_is_open_is_offered_everywhere(
    path, words, world, as_actor, sign_in
) -> None:
    _open_2026_now(world, as_actor)
    client = sign_in("amina")
    client.post("/annee/", {"year": "2026", "next": "/"})
    page = client.get(path)
    assert page.status_code == 200
    assert words in page.content.decode()


def test_a_year_is_offered_from_the_day_its_campaign_opens_there(
    world, as_actor, sign_in, settings
) -> None:
    offered = '<button name="year" value="2026"'
    assert offered not in sign_in("amina").get("/menages/").content.decode()
    _open_2026_now(world, as_actor)
    with CaptureQueriesContext(connection) as asked:
        assert offered in sign_in("amina").get("/menages/").content.decode()
    told = [query["sql"] for query in asked if "latest_campaigns" in query["sql"]]
    # In the statement that opens the page's scope: no page asks apart.
    assert told
    assert all("scope_holds()" in sql for sql in told)
    assert offered not in sign_in("bernard").get("/menages/").content.decode()
    settings.BUSINESS_DATE = date(2025, 9, 1)
    assert offered in sign_in("bernard").get("/menages/").content.decode()


def test_the_links_of_a_campaign_lead_to_what_they_count(world, as_actor, sign_in) -> None:
    _open_2026_now(world, as_actor)
    amina = world.actor("amina")
    unit, tenant = world.units["UMU-S1"], world.tenants["UMUCO"]
    with as_actor(amina):
        # Of three of 2025, one is enrolled for 2026, as a first enrolment.
        enrolment = Enrolment.objects.get(household_id=world.households["UMU-1001"], year_id=2025)
        enrolment.pk, enrolment.year_id, enrolment.is_renewal = None, 2026, False
        enrolment.save(force_insert=True)
        assert _progress(amina, 2026)["UMU-S1"] == Progress(before=3, renewed=1, left=2)
        assert campaign_of(tenant, 2026) is not None
    client = sign_in("amina")
    page = client.get("/campagne/?annee=2026").content.decode()
    for state, count in (("non-renouveles", 2), ("inscrits", 1)):
        address = f"/menages/?annee=2026&unit={unit}&enrolment={state}"
        assert address.replace("&", "&amp;") in page
        listed = client.get(address).content.decode()
        plural = "s" if count > 1 else ""
        assert f"{count} ménage{plural} ; adhésion montrée pour l’année 2026" in listed
        # The filters keep the year.
        assert '<input type="hidden" name="annee" value="2026"' in listed


def test_changing_the_days_on_the_page(world, sign_in, as_actor) -> None:
    client = sign_in("amina")
    page = client.get("/campagne/jours/?annee=2026")
    fields = {name: field.value() for name, field in _fields(page.context["form"])}
    wrong = {**fields, "closes_on": "2025-08-01"}
    answer = client.post("/campagne/jours/?annee=2026", wrong)
    assert answer.status_code == 422
    assert "après son ouverture" in answer.content.decode()
    answer = client.post("/campagne/jours/?annee=2026", {**fields, "waiting_days_new": "21"})
    assert answer.status_code == 302
    with as_actor(world.actor("amina")):
        assert own_campaign(world.tenants["UMUCO"], 2026).waiting_days_new == 21


def _fields(form):
    return [
        (field.name, field)
        for field in form
        if field.value() is not None and field.name != "submission_key"
    ]


def test_a_federation_is_shown_no_form_to_open_a_year(world, sign_in) -> None:
    refused = sign_in("amina").get("/campagne/ouvrir/")
    assert refused.status_code == 403
    assert "ouvertes par CONAMUS" in refused.content.decode()


def test_opening_a_year_on_the_page_begins_with_the_last_one_moved(
    world, sign_in, as_actor
) -> None:
    client = sign_in("clara")
    page = client.get("/campagne/ouvrir/")
    form = page.context["form"]
    assert form["opens_on"].value() == date(2026, 9, 1)
    fields = {name: field.value() for name, field in _fields(form)}
    assert client.post("/campagne/ouvrir/", fields)["Location"] == "/campagne/?annee=2027"
    with as_actor(world.actor("clara")):
        assert own_campaign(world.tenants["CONAMUS"], 2027).grace_until == date(2027, 1, 31)
