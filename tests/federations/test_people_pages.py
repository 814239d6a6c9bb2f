"""Pages of people: invite, accept, change, deactivate, as a browser does it."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from federations.models import Job, RoleAssignment, User
from federations.rules.roles import Role
from federations.services.assignments import close_role
from federations.services.outbox import publish_pending
from federations.tenancy.scope import open_dispatcher_scope, open_scope
from tests.federations.test_people import NEW_PASSWORD, TODAY, invite, request_for, second_role
from tests.world import PASSWORD


def typed_invitation(world, **changes) -> dict[str, object]:
    typed = {
        "submission_key": "cle",
        "full_name": "Alice Ndayishimiye",
        "username": "alice",
        "email": "alice@exemple.bi",
        "phone": "",
        "tenant": world.tenants["UMUCO"],
        "role": "mutuelle_agent",
        "unit": world.units["UMU-S1"],
    }
    return {**typed, **changes}


class TestInvitation:
    def test_from_the_form_to_the_first_page(self, own_database):
        world = own_database
        manager = Client()
        manager.post("/compte/login/", {"login": "amina", "password": PASSWORD})
        answer = manager.post("/personnes/inviter/", typed_invitation(world), follow=True)
        assert "L’invitation part par courriel" in answer.content.decode()
        assert "invitation en attente" in answer.content.decode()
        assert publish_pending() == 1
        link = re.search(r"http://testserver(/invitation/\S+)", mail.outbox[0].body)[1]

        guest = Client()
        page = guest.get(link)
        assert "Alice Ndayishimiye" in page.content.decode()
        assert "no-store" in page["Cache-Control"]
        different = {"password": NEW_PASSWORD, "again": "autre"}
        assert guest.post(link, different).status_code == 422
        weak = guest.post(link, {"password": "alice", "again": "alice"})
        assert weak.status_code == 422
        chosen = {"password": NEW_PASSWORD, "again": NEW_PASSWORD}
        answer = guest.post(link, chosen, follow=True)
        assert "Votre accès est ouvert" in answer.content.decode()
        assert guest.get(link).status_code == 404
        assert guest.post(link, chosen).status_code == 404
        guest.post("/compte/login/", {"login": "alice", "password": NEW_PASSWORD})
        assert guest.get("/activites/").status_code == 200

    @pytest.mark.parametrize("typed", ["abc", "79 12", "+33 6 12 34 56 78"])
    def test_a_telephone_is_held_to_the_members_rule(self, typed, sign_in, world):
        answer = sign_in("amina").post("/personnes/inviter/", typed_invitation(world, phone=typed))
        assert answer.status_code == 422
        assert "8 chiffres" in answer.context["form"].errors["phone"][0]

    def test_a_telephone_is_kept_as_a_members_is(self, sign_in, world):
        sign_in("amina").post(
            "/personnes/inviter/", typed_invitation(world, phone="+257 79.12.34.56")
        )
        assert User.objects.get(username="alice").phone == "79123456"

    def test_an_unknown_link_says_what_to_do(self, db):
        answer = Client().get("/invitation/n-importe-quoi/")
        assert answer.status_code == 404
        assert "demandez-en un nouveau" in answer.content.decode()

    def test_somebody_signed_in_signs_out_first(self, sign_in):
        answer = sign_in("amina").get("/invitation/n-importe-quoi/")
        assert answer.status_code == 409
        assert "Déconnectez-vous" in answer.content.decode()

    def test_the_link_stays_out_of_the_logs(self, db, caplog):
        with caplog.at_level("INFO", logger="conamus.requests"):
            Client().get("/invitation/tres-secret-jeton/")
        paths = [record.path for record in caplog.records if hasattr(record, "path")]
        assert paths
        assert not any("tres-secret-jeton" in path for path in paths)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"username": "amina"}, "username"),
            ({"username": "Été"}, "username"),
            ({"email": "x"}, "email"),
            ({"unit": ""}, "unit"),
            ({"unit": "UMU-C1"}, "unit"),
            ({"role": "centre_operator"}, "unit"),
            ({"role": "system_administrator"}, "role"),
            ({"role": "auditor"}, "unit"),
            ({"role": "facility_user", "unit": ""}, "facility"),
        ],
    )
    def test_each_mistake_stands_at_its_field(self, world, sign_in, changes, field):
        named = {key: world.units.get(value, value) for key, value in changes.items()}
        typed = typed_invitation(world, **named)
        answer = sign_in("amina").post("/personnes/inviter/", typed)
        assert answer.status_code == 422
        assert f'value="{typed["full_name"]}"' in answer.content.decode()
        assert f'href="#id_{field}"' in answer.content.decode()
        assert not User.objects.filter(username="alice").exists()

    def test_units_are_offered_under_what_they_are(self, world, sign_in):
        form = sign_in("amina").get("/personnes/inviter/").context["form"]
        offered = {heading: units for heading, units in form.fields["unit"].choices if heading}
        names = {heading: {str(name) for _, name in units} for heading, units in offered.items()}
        assert set(names) == {"Mutuelles et sections", "Centres de gestion"}
        assert "Section Umuco 1" in names["Mutuelles et sections"]
        assert {key.value for key, _ in offered["Centres de gestion"]} == {world.units["UMU-C1"]}

    @pytest.mark.parametrize(
        ("role", "unit"), [("mutuelle_agent", "UMU-C1"), ("centre_operator", "UMU-S1")]
    )
    def test_a_further_role_in_the_wrong_kind_of_unit_is_told(self, world, sign_in, role, unit):
        give = reverse("person_role_give", args=[world.users["annick"]])
        typed = {"tenant": world.tenants["UMUCO"], "role": role, "unit": world.units[unit]}
        answer = sign_in("amina").post(give, typed)
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["unit"]

    def test_the_administrator_who_mixes_two_federations_is_told(self, world, sign_in):
        typed = typed_invitation(world, unit=world.units["INE-S1"])
        answer = sign_in("sylvere").post("/personnes/inviter/", typed)
        assert answer.status_code == 422
        assert "pas de la fédération choisie" in answer.content.decode()

    def test_another_tenant_is_no_choice(self, world, sign_in):
        typed = typed_invitation(world, tenant=world.tenants["INEZA"], unit="", role="auditor")
        assert sign_in("amina").post("/personnes/inviter/", typed).status_code == 422
        assert not User.objects.filter(username="alice").exists()

    def test_the_administrator_chooses_the_tenant(self, world, sign_in):
        typed = typed_invitation(
            world, tenant=world.tenants["INEZA"], unit="", role="federation_manager"
        )
        sign_in("sylvere").post("/personnes/inviter/", typed)
        role = RoleAssignment.objects.get(user__username="alice")
        assert (role.role, role.tenant_id) == ("federation_manager", world.tenants["INEZA"])


class TestPerson:
    def test_the_list_holds_the_tenants_people(self, world, sign_in):
        page = sign_in("amina").get("/personnes/").content.decode()
        assert "Agnès Irakoze" in page
        assert "Agent de mutuelle, Section Umuco 1 (Umuco)" in page
        assert "Bernard" not in page
        everyone = sign_in("sylvere").get("/personnes/").content.decode()
        assert "Bernard" in everyone

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=agnes", True),
            ("q=irakoze", True),
            ("q=AGNÈS", True),
            ("q=irakoze agn", True),
            ("q=agnes kaneza", False),
            ("role=auditor", False),
            ("role=mutuelle_agent", True),
            ("state=desactives", False),
        ],
    )
    def test_filters(self, sign_in, query, found):
        page = sign_in("amina").get(f"/personnes/?{query}").content.decode()
        assert ("Agnès Irakoze" in page) is found

    def test_roles_are_changed_and_ended_from_the_page(self, world, sign_in):
        client = sign_in("amina")
        change = reverse("person_role_change", args=[world.assignments["agnes"]])
        typed = {
            "tenant": world.tenants["UMUCO"],
            "role": "mutuelle_agent",
            "unit": world.units["UMU-S2"],
        }
        page = client.post(change, typed, follow=True).content.decode()
        assert "Le rôle est changé." in page
        assert "Section Umuco 2" in page
        new = RoleAssignment.objects.get(user__username="agnes", valid_to__isnull=True)
        close = reverse("person_role_close", args=[new.pk])
        assert client.post(close, {"on_date": "2025-06-29"}).status_code == 422
        page = client.post(close, {"on_date": "2025-06-30"}, follow=True).content.decode()
        assert "La fin du rôle est inscrite." in page

    def test_a_role_that_is_to_end_can_still_be_ended_sooner_or_changed(self, world, sign_in):
        client = sign_in("amina")
        key = world.assignments["agnes"]
        person = reverse("person_detail", args=[world.users["agnes"]])
        close = reverse("person_role_close", args=[key])
        change = reverse("person_role_change", args=[key])
        page = client.post(close, {"on_date": "2025-08-01"}, follow=True).content.decode()
        assert RoleAssignment.objects.get(pk=key).valid_to == date(2025, 8, 1)
        assert close in page
        assert change in page
        client.post(close, {"on_date": "2025-06-30"})
        page = client.get(person).content.decode()
        assert close not in page
        assert change not in page

    def test_a_link_is_offered_to_who_has_a_role(self, world, as_actor, sign_in):
        actor = world.actor("amina")
        with as_actor(actor):
            alice = invite(actor, request_for(world, Role.AUDITOR))
        client, again = sign_in("amina"), reverse("person_reinvite", args=[alice.pk])
        person = reverse("person_detail", args=[alice.pk])
        assert again in client.get(person).content.decode()
        with as_actor(actor):
            key = RoleAssignment.objects.get(user=alice).pk
            close_role(actor=actor, assignment_id=key, on_date=TODAY)
        assert again not in client.get(person).content.decode()

    def test_deactivated_and_back(self, world, sign_in):
        client = sign_in("amina")
        person = reverse("person_detail", args=[world.users["agnes"]])
        page = client.post(person + "desactiver/", {}, follow=True).content.decode()
        assert "Le compte est désactivé." in page
        page = client.post(person + "reactiver/", {}, follow=True).content.decode()
        assert "Le compte est de nouveau actif." in page

    def test_with_roles_elsewhere_the_page_says_what_ends(self, world, sign_in):
        second_role(world, "agnes", "auditor", "INEZA")
        client = sign_in("amina")
        person = reverse("person_detail", args=[world.users["agnes"]])
        page = client.get(person).content.decode()
        assert "travaille aussi pour une autre fédération" in page
        assert "Ineza" not in page
        page = client.post(person + "desactiver/", {}, follow=True).content.decode()
        assert "Les rôles tenus chez vous ont pris fin." in page

    def test_the_last_manager_is_told_on_the_page(self, world, sign_in):
        person = reverse("person_detail", args=[world.users["amina"]])
        answer = sign_in("sylvere").post(person + "desactiver/", {})
        assert answer.status_code == 422
        assert "Personne d’autre ne tient le rôle" in answer.content.decode()

    def test_sessions_are_shown_and_closed(self, world, sign_in):
        agnes = sign_in("agnes")
        client = sign_in("amina")
        person = reverse("person_detail", args=[world.users["agnes"]])
        assert "127.0.0.1" in client.get(person).content.decode()
        client.post(person + "sessions/fermer/", {})
        assert agnes.get("/activites/")["Location"].startswith("/compte/login/")

    def test_others_people_look_unknown_on_every_page(self, world, sign_in):
        client = sign_in("bernard")
        person = reverse("person_detail", args=[world.users["agnes"]])
        for ending in (
            "", "role/", "relancer/", "desactiver/", "reactiver/", "sessions/fermer/",
            "second-facteur/",
        ):  # fmt: skip
            assert client.get(person + ending).status_code == 404, ending
            if ending:
                typed = {"tenant": world.tenants["INEZA"], "role": "auditor"}
                assert client.post(person + ending, typed).status_code == 404, ending
        for name in ("person_role_change", "person_role_close"):
            url = reverse(name, args=[world.assignments["agnes"]])
            assert client.get(url).status_code == 404
            assert client.post(url, {"on_date": "2025-06-30"}).status_code == 404
        assert RoleAssignment.objects.get(pk=world.assignments["agnes"]).valid_to is None


class TestJobs:
    @pytest.fixture
    def job(self, world):
        """Return a task of UMUCO."""
        actor = world.actor("amina")
        from federations.services.jobs import request_job

        with open_scope(actor, source="essai"):
            return request_job(actor=actor, kind="essai", title="Rapport 2024", parameters={})

    def _set(self, job, **values) -> None:
        with open_dispatcher_scope():
            Job.objects.filter(pk=job.pk).update(**values)

    def test_a_running_task_shows_its_bar_and_asks_again(self, job, sign_in):
        self._set(job, state="running", done=1, total=4, step="Cartographie")
        client = sign_in("amina")
        assert "Rapport 2024" in client.get("/taches/").content.decode()
        page = client.get(f"/taches/{job.pk}/").content.decode()
        assert 'value="25"' in page
        assert "Cartographie" in page
        assert 'hx-trigger="every 2s"' in page
        assert "Actualiser" in page
        bar = client.get(f"/taches/{job.pk}/", headers={"HX-Target": "tache"}).content.decode()
        assert "<html" not in bar
        assert 'value="25"' in bar

    def test_a_finished_task_leads_to_what_it_made_and_asks_no_more(self, job, sign_in):
        self._set(job, state="done", result={"url": "/rapports/", "label": "Lire le rapport"})
        client = sign_in("amina")
        asked_again = client.get(
            f"/taches/{job.pk}/", headers={"HX-Request": "true", "HX-Target": "tache"}
        )
        assert asked_again["HX-Refresh"] == "true"
        page = client.get(f"/taches/{job.pk}/").content.decode()
        assert '<a class="btn btn-primary" href="/rapports/">Lire le rapport</a>' in page
        assert "hx-trigger" not in page.split('id="tache"')[1].split("</div>")[0]

    def test_a_failed_task_says_why_and_can_be_retried(self, job, sign_in):
        self._set(job, state="failed", reason="Le texte manque.")
        client = sign_in("amina")
        assert "Le texte manque." in client.get(f"/taches/{job.pk}/").content.decode()
        client.post(f"/taches/{job.pk}/relancer/")
        assert "En attente" in client.get(f"/taches/{job.pk}/").content.decode()
        assert client.post(f"/taches/{job.pk}/relancer/").status_code == 409

    def test_another_federations_task_looks_unknown(self, job, sign_in):
        self._set(job, state="failed", reason="x")
        client = sign_in("bernard")
        assert "Rapport 2024" not in client.get("/taches/").content.decode()
        assert client.get(f"/taches/{job.pk}/").status_code == 404
        assert client.post(f"/taches/{job.pk}/relancer/").status_code == 404
