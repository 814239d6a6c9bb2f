"""Days dated back: how far an agent may, what the manager must say, and where it is listed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError
from membership.models import Backdating, Campaign, Enrolment, Payment
from membership.selectors.backdatings import backdatings
from membership.services.enrolments import enrol
from membership.services.payments import take_payment
from membership.services.renewals import renew_households
from membership.services.statement_lines import pay_from_line
from membership.services.statements import bring_statement
from tests.membership.importing import child, csv_of, head, loaded, outcomes, told
from tests.membership.money import TODAY, owing, paid, request_of

#: The first day that needs no decision, by the campaign's seven days.
FIRST = date(2025, 6, 23)
OLD = date(2025, 3, 1)
NUMBER = "UMU-1001"


def not_enrolled(world) -> int:
    key = world.households[NUMBER]
    Enrolment.objects.filter(household_id=key, year_id=2025).update(cancelled_on=TODAY)
    return key


def refusal(call) -> dict[str, str]:
    with pytest.raises(DomainError) as refused:
        call()
    return {one.field: one.message for one in refused.value.each()}


def test_an_agent_dates_a_payment_some_days_back_and_no_further(agnes):
    enrolment = owing(NUMBER)
    assert paid(agnes, enrolment, amount_francs=1_000, received_on=FIRST).received_on == FIRST
    found = refusal(lambda: paid(agnes, enrolment, received_on=FIRST - timedelta(days=1)))
    assert found["received_on"] == (
        "Le 22/06/2025 est à plus de 7 jours en arrière : datez du 23/06/2025 au plus tôt, ou "
        "demandez au gestionnaire de la fédération."
    )
    # A reason does not make an agent a manager.
    found = refusal(lambda: paid(agnes, enrolment, received_on=OLD, backdating_reason="Oubli"))
    assert "received_on" in found
    assert not Backdating.objects.exists()


def test_a_centres_operator_may_no_more_than_an_agent(world, as_actor):
    operator = world.actor("albert")
    with as_actor(operator):
        assert "received_on" in refusal(lambda: paid(operator, owing(NUMBER), received_on=OLD))


def test_the_manager_says_why_and_it_is_listed(amina):
    enrolment = owing(NUMBER)
    found = refusal(lambda: paid(amina, enrolment, received_on=OLD))
    assert "dites pourquoi" in found["backdating_reason"]
    assert not Payment.objects.exists()
    made = paid(amina, enrolment, received_on=OLD, backdating_reason="  Carnet  retrouvé ")
    row = backdatings(amina).get()
    assert (row.payment_id, row.dated_on, row.written_on) == (made.pk, OLD, TODAY)
    assert (row.reason, row.recorded_by) == ("Carnet retrouvé", "Amina Nduwimana")
    # What an agent might have written leaves no trace, whatever is said.
    paid(amina, owing("UMU-1002"), received_on=FIRST, backdating_reason="inutile")
    assert backdatings(amina).count() == 1


def test_not_before_the_end_of_a_grace_that_is_over(world, as_actor):
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(amina):
        enrolment = owing(NUMBER)
        Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(
            grace_until=date(2025, 6, 28)
        )
    with as_actor(agnes):
        found = refusal(lambda: paid(agnes, enrolment, received_on=date(2025, 6, 28)))
        assert "avant la fin du délai de grâce" in found["received_on"]
        assert "29/06/2025 au plus tôt" in found["received_on"]
        paid(agnes, enrolment, amount_francs=1_000, received_on=date(2025, 6, 29))
    with as_actor(amina):
        Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(grace_until=TODAY)
    with as_actor(agnes):
        # While it lasts, the days alone count.
        paid(agnes, enrolment, amount_francs=1_000, received_on=FIRST)


def test_the_number_of_days_is_a_term_of_the_campaign(world, as_actor):
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(amina):
        enrolment = owing(NUMBER)
        Campaign.objects.filter(tenant_id=amina.tenant_id, year_id=2025).update(backdating_days=0)
    with as_actor(agnes):
        assert "received_on" in refusal(
            lambda: paid(agnes, enrolment, received_on=TODAY - timedelta(days=1))
        )
        paid(agnes, enrolment)


def test_a_signature_follows_the_same_rule(world, as_actor):
    agnes, amina = world.actor("agnes"), world.actor("amina")
    with as_actor(amina):
        key = not_enrolled(world)
    facts = {"household_id": key, "year": 2025}
    with as_actor(agnes):
        found = refusal(lambda: enrol(actor=agnes, enrolled_on=OLD, **facts))
        assert "à plus de 7 jours" in found["enrolled_on"]
    with as_actor(amina):
        made = enrol(actor=amina, enrolled_on=OLD, backdating_reason="Papiers de mars", **facts)
        row = backdatings(amina).get()
        assert (row.enrolment_id, row.payment_id, row.dated_on) == (made.pk, None, OLD)


def test_a_whole_section_renewed_on_an_old_day_is_listed_household_by_household(amina, world):
    key = not_enrolled(world)
    facts = {"unit_id": world.units["UMU-S1"], "year": 2025, "household_ids": [key]}
    found = refusal(lambda: renew_households(actor=amina, enrolled_on=OLD, **facts))
    assert "backdating_reason" in found
    made = renew_households(actor=amina, enrolled_on=OLD, backdating_reason="Mars", **facts)
    assert made.enrolled == 1
    assert [row.enrolment.household_id for row in backdatings(amina)] == [key]


def test_an_operators_statement_proves_its_day_and_is_listed(amina):
    owing(NUMBER)
    content = "Référence;Date;Montant;Téléphone;Frais;Libellé\nMP9;01/03/2025;30 000;;;\n".encode()
    made = bring_statement(actor=amina, method="lumicash", name="mars.csv", content=content)
    line = made.statement.lines.get()
    pay_from_line(actor=amina, line_id=line.pk, number=NUMBER, year=2025)
    assert backdatings(amina).get().reason == f"Relevé « mars.csv », ligne {line.line_number}"


def test_twice_is_once_in_the_list_too(amina):
    enrolment = owing(NUMBER)
    request = request_of(received_on=OLD, backdating_reason="Carnet retrouvé")
    for _ in range(2):
        take_payment(actor=amina, enrolment_id=enrolment.pk, request=request, key="k")
    assert backdatings(amina).count() == Payment.objects.count() == 1


class TestImports:
    """The same rule by file: a reason for the whole file, each row listed."""

    def members(self, amina, folder, **facts):
        return loaded(amina, folder, csv_of([head(), child()]), **facts)

    def test_without_reason_old_signatures_are_refused(self, amina, tmp_path):
        row = self.members(amina, tmp_path, backdating_reason="")
        assert outcomes(row) == {"refused": 2}
        assert any("dites pourquoi" in cause for cause in told(row))
        assert not Backdating.objects.exists()

    def test_with_a_reason_each_enrolment_is_listed(self, amina, tmp_path):
        self.members(amina, tmp_path, backdating_reason="Carnets de novembre")
        row = backdatings(amina).get()
        assert (row.dated_on, row.reason) == (date(2024, 11, 12), "Carnets de novembre")
        assert row.enrolment.household.number == "UMU-0010001"

    def test_of_several_each_enrolment_is_listed_with_its_own_day(self, amina, tmp_path):
        days = {"Jean": date(2024, 11, 12), "Paul": date(2024, 11, 14), "Rose": date(2024, 11, 13)}
        rows = [
            head(key=str(at), given=name, enrolled=f"{day:%d/%m/%Y}")
            for at, (name, day) in enumerate(days.items())
        ]
        loaded(amina, tmp_path, csv_of(rows), backdating_reason="Carnets de novembre")
        listed = {
            row.enrolment.household.members.get().given_name: row.dated_on
            for row in backdatings(amina)
        }
        assert listed == days
        assert all(row.enrolment.enrolled_on == row.dated_on for row in backdatings(amina))

    def test_an_entry_into_a_household_that_is_there_too(self, amina, tmp_path):
        here = {"number": NUMBER, "unit": "UMU-S1"}
        rows = [
            child(given="Ancien", joined="01/03/2025", **here),
            child(given="Nouveau", joined="27/06/2025", **here),
        ]
        row = loaded(amina, tmp_path, csv_of(rows), backdating_reason="")
        assert any("01/03/2025 est à plus de 7 jours" in cause for cause in told(row))
        assert not Backdating.objects.exists()
        loaded(amina, tmp_path, csv_of(rows), backdating_reason="Oubliés au recensement")
        listed = backdatings(amina).get()
        assert (listed.event.kind, listed.dated_on, listed.reason) == (
            "joined", OLD, "Oubliés au recensement",
        )  # fmt: skip
        assert listed.event.beneficiary.given_name == "Ancien"

    def test_payments_too(self, amina, tmp_path):
        owing(NUMBER)
        rows = [
            {"N° ménage": NUMBER, "Montant": "1 000", "Date": day, "Reçu papier": paper}
            for day, paper in (("01/03/2025", "A-1"), ("30/06/2025", "A-2"))
        ]
        content = csv_of(rows, tuple(rows[0]))
        row = loaded(amina, tmp_path, content, kind="payments", backdating_reason="")
        assert outcomes(row) == {"created": 1, "refused": 1}
        row = loaded(amina, tmp_path, content, kind="payments", backdating_reason="Carnet A")
        assert outcomes(row) == {"created": 1, "unchanged": 1}
        listed = backdatings(amina).get()
        assert (listed.dated_on, listed.payment.paper_receipt) == (OLD, "A-1")

    def test_last_years_paper_register_is_no_surprise(self, amina, tmp_path):
        rows = [head(enrolled="12/11/2023", due="20 000", paid="20 000"), child()]
        row = loaded(amina, tmp_path, csv_of(rows), kind="past_register", backdating_reason="")
        assert "refused" not in outcomes(row), told(row)
        assert not Backdating.objects.exists()


def test_the_page_asks_only_who_may_and_lists_what_was_done(world, as_actor, sign_in):
    with as_actor(world.actor("agnes")):
        enrolment = owing(NUMBER)
    agnes, amina = sign_in("agnes"), sign_in("amina")
    till = reverse("payment_add", args=[enrolment.pk])
    assert "backdating_reason" not in agnes.get(till).content.decode()
    assert "Motif d’une date ancienne" in amina.get(till).content.decode()
    typed = {"method": "cash", "amount_francs": "1 000", "received_on": "2025-03-01"}
    refused = agnes.post(till, {**typed, "backdating_reason": "Oubli"})
    assert refused.status_code == 422
    assert "demandez au gestionnaire" in refused.content.decode()
    unsaid = amina.post(till, typed)
    assert unsaid.status_code == 422
    assert "id_backdating_reason_error" in unsaid.content.decode()
    assert amina.post(till, {**typed, "backdating_reason": "Carnet 12"}).status_code == 302
    page = agnes.get(reverse("backdatings")).content.decode()
    for words in ("Opérations antidatées", "Carnet 12", "01/03/2025", NUMBER, "121"):
        assert words in page
    assert "Carnet 12" not in sign_in("bernard").get(reverse("backdatings")).content.decode()


def test_the_page_of_an_entry_asks_the_manager_why(world, sign_in):
    agnes, amina = sign_in("agnes"), sign_in("amina")
    page = reverse("household_dependant", args=[world.households[NUMBER]])
    assert "backdating_reason" not in agnes.get(page).content.decode()
    typed = {
        "family_name": "Ndayizeye", "given_name": "Paul", "sex": "M", "relationship": "other",
        "birth": "1999", "joined_on": "2025-03-01",
    }  # fmt: skip
    unsaid = amina.post(page, typed)
    assert unsaid.status_code == 422
    assert "id_backdating_reason_error" in unsaid.content.decode()
    assert amina.post(page, {**typed, "backdating_reason": "Oublié"}).status_code == 302
    listed = amina.get(reverse("backdatings")).content.decode()
    assert "nouvelle personne à charge" in listed
    assert "Oublié" in listed
