"""The history as it is read: French names, before and after, one's own tenant only."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench.measure import table_queries
from conamus.kernel.errors import NotFound
from federations.models import HealthDistrict, HealthFacility, HistoryEvent, Refusal, User
from federations.selectors.history import (
    PAGE_SIZE,
    HistoryQuery,
    created_state,
    field_changes,
    history_page,
    names_of,
    visible_event,
)
from federations.selectors.history_names import (
    column_label,
    has_name,
    model_of,
    name_of,
    source_label,
    table_choices,
    unnamed_columns,
    value_label,
)
from federations.services.activities import change_activity, record_activity, remove_activity
from federations.services.units import set_zone
from tests.federations.test_activities import facts_for, group

ACTIVITY = "federations_activity"
PARTICIPANTS = "federations_activityparticipants"


@pytest.fixture
def story(world, as_actor):
    """Record an activity, change it twice and return its key."""
    actor = world.actor("amina")
    facts = facts_for(world.units["UMUCO"], funder_id=world.partners["Bailleur Umuco"])
    with as_actor(actor):
        made = record_activity(actor=actor, facts=facts)
        for version, theme in ((1, "Triage"), (2, "Triage et tri")):
            changed = replace(facts, theme=theme)
            change_activity(actor=actor, activity_id=made.pk, facts=changed, version=version)
    return made.pk


def events_of(actor, row) -> list[HistoryEvent]:
    return history_page(actor, HistoryQuery(table=ACTIVITY, row=str(row))).events


class TestNames:
    @pytest.mark.parametrize(
        ("source", "words"),
        [
            ("page", "navigateur"),
            ("page:197.157.1.2", "navigateur, 197.157.1.2"),
            ("tâche:take_on", "import"),
            ("commande:import_take_on", "import"),
            ("tâche:annual_report", "tâche « rapport annuel »"),
            ("commande annual_report", "console"),
            ("manage.py create_tenant", "console"),
            ("invitation", "invitation"),
            (None, ""),
        ],
    )
    def test_where_a_change_was_made_from_is_said_in_words(self, source, words):
        assert source_label(source) == words

    def test_every_column_of_every_table_has_a_french_name(self):
        assert unnamed_columns() == []

    def test_no_table_shows_its_code(self):
        assert [name for table, name in table_choices() if name == table] == []

    def test_names_and_values_are_those_of_the_screen(self, world, as_actor):
        with as_actor(world.actor("amina")):
            assert column_label(ACTIVITY, "funder_id") == "bailleur"
            funder = world.partners["Bailleur Umuco"]
            assert value_label(ACTIVITY, "funder_id", funder) == "Bailleur Umuco"
            assert value_label(ACTIVITY, "funder_id", 999_999) == "n° 999999"
            assert value_label(ACTIVITY, "kind", "training") == "formation"
            assert value_label(ACTIVITY, "starts_on", "2024-05-01") == "1er mai 2024"
            assert value_label(ACTIVITY, "cost_francs", 1500) == "1\u202f500\u00a0FBu"
            assert value_label("federations_user", "is_active", False) == "non"
            assert value_label(ACTIVITY, "result", "") == "—"


class TestReading:
    def test_a_change_tells_before_and_after(self, story, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            last, middle, _, first = events_of(actor, story)
            assert [event.operation for event in (first, middle, last)] == ["I", "U", "U"]
            (change,) = field_changes(last)
            assert (change.column, change.before, change.after) == (
                "theme",
                "Triage",
                "Triage et tri",
            )

    def test_a_creation_is_the_row_rewound(self, story, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            first = events_of(actor, story)[-1]
            assert created_state(first)["theme"] == "Soins subsidiés"
            told = {change.column: change.after for change in field_changes(first)}
            assert told["cost_francs"] == 1_200_000
            assert "sort_key" not in told

    def test_even_when_the_row_is_gone(self, story, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            remove_activity(actor=actor, activity_id=story, version=3)
            events = events_of(actor, story)
            assert created_state(events[-1])["theme"] == "Soins subsidiés"
            told = {change.column: change.before for change in field_changes(events[0])}
            assert told["theme"] == "Triage et tri"

    def test_an_activity_tells_of_its_participants(self, world, as_actor, story):
        """Of those that are changed and those that are taken out as well."""
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], funder_id=world.partners["Bailleur Umuco"])
        facts = replace(facts, theme="Triage et tri")
        other = facts_for(world.units["UMUCO"], theme="Une autre")
        with as_actor(actor):
            record_activity(actor=actor, facts=other)
            before = len(events_of(actor, story))
            for version, groups in ((3, group(40, 9) + group(5, 5, "élus")), (4, ())):
                changed = replace(facts, participants=groups)
                change_activity(actor=actor, activity_id=story, facts=changed, version=version)
            events = events_of(actor, story)
            assert {event.table_name for event in events[:-before]} == {PARTICIPANTS}
            assert [event.operation for event in events[:-before]] == ["D", "D", "I", "U"]
            told = {change.column: (change.before, change.after)
                    for change in field_changes(events[3])}  # fmt: skip
            assert told["total"] == (31, 40)
            page = HistoryQuery(table=ACTIVITY, row=str(story), operation="D")
            assert len(history_page(actor, page).events) == 2
            remove_activity(actor=actor, activity_id=story, version=5)
            assert len(events_of(actor, story)) == len(events) + 1

    def test_a_unit_tells_of_its_zone(self, world, as_actor):
        actor, unit = world.actor("amina"), world.units["UMU-S1"]
        one, two = world.places["A-GI-01"], world.places["A-GI-02"]
        asked = HistoryQuery(table="federations_unit", row=str(unit))
        with as_actor(actor):
            before = history_page(actor, asked).events
            soon, later = date(2025, 7, 1), date(2025, 8, 1)
            given = {"actor": actor, "unit_id": unit}
            # A commune that is to join, and then is not: its row goes.
            set_zone(**given, commune_ids=[one, two], from_date=later)
            set_zone(**given, commune_ids=[], from_date=soon)
            other = {"actor": actor, "unit_id": world.units["UMU-S2"]}
            set_zone(**other, commune_ids=[two], from_date=soon)
            events = history_page(actor, asked).events[: -len(before)]
        told = {event.table_name for event in events}
        assert told == {"federations_unitzone"}
        assert sorted(event.operation for event in events) == ["D", "I", "U"]
        with as_actor(bernard := world.actor("bernard")):
            assert history_page(bernard, asked).events == []

    def test_no_row_of_that_name_is_no_fault(self, world, as_actor):
        with as_actor(actor := world.actor("amina")):
            for row in ("x", "9" * 30, "1' OR true --"):
                asked = HistoryQuery(table="federations_unit", row=row)
                assert history_page(actor, asked).events == []

    def test_secrets_stay_out(self, world, as_actor):
        actor = world.actor("amina")
        with as_actor(actor):
            from tests.federations.test_people import Role, invite, request_for

            user = invite(actor, request_for(world, Role.AUDITOR))
            query = HistoryQuery(table="federations_user", row=str(user.pk))
            (event,) = history_page(actor, query).events
            assert created_state(event)["full_name"] == "Alice Ndayishimiye"
            assert "password" not in created_state(event)

    def test_another_federation_sees_nothing_of_it(self, story, world, as_actor):
        bernard = world.actor("bernard")
        with as_actor(world.actor("amina")):
            event_id = events_of(world.actor("amina"), story)[0].pk
        with as_actor(bernard):
            assert events_of(bernard, story) == []
            with pytest.raises(NotFound):
                visible_event(bernard, event_id)

    @pytest.mark.parametrize("event_id", [2**63 - 1, 2**63, 10**30])
    def test_a_number_that_no_change_has_is_no_fault(self, event_id, sign_in):
        assert sign_in("amina").get(f"/historique/{event_id}/").status_code == 404

    def test_filters(self, story, world, as_actor):
        actor = world.actor("amina")
        today = timezone.localdate()
        with as_actor(actor):
            for found, query in (
                (3, HistoryQuery(table=ACTIVITY)),
                (2, HistoryQuery(table=ACTIVITY, operation="U")),
                (3, HistoryQuery(table=ACTIVITY, actor_id=actor.user_id)),
                (0, HistoryQuery(table=ACTIVITY, actor_id=world.users["agnes"])),
                (0, HistoryQuery(table=ACTIVITY, by_system=True)),
                (3, HistoryQuery(table=ACTIVITY, since=today, until=today)),
                (0, HistoryQuery(table=ACTIVITY, since=today + timedelta(days=1))),
                (0, HistoryQuery(table=ACTIVITY, until=today - timedelta(days=1))),
                (3, HistoryQuery(table=ACTIVITY, request_id="essai")),
                (0, HistoryQuery(table=ACTIVITY, request_id="autre")),
            ):
                assert len(history_page(actor, query).events) == found, query

    def test_pages_follow_by_key_without_gap_or_repetition(self, world, as_actor):
        actor = world.actor("amina")
        facts = facts_for(world.units["UMUCO"], participants=())
        with as_actor(actor):
            for number in range(PAGE_SIZE + 5):
                record_activity(actor=actor, facts=replace(facts, theme=f"T{number}"))
            first = history_page(actor, HistoryQuery(table=ACTIVITY))
            query = HistoryQuery(table=ACTIVITY, older_than=first.next_key)
            second = history_page(actor, query)
            seen = [event.pk for event in (*first.events, *second.events)]
            assert (len(first.events), len(second.events)) == (PAGE_SIZE, 5)
            assert seen == sorted(set(seen), reverse=True)
            assert second.next_key is None


class TestPages:
    def test_from_the_thing_to_its_history_to_one_change(self, story, sign_in):
        client = sign_in("arthur")
        detail = client.get(reverse("activity_detail", args=[story])).content.decode()
        address = re.search(r'href="(/historique/\?[^"]+)"', detail)[1].replace("&amp;", "&")
        page = client.get(address).content.decode()
        assert "Changements de : activité « Triage et tri »." in page
        assert "Amina Nduwimana" in page
        assert "Gestionnaire de fédération" in page
        event = re.search(r'href="(/historique/\d+/)"', page)[1]
        page = client.get(event).content.decode()
        for words in ("Thème", "Avant", "Triage", "Après", "Triage et tri", "Voir la fiche"):
            assert words in page

    def test_a_change_made_in_a_page_comes_from_the_browser(self, story, sign_in):
        sign_in("amina").post(reverse("activity_remove", args=[story]), {"version": "3"})
        arthur = sign_in("arthur")
        page = arthur.get(f"/historique/?table={ACTIVITY}&operation=D").content.decode()
        assert '<td data-label="Depuis">navigateur, 127.0.0.1</td>' in page
        event = re.search(r'href="(/historique/\d+/)"', page)[1]
        assert "navigateur" in arthur.get(event).content.decode()

    def test_a_creation_shows_french_values(self, story, world, sign_in, as_actor):
        with as_actor(world.actor("amina")):
            first = events_of(world.actor("amina"), story)[-1].pk
        page = sign_in("arthur").get(f"/historique/{first}/").content.decode()
        for words in ("Bailleur Umuco", "formation", "6 mai 2024", "1\u202f200\u202f000\u00a0FBu"):
            assert words in page
        assert "Avant" not in page

    def test_namesakes_are_told_apart(self, world, sign_in, behind_the_wall):
        with behind_the_wall():
            name = User.objects.get(pk=world.users["amina"]).full_name
            User.objects.filter(username="agnes").update(full_name=name)
        page = sign_in("arthur").get("/historique/").content.decode()
        assert f"{name} (amina)" in page
        assert f"{name} (agnes)" in page

    @pytest.mark.parametrize(
        "query",
        [
            "table=inconnue",
            "since=demain",
            "person=x",
            "before=abc",
            "row=%27%3B--",
            "table=federations_activity&row=abc",
            "before=99999999999999999999",
        ],
    )
    def test_a_search_that_makes_no_sense_is_no_error(self, story, sign_in, query):
        assert sign_in("arthur").get(f"/historique/?{query}").status_code == 200

    def test_another_federations_change_looks_unknown(self, story, world, sign_in, as_actor):
        with as_actor(world.actor("amina")):
            event_id = events_of(world.actor("amina"), story)[0].pk
        client = sign_in("bernard")
        assert client.get(f"/historique/{event_id}/").status_code == 404
        page = client.get(f"/historique/?table={ACTIVITY}&row={story}").content.decode()
        assert "Aucun changement" in page

    def test_who_may_not_read_it(self, sign_in):
        for username in ("agnes", "regine", "medard"):
            assert sign_in(username).get("/historique/").status_code == 403

    def test_it_is_found_by_request(self, sign_in, world):
        client = sign_in("amina")
        typed = {"unit": world.units["UMUCO"], "month": "2024-05"}
        answer = client.post("/mois-fermes/fermer/", typed)
        page = client.get(f"/historique/?request={answer['X-Request-ID']}").content.decode()
        assert "mois fermé" in page
        assert page.count("<tr>") == 2


FACILITY = "federations_healthfacility"


@pytest.fixture
def shared(world, sign_in, behind_the_wall):
    """A facility that Amina adds and Clara suspends, through pages; Bernard is to read it."""
    amina = sign_in("amina")
    with behind_the_wall():
        district = HealthDistrict.objects.get(code="0701").pk
    typed = {
        "name": "CDS Partagé", "code": "FS-T009", "facility_type": "CDS", "ownership": "public",
        "commune": world.places["N-GI-01"], "former_commune": world.places["A-GI-01"],
        "health_district": district, "contracted_on": "2024-01-01",
    }  # fmt: skip
    assert amina.post("/formations-sanitaires/ajouter/", typed).status_code == 302
    key = HealthFacility.objects.get(code="FS-T009").pk
    clara, page = sign_in("clara"), f"/formations-sanitaires/{key}/"
    read = {"version": clara.get(page).context["version"]}
    assert clara.post(f"{page}suspendre/", read).status_code == 302
    return key


class TestSharedRegister:
    """Of what the whole network shares, every reader of a history is told all that became."""

    def test_each_federation_reads_who_changed_it(self, shared, sign_in):
        bernard = sign_in("bernard")
        detail = bernard.get(f"/formations-sanitaires/{shared}/").content.decode()
        address = re.search(r'href="(/historique/\?[^"]+)"', detail)[1].replace("&amp;", "&")
        with CaptureQueriesContext(connection) as queries:
            page = bernard.get(address).content.decode()
        assert len(table_queries(one["sql"] for one in queries)) <= 12
        assert "vous lisez les changements de tout le réseau" in page
        changed, created = re.findall(r"<tr>(<td.*?)</tr>", page, re.DOTALL)
        assert "<div>Clara Nininahazwe, Conamus<br>" in changed
        assert "<div>Umuco<br>" in created
        assert "Gestionnaire de fédération" in created
        one, first = re.findall(r'href="(/historique/\d+/)"', page)
        page = bernard.get(one).content.decode()
        for words in ("Clara Nininahazwe, Conamus (Gestionnaire", "conventionnée", "suspendue"):
            assert words in page
        page = bernard.get(first).content.decode()
        # As it was added, whatever another tenant has made of it since.
        for words in ("Umuco (Gestionnaire de fédération)", "conventionnée", "CDS Partagé"):
            assert words in page
        for words in ("Amina", "127.0.0.1", "suspendue"):
            assert words not in page

    def test_in_the_own_tenant_nothing_is_held_back(self, shared, sign_in):
        page = sign_in("arthur").get(f"/historique/?table={FACILITY}&row={shared}")
        changed, created = re.findall(r"<tr>(<td.*?)</tr>", page.content.decode(), re.DOTALL)
        assert "<div>Amina Nduwimana<br>" in created
        assert "navigateur, 127.0.0.1" in created
        assert "request=" in created
        assert "request=" not in changed
        assert '<td data-label="Depuis">navigateur</td>' in changed

    def test_filters_and_pages_hold_for_it_too(self, shared, world, as_actor):
        bernard, row = world.actor("bernard"), str(shared)
        with as_actor(world.actor("amina")):
            request = HistoryEvent.objects.get(table_name=FACILITY, row_id=row).request_id
        with as_actor(bernard):
            last, first = history_page(bernard, HistoryQuery(table=FACILITY, row=row)).events
            for found, query in (
                ([last], HistoryQuery(operation="U")),
                ([first], HistoryQuery(older_than=last.pk)),
                ([], HistoryQuery(by_system=True)),
                ([], HistoryQuery(actor_id=world.users["amina"])),
                ([], HistoryQuery(request_id=request)),
                ([], HistoryQuery(since=timezone.localdate() + timedelta(days=1))),
            ):
                page = history_page(bernard, replace(query, table=FACILITY, row=row))
                assert page.events == found, query
            # Without a row it is the tenant's own history, as ever.
            assert history_page(bernard, HistoryQuery(table=FACILITY)).events == []

    def test_it_tells_of_no_row_that_is_a_tenants(self, shared, story, world, as_actor):
        """Nor to who has not signed a scope; the table itself stays shut."""
        asked = "SELECT count(*) FROM shared_row_history(%s, %s, %s)"

        def told(table, row, event=None):
            with connection.cursor() as cursor:
                cursor.execute(asked, [table, str(row), event])
                return cursor.fetchone()[0]

        with as_actor(world.actor("amina")):
            event = events_of(world.actor("amina"), story)[0].pk
        with as_actor(world.actor("bernard")):
            assert told(FACILITY, shared) == 2
            assert told(ACTIVITY, story) == told("x", 1, event) == 0
            assert told("federations_user", world.users["amina"]) == 0
            assert not HistoryEvent.objects.filter(table_name=FACILITY).exists()
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.actor_id', '1', true)")
            assert told(FACILITY, shared) == 0
        for role in ("conamus_federation", "conamus_confederation"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('role', %s, true)", [role])
                assert told(FACILITY, shared) == 0

    def test_what_another_tenant_keeps_has_no_link_that_leads_nowhere(self, world, sign_in):
        unit = f"/unites/{world.units['UMU-S1']}/"
        assert "/historique/?" in sign_in("amina").get(unit).content.decode()
        assert "/historique/?" not in sign_in("bernard").get(unit).content.decode()


class TestRefusals:
    def test_what_was_refused_is_told_to_auditors_of_the_tenant(self, sign_in):
        sign_in("agnes").get("/personnes/")
        assert Refusal.objects.get().path == "/personnes/"
        page = sign_in("arthur").get("/tentatives-refusees/").content.decode()
        assert "Agnès Irakoze" in page
        assert "Agent de mutuelle" in page
        assert "inviter et désactiver" in page
        assert "Agnès" in sign_in("sylvere").get("/tentatives-refusees/").content.decode()

    def test_and_to_nobody_else(self, sign_in):
        sign_in("beatrice").get("/personnes/")
        page = sign_in("arthur").get("/tentatives-refusees/").content.decode()
        assert "Béatrice" not in page
        assert sign_in("amina").get("/tentatives-refusees/").status_code == 403


def test_an_event_of_a_table_that_the_reader_may_not_read(world, as_actor, behind_the_wall):
    """Anybody may ask for a reset: the address then noted must not take the page away."""
    with behind_the_wall():
        HistoryEvent.objects.create(
            tenant_id=world.tenants["UMUCO"],
            table_name="account_emailaddress",
            row_id="1",
            operation="I",
            after={"email": "x@exemple.bi"},
            actor_name="visiteur non connecté",
            at=timezone.now(),
        )
    for username in ("amina", "arthur"):
        actor = world.actor(username)
        with as_actor(actor):
            page = history_page(actor, HistoryQuery(table="account_emailaddress"))
            assert len(page.events) == 1
            assert names_of(page.events) == {}
            field_changes(page.events[0])


def test_names_of_any_tables_are_those_of_their_rows_and_asked_at_once(world, as_actor):
    actor = world.actor("amina")
    with as_actor(actor):
        rows = [
            row
            for table, _ in table_choices()
            if table.startswith(("federations_", "membership_"))
            if (model := model_of(table)) and has_name(model)
            for row in model._base_manager.all()[:3]
        ]
        events = [HistoryEvent(table_name=row._meta.db_table, row_id=str(row.pk)) for row in rows]
        expected = {(row._meta.db_table, str(row.pk)): name_of(row) for row in rows}
        with CaptureQueriesContext(connection) as queries:
            assert names_of(events) == expected
    assert len({table for table, _ in expected}) >= 8
    # What may be read, the rows, and what their names are made of.
    assert len(queries) == 3
