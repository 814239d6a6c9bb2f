"""The registers' pages as people use them: typed, refused at its field, saved, traced."""

from datetime import date

import pytest
from django.urls import reverse

from federations.models import Activity, Expense
from federations.services.activities import record_activity
from federations.services.expenses import record_expense
from tests.federations.test_activities import facts_for
from tests.federations.test_expenses import facts_for as expense_facts


@pytest.fixture
def activity(world, as_actor):
    """Return an activity of UMUCO."""
    actor = world.actor("amina")
    with as_actor(actor):
        return record_activity(actor=actor, facts=facts_for(world.units["UMUCO"]))


@pytest.fixture
def expense(world, as_actor):
    """Return an expense of UMUCO."""
    actor = world.actor("amina")
    with as_actor(actor):
        return record_expense(actor=actor, facts=expense_facts(world.units["UMUCO"]))


def typed_activity(world, **changes) -> dict[str, str]:
    """Return what a browser sends for an activity."""
    typed = {
        "submission_key": "cle-1",
        "theme": "Soins subsidiés",
        "kind": "training",
        "chapter": "quality",
        "unit": str(world.units["UMUCO"]),
        "starts_on": "2024-05-06",
        "ends_on": "2024-05-08",
        "cost_francs": "1 200 000",
        "rows": "3",
        "participants-0-label": "prestataires",
        "participants-0-total": "31",
        "participants-0-women": "12",
    }
    return {**typed, **changes}


class TestActivities:
    def test_the_register_says_what_the_year_adds_up_to(self, activity, sign_in):
        client = sign_in("amina")
        page = client.get("/activites/?year=2024").content.decode()
        assert "En 2024\u00a0: 1 activité, 31 participants, dont 12 femmes." in page
        assert "Soins subsidiés" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=subsidiés&year=", True),
            ("q=genre&year=", False),
            ("year=2023", False),
            ("chapter=quality&kind=training&year=2024", True),
            ("chapter=gender&year=2024", False),
        ],
    )
    def test_filters(self, activity, sign_in, query, found):
        page = sign_in("amina").get(f"/activites/?{query}").content.decode()
        assert ("Soins subsidiés" in page) is found

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("Campagne d'adhésion", True),
            ("campagne d’adhesion", True),
            ("ADHESION campagne", True),
            ("adhésion Ngozi", True),
            ("adhesion kayanza", False),
        ],
    )
    def test_search_minds_no_accent_case_apostrophe_or_order(
        self, world, sign_in, as_actor, typed, found
    ):
        actor = world.actor("amina")
        facts = facts_for(
            world.units["UMUCO"], theme="Campagne d’adhésion", place_note="Marché de Ngozi"
        )
        with as_actor(actor):
            record_activity(actor=actor, facts=facts)
        assert (
            sign_in("amina").get("/activites/", {"q": typed, "year": ""}).context["count"] == found
        )

    def test_typed_and_recorded_with_its_participants(self, world, sign_in, as_actor):
        client = sign_in("amina")
        answer = client.post("/activites/inscrire/", typed_activity(world), follow=True)
        page = answer.content.decode()
        assert "L’activité est inscrite." in page
        assert "prestataires" in page
        with as_actor(world.actor("amina")):
            assert Activity.objects.get().cost_francs == 1_200_000

    def test_sent_twice_it_is_recorded_once(self, world, sign_in, as_actor):
        client = sign_in("amina")
        places = {
            client.post("/activites/inscrire/", typed_activity(world))["Location"] for _ in range(2)
        }
        assert len(places) == 1
        with as_actor(world.actor("amina")):
            assert Activity.objects.count() == 1

    def test_more_women_than_participants_is_told_beside_the_row(self, world, sign_in):
        typed = typed_activity(world) | {
            "participants-0-label": "",
            "participants-0-total": "",
            "participants-0-women": "",
            "participants-2-label": "agents",
            "participants-2-total": "5",
            "participants-2-women": "6",
        }
        answer = sign_in("amina").post("/activites/inscrire/", typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        beside = page.split('id="id_participants-2-women_error"')[1].split("</div>")[0]
        assert "plus de femmes (6) que de participants (5)" in beside
        assert 'value="agents"' in page

    @pytest.mark.parametrize(
        ("changes", "field", "words"),
        [
            ({"ends_on": "2024-05-01"}, "ends_on", "précéder le début"),
            ({"starts_on": "2030-01-01", "ends_on": "2030-01-01"}, "starts_on", "prévue"),
            ({"starts_on": "2025-06-16", "ends_on": "2025-07-31"}, "ends_on", "est en cours"),
            ({"cost_francs": "-5"}, "cost_francs", "négatif"),
            ({"cost_francs": "12,5"}, "cost_francs", "sans décimales"),
            ({"theme": ""}, "theme", "obligatoire"),
            ({"participants-1-label": "agents"}, "participants-1-total", "Donnez le nombre"),
        ],
    )
    def test_each_mistake_stands_at_its_field(self, world, sign_in, changes, field, words):
        answer = sign_in("amina").post("/activites/inscrire/", typed_activity(world, **changes))
        page = answer.content.decode()
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in page
        assert words in page
        assert "31" in page

    def test_another_federations_unit_is_no_choice(self, world, sign_in, as_actor):
        typed = typed_activity(world, unit=str(world.units["INEZA"]))
        assert sign_in("amina").post("/activites/inscrire/", typed).status_code == 422
        with as_actor(world.actor("bernard")):
            assert not Activity.objects.exists()

    def test_a_line_is_added_without_losing_what_was_typed(self, world, sign_in, as_actor):
        typed = typed_activity(world, add_row="1", ends_on="2024-05-01")
        answer = sign_in("amina").post("/activites/inscrire/", typed)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert 'name="participants-3-label"' in page
        assert 'value="prestataires"' in page
        assert "précéder" not in page
        with as_actor(world.actor("amina")):
            assert not Activity.objects.exists()

    def test_changed_and_removed(self, activity, world, sign_in):
        client = sign_in("amina")
        edit = reverse("activity_edit", args=[activity.pk])
        assert 'value="prestataires"' in client.get(edit).content.decode()
        typed = typed_activity(world, theme="Triage", version="1")
        answer = client.post(edit, typed, follow=True)
        assert "Triage" in answer.content.decode()
        remove = reverse("activity_remove", args=[activity.pk])
        assert "reste lisible dans l’historique" in client.get(remove).content.decode()
        answer = client.post(remove, {"version": "2"}, follow=True)
        assert "L’activité est supprimée" in answer.content.decode()
        assert client.get(reverse("activity_detail", args=[activity.pk])).status_code == 404

    def test_another_federations_activity_looks_unknown(self, activity, world, sign_in):
        client = sign_in("bernard")
        for name in ("activity_detail", "activity_edit", "activity_remove"):
            url = reverse(name, args=[activity.pk])
            assert client.get(url).status_code == 404, name
        for name in ("activity_edit", "activity_remove"):
            typed = typed_activity(world, unit=str(world.units["INEZA"]))
            assert client.post(reverse(name, args=[activity.pk]), typed).status_code == 404
        assert "Soins subsidiés" not in client.get("/activites/").content.decode()

    def test_a_reader_is_offered_no_change_but_the_history(self, activity, sign_in):
        client = sign_in("arthur")
        page = client.get(reverse("activity_detail", args=[activity.pk])).content.decode()
        assert "Modifier" not in page
        assert f"table=federations_activity&amp;row={activity.pk}" in page

    def test_the_register_is_exported_with_plain_numbers(self, activity, sign_in):
        text = sign_in("amina").get("/activites/?year=2024&export=csv").content.decode("utf-8-sig")
        assert "2024-05-06;Soins subsidiés;formation;" in text
        assert ";31;12;" in text
        assert ";1200000" in text

    def test_the_list_asks_the_database_little(
        self, activity, sign_in, django_assert_max_num_queries
    ):
        client = sign_in("amina")
        with django_assert_max_num_queries(24):
            client.get("/activites/")


class TestExpenses:
    typed = {
        "submission_key": "cle-2",
        "label": "Carburant",
        "spent_on": "2024-06-03",
        "heading": "FONCTIONNEMENT",
        "amount_francs": "1\u202f234\u202f568",
        "voucher": "P-12",
    }

    def test_written_listed_and_summed(self, expense, world, sign_in, as_actor):
        client = sign_in("amina")
        typed = {
            **self.typed,
            "unit": world.units["UMUCO"],
            "funder": world.partners["Bailleur Umuco"],
        }
        answer = client.post("/depenses/inscrire/", typed, follow=True)
        assert "La dépense est inscrite." in answer.content.decode()
        with as_actor(world.actor("amina")):
            assert Expense.objects.get(label="Carburant").amount_francs == 1_234_568
        page = client.get("/depenses/?year=2024").content.decode()
        assert "En 2024\u00a0: 2 dépenses, 2\u202f469\u202f136\u00a0FBu en tout." in page
        assert "Bailleur Umuco" in page

    @pytest.mark.parametrize(
        ("typed", "count"),
        [
            ("campagne d'adhesion", 1),
            ("ADHÉSION, campagne", 1),
            ("mai salaires", 1),
            ("adhésion mai", 0),
            ("", 2),
        ],
    )
    def test_search_minds_no_accent_case_apostrophe_or_order(
        self, expense, world, sign_in, as_actor, typed, count
    ):
        actor = world.actor("amina")
        facts = expense_facts(world.units["UMUCO"], label="Campagne d’adhésion : affiches")
        with as_actor(actor):
            record_expense(actor=actor, facts=facts)
        answer = sign_in("amina").get("/depenses/", {"q": typed, "year": "2024"})
        assert answer.context["count"] == count
        assert sum(sum for _, sum in answer.context["sums_tables"][0][1]) == count * 1_234_568

    @pytest.mark.parametrize(
        ("amount", "words"),
        [("12,5", "sans décimales"), ("0", "supérieur à zéro"), ("beaucoup", "en chiffres")],
    )
    def test_an_amount_that_is_none_keeps_what_was_typed(self, world, sign_in, amount, words):
        typed = {**self.typed, "unit": world.units["UMUCO"], "amount_francs": amount}
        answer = sign_in("amina").post("/depenses/inscrire/", typed)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert 'value="Carburant"' in answer.content.decode()

    def test_corrected_then_removed(self, expense, world, sign_in):
        client = sign_in("amina")
        edit = reverse("expense_edit", args=[expense.pk])
        assert "1\u202f234\u202f568" in client.get(edit).content.decode()
        typed = {**self.typed, "unit": world.units["UMUCO"], "amount_francs": "500", "version": "1"}
        assert "500\u00a0FBu" in client.post(edit, typed, follow=True).content.decode()
        remove = reverse("expense_remove", args=[expense.pk])
        client.post(remove, {"version": "2"})
        assert client.get(reverse("expense_detail", args=[expense.pk])).status_code == 404

    def test_another_federations_expense_looks_unknown(self, expense, sign_in):
        client = sign_in("bernard")
        for name in ("expense_detail", "expense_edit", "expense_remove"):
            assert client.get(reverse(name, args=[expense.pk])).status_code == 404

    def test_a_closed_month_is_told_at_the_date(self, expense, world, sign_in, as_actor):
        client = sign_in("amina")
        typed = {"unit": world.units["UMUCO"], "month": "2024-05"}
        assert client.post("/mois-fermes/fermer/", typed).status_code == 302
        answer = client.post(
            reverse("expense_edit", args=[expense.pk]),
            {**self.typed, "unit": world.units["UMUCO"], "version": "1"},
        )
        assert answer.status_code == 422
        assert 'href="#id_spent_on"' in answer.content.decode()
        assert expense.spent_on == date(2024, 5, 6)


class TestTheVersionRead:
    """A correction of what nobody has read is refused, whatever it holds."""

    @pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "x"}])
    def test_a_form_without_its_version_changes_nothing(
        self, activity, expense, world, sign_in, as_actor, version
    ):
        client = sign_in("amina")
        typed = {**TestExpenses.typed, "unit": world.units["UMUCO"], **version}
        answers = (
            client.post(reverse("expense_edit", args=[expense.pk]), typed),
            client.post(
                reverse("activity_edit", args=[activity.pk]), typed_activity(world, **version)
            ),
        )
        assert [answer.status_code for answer in answers] == [422, 422]
        with as_actor(world.actor("amina")):
            assert Expense.objects.get().version == Activity.objects.get().version == 1


class TestTheYearInUse:
    """The year chosen at the top of the page holds for both registers."""

    @pytest.fixture
    def of_two_years(self, activity, expense, world, as_actor):
        actor, unit = world.actor("amina"), world.units["UMUCO"]
        day = date(2025, 2, 3)
        with as_actor(actor):
            record_activity(
                actor=actor, facts=facts_for(unit, theme="De 2025", starts_on=day, ends_on=day)
            )
            record_expense(
                actor=actor,
                facts=expense_facts(unit, label="De 2025", spent_on=day, amount_francs=700),
            )

    @pytest.mark.parametrize("address", ["/activites/", "/depenses/"])
    def test_it_narrows_the_list_until_the_address_says_otherwise(
        self, of_two_years, sign_in, address
    ):
        client = sign_in("amina")

        def shown(query: str = "") -> tuple[int, bool]:
            answer = client.get(address + query)
            return answer.context["count"], "De 2025" in answer.content.decode()

        assert shown() == (1, True)
        assert shown("?year=") == (2, True)
        assert shown("?year=2024") == (1, False)
        back = client.post("/annee/", {"year": "2024", "next": address + "?year=2025&sort=-label"})
        assert back["Location"] == address + "?sort=-label"
        assert shown() == (1, False)
        assert '<option value="2024" selected>' in client.get(address).content.decode()

    def test_the_sums_are_those_of_the_year(self, of_two_years, sign_in):
        client = sign_in("amina")
        page = client.get("/depenses/").content.decode()
        assert "En 2025\u00a0: 1 dépense, 700\u00a0FBu en tout." in page
        page = client.get("/depenses/?year=").content.decode()
        assert (
            "Toutes années ensemble\u00a0: 2 dépenses, 1\u202f235\u202f268\u00a0FBu en tout."
            in page
        )
        page = client.get("/activites/?year=").content.decode()
        assert "Toutes années ensemble\u00a0: 2 activités, 62 participants" in page

    @pytest.mark.parametrize("address", ["/activites/", "/depenses/"])
    def test_a_year_that_is_empty_leads_to_the_others(self, activity, expense, sign_in, address):
        client = sign_in("amina")
        client.post("/annee/", {"year": "2025", "next": "/"})
        page = client.get(address).content.decode()
        assert "Rien n’est inscrit pour 2025." in page
        assert f'href="{address}?year=">Voir toutes les années' in page

    @pytest.mark.parametrize("address", ["/activites/", "/depenses/"])
    def test_who_chose_none_sees_the_latest_that_holds_something(
        self, activity, expense, sign_in, address
    ):
        page = sign_in("amina").get(address).content.decode()
        assert "Rien n’est encore inscrit pour 2025. En 2024\u00a0: 1 " in page
        assert '<option value="2024" selected>' in page

    def test_the_exported_rows_are_those_of_the_year(self, of_two_years, sign_in):
        text = sign_in("amina").get("/depenses/?export=csv").content.decode("utf-8-sig")
        assert len(text.strip().splitlines()) == 2


class TestMonths:
    def test_closed_from_the_grid_and_opened_with_a_reason(self, world, sign_in):
        client = sign_in("amina")
        client.post("/annee/", {"year": "2024", "next": "/mois-fermes/"})
        page = client.get("/mois-fermes/").content.decode()
        assert f"?unit={world.units['UMUCO']}&amp;month=2024-05" in page
        assert "■ fermé" not in page
        typed = {"unit": world.units["UMUCO"], "month": "2024-05", "with_dependents": "on"}
        client.post("/mois-fermes/fermer/", typed)
        page = client.get("/mois-fermes/").content.decode()
        assert page.count("■ fermé") == 1
        assert "3 sur 3" in page
        lift = page.split('href="/mois-fermes/')[1].split('"')[0]
        lift = f"/mois-fermes/{lift}" if lift.endswith("rouvrir/") else self._lift(page)
        assert client.post(lift, {"because": ""}).status_code == 422
        client.post(lift, {"because": "Une facture oubliée"})
        assert "Une facture oubliée" in client.get("/mois-fermes/").content.decode()

    def _lift(self, page: str) -> str:
        return next(
            f"/mois-fermes/{part.split(chr(34))[0]}"
            for part in page.split('href="/mois-fermes/')[1:]
            if part.split('"')[0].endswith("rouvrir/")
        )

    @pytest.mark.parametrize("month", ["", "mai", "2024-13", "2025-06"])
    def test_a_month_that_is_none_or_not_over(self, world, sign_in, month):
        typed = {"unit": world.units["UMUCO"], "month": month}
        assert sign_in("amina").post("/mois-fermes/fermer/", typed).status_code == 422
