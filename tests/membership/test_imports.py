"""Members brought in by file: what is told is what is done, and twice changes nothing."""

from datetime import date

import pytest

from conamus.cases.facts import plain
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import HistoryEvent
from membership.models import (
    Beneficiary,
    ContributionScale,
    Enrolment,
    FormerNumber,
    Household,
    LifeEvent,
    MemberImport,
    MutualistYear,
    NumberRange,
    Payment,
)
from membership.selectors.balances import owed_by
from membership.selectors.enrolling import enrolment_terms
from membership.selectors.payments import receipt_of
from membership.services.imports import settle_import
from membership.services.payments import reverse_payment
from tests.membership.importing import (
    checked,
    child,
    csv_of,
    found,
    head,
    loaded,
    outcomes,
    staged,
    told,
)
from tests.membership.money import change_scale, paid


class TestNewHousehold:
    def test_it_comes_in_as_by_hand(self, amina, tmp_path, world):
        content = csv_of([head(home_phone="+257 79 12 34 56", former="K-17/2019"), child()])
        row = loaded(amina, tmp_path, content)
        assert row.state == "done", told(row)
        assert outcomes(row) == {"created": 2}
        household = Household.objects.get(number="UMU-0010001")
        assert (household.phone, household.registered_on) == ("79123456", date(2024, 11, 12))
        people = list(Beneficiary.objects.filter(household=household).order_by("number"))
        assert [one.number for one in people] == ["UMU-0010001-01", "UMU-0010001-02"]
        assert people[1].is_birth_estimated
        assert people[1].birth_date == date(2015, 7, 1)
        assert people[0].search_key == "ndayisenga jean"
        assert people[0].phonetic_key
        enrolment = Enrolment.objects.get(household=household)
        assert (enrolment.contribution_francs, enrolment.joining_fee_francs) == (20_000, 1_000)
        assert (enrolment.males, enrolment.females, enrolment.is_renewal) == (1, 1, False)
        assert enrolment.head_birth_year == people[0].birth_date.year
        assert FormerNumber.objects.get(number="K-17/2019").household == household
        event = LifeEvent.objects.get(household=household)
        assert (event.kind, event.recorded_by) == ("registered", "Amina Nduwimana")

    @pytest.mark.parametrize(
        ("registered", "birth", "born_on", "entered_on"),
        [
            ("15/03/2025", "2025", date(2025, 1, 1), date(2025, 3, 15)),
            # Told by its day it is what is told, and a year after the entry is no entry then.
            ("15/03/2025", "01/07/2025", date(2025, 7, 1), date(2025, 7, 1)),
            ("12/11/2024", "2025", date(2025, 7, 1), date(2025, 7, 1)),
        ],
    )
    def test_a_year_of_birth_alone_is_before_the_day_of_the_household(
        self, registered, birth, born_on, entered_on, amina, tmp_path, settings
    ):
        """Read by a file brought long after as its form reads it; declared with the household."""
        settings.BUSINESS_DATE = date(2025, 8, 30)
        content = csv_of([head(registered=registered, enrolled=registered), child(birth=birth)])
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 2}, told(row)
        one = Beneficiary.objects.get(given_name="Aline")
        assert (one.birth_date, one.joined_on, one.declared_on) == (born_on, entered_on, entered_on)
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 2}

    def test_history_tells_every_row(self, world, as_actor, tmp_path, behind_the_wall):
        actor = world.actor("amina")
        with as_actor(actor):
            loaded(actor, tmp_path, csv_of([head(), child()]))
            household = Household.objects.get(number="UMU-0010001")
        with behind_the_wall():
            events = HistoryEvent.objects.filter(
                table_name="membership_household", row_id=str(household.pk)
            )
            assert [(one.operation, one.actor_name) for one in events] == [("I", "Amina Nduwimana")]

    def test_a_given_number_is_kept_and_passed_over_later(self, amina, tmp_path):
        rows = [head(number="UMU-0010001"), head(key="2", given="Paul")]
        loaded(amina, tmp_path, csv_of(rows))
        numbers = set(Household.objects.filter(number__startswith="UMU-00").values_list(
            "number", flat=True
        ))  # fmt: skip
        assert numbers == {"UMU-0010001", "UMU-0010002"}

    def test_check_writes_nothing_and_says_what_load_does(self, amina, tmp_path):
        content = csv_of([head(), child(), head(key="2", sex="X")])
        before = Household.objects.count()
        row = checked(amina, tmp_path, content)
        assert row.state == "checked"
        assert outcomes(row) == {"created": 2, "refused": 1}
        assert Household.objects.count() == before
        again = loaded(amina, tmp_path, content)
        assert again.pk == row.pk
        assert outcomes(again) == {"created": 2, "refused": 1}
        assert Household.objects.count() == before + 1

    def test_no_number_left(self, amina, tmp_path, world):
        NumberRange.objects.filter(unit_id=world.units["UMU-S1"]).update(following=19_999)
        content = csv_of([head(), head(key="2", given="Paul")])
        assert "l’unité n’a plus de numéro" in told(checked(amina, tmp_path, content))[0]
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 1, "refused": 1}
        assert Household.objects.filter(number="UMU-0019999").exists()


class TestYearOfBirthAlone:
    """Of a child only the year is known: it was there, so it was born, and in that year."""

    @pytest.mark.parametrize(
        ("today", "joined", "year", "stands_for"),
        [
            # This year's child, before and after the middle of the year; and on its first day.
            (date(2025, 6, 30), "", "2025", date(2025, 1, 1)),
            (date(2025, 8, 30), "", "2025", date(2025, 7, 1)),
            (date(2025, 1, 1), "", "2025", date(2025, 1, 1)),
            # There before the middle of its year, whenever the file comes.
            (date(2025, 8, 30), "15/03/2025", "2025", date(2025, 1, 1)),
            (date(2025, 6, 30), "20/11/2024", "2024", date(2024, 7, 1)),
        ],
    )
    def test_it_comes_in(self, amina, tmp_path, settings, today, joined, year, stands_for):
        settings.BUSINESS_DATE = today
        rows = [head(), child(birth=year, **({"joined": joined} if joined else {}))]
        row = loaded(amina, tmp_path, csv_of(rows))
        assert (outcomes(row), told(row)) == ({"created": 2}, [])
        aline = Beneficiary.objects.get(given_name="Aline")
        assert (aline.birth_date, aline.is_birth_estimated) == (stands_for, True)
        assert stands_for <= aline.joined_on <= today

    def test_the_same_file_after_the_middle_of_the_year_changes_nothing(
        self, amina, tmp_path, settings
    ):
        content = csv_of([head(former="K-18"), child(birth="2025", former="K-18")])
        loaded(amina, tmp_path, content)
        before = list(Beneficiary.objects.order_by("pk").values())
        settings.BUSINESS_DATE = date(2025, 8, 30)
        again = csv_of([head(former="K-18"), child(birth="vers 2025", former="K-18")])
        assert outcomes(loaded(amina, tmp_path, again, name="août.csv")) == {"unchanged": 2}
        assert list(Beneficiary.objects.order_by("pk").values()) == before

    def test_a_year_to_come_is_refused(self, amina, tmp_path):
        row = loaded(amina, tmp_path, csv_of([head(), child(birth="2026")]))
        assert any("dans l’avenir" in cause for cause in told(row))
        assert not Beneficiary.objects.filter(given_name="Aline").exists()


class TestTwice:
    def test_the_same_file_changes_nothing(self, amina, tmp_path):
        content = csv_of([head(former="K-1"), child(former="K-1")])
        loaded(amina, tmp_path, content)
        history = LifeEvent.objects.count()
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"unchanged": 2}
        assert LifeEvent.objects.count() == history
        assert Household.objects.filter(number__startswith="UMU-001").count() == 1

    def test_without_any_number_the_head_tells_the_household(self, amina, tmp_path):
        content = csv_of([head(), child()])
        loaded(amina, tmp_path, content)
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 2}

    def test_changes_and_somebody_more(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(), child()]))
        known = {"number": "UMU-0010001", "key": ""}
        rows = [
            head(**known, phone="71 00 00 01", colline="Rwisabi", cam="CAM-9"),
            child(**known, birth="02/03/2015", paper="an 12"),
            child("Diane", **known, birth="2019"),
        ]
        row = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(row) == {"changed": 2, "created": 1}, told(row)
        household = Household.objects.get(number="UMU-0010001")
        assert (household.colline.name, household.other_cover) == ("Rwisabi", "cam")
        assert household.version == 2
        aline = Beneficiary.objects.get(number="UMU-0010001-02")
        assert (aline.birth_date, aline.is_birth_estimated) == (date(2015, 3, 2), False)
        assert aline.identity_paper == "AN 12"
        kinds = LifeEvent.objects.filter(household=household).values_list("kind", flat=True)
        assert sorted(kinds) == ["corrected", "joined", "registered"]
        # What was declared on the day of enrolment stays.
        assert Enrolment.objects.get(household=household).people == 2

    def test_empty_cells_say_nothing(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(phone="71000001", home_phone="79000001")]))
        row = loaded(amina, tmp_path, csv_of([head(number="UMU-0010001", key="")]))
        assert outcomes(row) == {"unchanged": 1}
        assert Household.objects.get(number="UMU-0010001").phone == "79000001"

    def test_renewal_of_a_known_household(self, amina, tmp_path):
        """UMU-1001 was enrolled in 2025: for 2026 it renews, without joining fee."""
        rows = [
            {"N° ménage": "UMU-1001", "Adhésion signée le": "10/06/2025", "Nom": "Umucoa",
             "Prénom": "Kéza", "Sexe": "M", "Naissance": "01/05/1980", "Lien": "chef"},
        ]  # fmt: skip
        refused = loaded(amina, tmp_path, csv_of(rows), year=2026)
        assert "une adhésion 2026 se signe du 01/09/2025" in told(refused)[0]

    def test_a_later_group_adds_to_its_household(self, amina, tmp_path):
        rows = [
            head(number="UMU-0010500"), head(number="UMU-0010501", given="Paul"),
            child(number="UMU-0010500", key=""),
        ]  # fmt: skip
        row = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(row) == {"created": 3}, told(row)
        assert Beneficiary.objects.filter(household__number="UMU-0010500").count() == 2


#: A bad file and the sentence that it is refused with.
REFUSED = {
    "two heads": ([head(), head(given="Paul")], "2 adhérents"),
    "no head": ([child(enrolled="12/11/2024", colline="Kibasi")], "n’a pas d’adhérent"),
    "birth to come": ([head(birth="01/01/2031")], "dans l’avenir"),
    "birth before 1900": ([head(birth="01/01/1899")], "avant 1900"),
    "a year that is none": ([head(birth="85")], "n’est pas une date"),
    "a formula as a name": ([head(given="=HYPERLINK(1)")], "« =HYPERLINK(1) » est une formule"),
    "a formula as an old number": ([head(former="=A1")], "« =A1 » est une formule"),
    "an unknown unit": ([head(unit="INE-S1")], "n’est le code d’aucune mutuelle"),
    "an unknown colline": ([head(colline="Ailleurs")], "aucune colline"),
    "no colline": ([head(colline="")], "où habite le ménage"),
    "an unknown category": ([head(category="riche")], "n’est pas une catégorie du barème"),
    "a telephone": ([head(phone="12")], "n’est pas un téléphone"),
    "a number of another form": ([head(number="17/A")], "Ancien numéro"),
    "signed to come": ([head(enrolled="01/12/2025")], "dans l’avenir"),
    "signed before the campaign": ([head(enrolled="01/02/2024")], "se signe du 01/09/2024"),
    "joined before birth": ([head(), child(joined="01/01/2010")], "avant la naissance"),
    "the same person twice": ([head(), child(), child()], "même personne que la ligne 3"),
    "a household said twice": ([head(), head(key="2")], "plus haut dans ce fichier"),
    "two phones for one household": (
        [head(home_phone="79000001"), child(home_phone="79000002")], "plus haut dans le ménage",
    ),
    "no household": ([head(key="")], "à quel ménage est cette ligne"),
    "an empty name": ([head(family="")], "la case est vide"),
    "a number of another person": (
        [head(number="UMU-1001", key="", person="UMU-1002-0")], "personne ne porte ce numéro",
    ),
}  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize(("rows", "sentence"), REFUSED.values(), ids=REFUSED.keys())
    def test_with_its_cause_and_at_its_row(self, amina, tmp_path, rows, sentence):
        row = checked(amina, tmp_path, csv_of(rows))
        assert any(sentence in cause for cause in told(row)), told(row)

    @pytest.mark.parametrize(
        ("rows", "line", "rank"),
        [
            ([head(), child(joined="01/07/2025")], 3, 2),
            ([head(joined="01/01/2030"), child()], 2, 1),
            ([child(key="", number="UMU-1001", joined="01/01/2030")], 2, 3),
        ],
    )
    def test_an_entry_to_come_is_told_at_its_cell(self, amina, tmp_path, rows, line, rank):
        """In a household that is new, of whoever it is, and in one that is there."""
        before = Beneficiary.objects.count()
        row = loaded(amina, tmp_path, csv_of(rows))
        entry = rows[line - 2]["Dans le ménage depuis"]
        cause = f"Membre n° {rank} : entrée le {entry}, dans l’avenir."
        assert told(row)[line - 2] == f"{line} Dans le ménage depuis : {cause}"
        assert outcomes(row) == {"refused": len(rows)}
        assert Beneficiary.objects.count() == before

    def test_nobody_enters_a_household_before_it_was_registered(self, amina, tmp_path):
        """As by hand: rights would open without the waiting of who joins."""
        rows = [child(key="", number="UMU-1001", joined=on) for on in ("30/09/2023", "01/10/2023")]
        rows[1]["Prénom"] = "Belyse"
        first, second = (loaded(amina, tmp_path, csv_of([row])) for row in rows)
        cause = "le 30/09/2023 est avant l’inscription du ménage, le 01/10/2023."
        assert told(first) == [f"2 Dans le ménage depuis : {cause}"]
        assert not any("avant l’inscription" in one for one in told(second)), told(second)

    @pytest.mark.parametrize("title", ["Inscrit le", "Adhésion signée le", "Payé le"])
    @pytest.mark.parametrize(
        ("typed", "words"), [("01/01/0024", "avant 1900"), ("01/07/2025", "dans l’avenir")]
    )
    def test_a_households_day_that_cannot_be(self, amina, tmp_path, title, typed, words):
        rows = [{**head(due="20 000", paid="20 000"), title: typed}]
        row = loaded(amina, tmp_path, csv_of(rows), kind="past_register")
        assert f"2 {title} : le {typed} est {words}." in told(row)

    def test_an_entry_of_today_comes_in(self, amina, tmp_path):
        row = loaded(amina, tmp_path, csv_of([head(), child(joined="30/06/2025")]))
        assert outcomes(row) == {"created": 2}

    def test_a_category_is_offered_as_the_scale_calls_it(self, amina, tmp_path):
        row = checked(amina, tmp_path, csv_of([head(category="riche")]))
        scale = enrolment_terms(amina.tenant_id, 2025).scale.scale
        labels = ", ".join(one.label for one in scale.categories)
        assert told(row) == [
            f"2 Catégorie : « riche » n’est pas une catégorie du barème ({labels})."
        ]
        assert "ordinary" not in labels
        past = checked(amina, tmp_path, csv_of([head(category="riche")]), kind="past_register")
        assert "(ordinaire)" in told(past)[0]

    def test_a_household_enters_whole_or_not(self, amina, tmp_path):
        row = checked(amina, tmp_path, csv_of([head(), child(sex="?")]))
        assert outcomes(row) == {"refused": 2}
        assert told(row)[0].endswith("Ce ménage n’est pas chargé : voir la ligne 3.")

    def test_every_fault_of_a_row_at_once(self, amina, tmp_path):
        row = checked(amina, tmp_path, csv_of([head(sex="X", birth="hier", phone="9")]))
        assert [cause.split(" :")[0] for cause in told(row)] == [
            "2 Sexe", "2 Naissance", "2 Téléphone",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("more", "sentence"),
        [
            ({"sex": "F"}, "le registre dit « M »"),
            ({"birth": "1970"}, "le registre dit 03/05/1984"),
        ],
    )
    def test_contradictions(self, amina, tmp_path, more, sentence):
        loaded(amina, tmp_path, csv_of([head()]))
        row = loaded(amina, tmp_path, csv_of([head(number="UMU-0010001", key="", **more)]))
        assert sentence in told(row)[0]

    @pytest.mark.parametrize(
        ("estimated", "joined_on", "exact"),
        [
            # After the entry; an entry that would be a birth; a birth that would be none.
            (date(2024, 7, 1), date(2024, 8, 1), "02/08/2024"),
            (date(2024, 7, 1), date(2024, 8, 1), "01/08/2024"),
            (date(2024, 7, 1), date(2024, 7, 1), "15/02/2024"),
        ],
    )
    def test_a_birthday_that_moves_an_entry(self, amina, tmp_path, estimated, joined_on, exact):
        loaded(amina, tmp_path, csv_of([head(), child(birth="2024")]))
        aline = Beneficiary.objects.get(given_name="Aline")
        Beneficiary.objects.filter(pk=aline.pk).update(birth_date=estimated, joined_on=joined_on)
        again = {"number": aline.household.number, "key": ""}
        row = loaded(amina, tmp_path, csv_of([head(**again), child(birth=exact, **again)]))
        since = f"{aline.number} est dans le ménage depuis le {joined_on:%d/%m/%Y}"
        assert f"3 Naissance : {since} : corrigez sa naissance sur sa fiche." in told(row)
        row = loaded(amina, tmp_path, csv_of([head(**again), child(birth="03/01/2024", **again)]))
        is_birth = estimated == joined_on
        assert outcomes(row) == ({"refused": 2} if is_birth else {"changed": 1, "unchanged": 1})

    def test_a_closed_household(self, amina, tmp_path, world):
        Household.objects.filter(number="UMU-1001").update(closed_on=date(2025, 3, 1))
        row = checked(amina, tmp_path, csv_of([head(number="UMU-1001", key="")]))
        assert "fermé depuis le 01/03/2025" in told(row)[0]

    def test_a_household_of_another_federation_is_not_seen(self, amina, tmp_path, world):
        """Its number is only a number to us: of another form, it cannot be taken."""
        row = checked(amina, tmp_path, csv_of([head(number="INE-1001", key="")]))
        assert "n’est pas de la forme" in told(row)[0]

    def test_all_or_nothing(self, amina, tmp_path):
        content = csv_of([head(), child(), head(key="2", sex="?")])
        before = Household.objects.count()
        row = loaded(amina, tmp_path, content, choice="all_or_nothing")
        assert row.state == "refused"
        assert outcomes(row) == {"created": 2, "refused": 1}
        assert Household.objects.count() == before
        good = loaded(amina, tmp_path, csv_of([head(), child()]), choice="all_or_nothing")
        assert good.state == "done"
        assert Household.objects.count() == before + 1


class TestPastRegister:
    def test_last_year_with_its_arrears(self, amina, tmp_path, world):
        rows = [
            head(enrolled="15/11/2023", due="30 000", paid="20 000"),
            child(),
            head(key="2", given="Paul", enrolled="15/11/2023", due="20000"),
        ]
        row = loaded(amina, tmp_path, csv_of(rows), kind="past_register")
        assert outcomes(row) == {"created": 3}, told(row)
        first = Enrolment.objects.get(household__number="UMU-0010001")
        assert (first.year_id, first.contribution_francs) == (2024, 30_000)
        payment = first.payments.get()
        assert (payment.method, payment.amount_francs, payment.receipt_number) == (
            "opening", 20_000, 1,
        )  # fmt: skip
        again = loaded(amina, tmp_path, csv_of(rows), kind="past_register")
        assert outcomes(again) == {"unchanged": 3}
        assert first.payments.count() == 1

    def test_then_this_year_is_a_renewal(self, amina, tmp_path):
        past = [head(enrolled="15/11/2023", due="20000", paid="20000", former="K-1")]
        loaded(amina, tmp_path, csv_of(past), kind="past_register")
        loaded(amina, tmp_path, csv_of([head(former="K-1")]))
        renewed = Enrolment.objects.get(household__number="UMU-0010001", year_id=2025)
        assert (renewed.is_renewal, renewed.is_same_unit) == (True, True)
        assert renewed.joining_fee_francs == 0

    def test_who_paid_nothing_of_it_is_new_this_year(self, amina, tmp_path):
        past = [head(enrolled="15/11/2023", due="20000", former="K-1")]
        loaded(amina, tmp_path, csv_of(past), kind="past_register")
        loaded(amina, tmp_path, csv_of([head(former="K-1")]))
        new = Enrolment.objects.get(household__number="UMU-0010001", year_id=2025)
        assert (new.is_renewal, new.is_returning, new.joining_fee_francs) == (False, True, 1_000)

    @pytest.mark.parametrize(("again", "fee"), [(1, 1_000), (2, 0), (None, 0)])
    def test_after_a_year_away_the_scale_says_whether_the_fee_is_owed(
        self, amina, tmp_path, again, fee
    ):
        past = [head(enrolled="15/11/2023", due="20000", paid="20000", former="K-1")]
        loaded(amina, tmp_path, csv_of(past), kind="past_register")
        bounds = {"starts_on": date(2023, 1, 1), "ends_on": date(2024, 1, 1)}
        MutualistYear.objects.get_or_create(year=2023, defaults=bounds)
        Enrolment.objects.filter(household__number="UMU-0010001").update(year_id=2023)
        scale = ContributionScale.objects.get(tenant_id=amina.tenant_id, year_id=2025)
        change_scale(scale.pk, fee_again_after_years=again)
        loaded(amina, tmp_path, csv_of([head(former="K-1")]))
        back = Enrolment.objects.get(household__number="UMU-0010001", year_id=2025)
        assert (back.is_renewal, back.joining_fee_francs) == (False, fee)

    def test_more_paid_than_due(self, amina, tmp_path):
        rows = [head(enrolled="15/11/2023", due="20000", paid="30000")]
        row = checked(amina, tmp_path, csv_of(rows), kind="past_register")
        assert "payés pour" in told(row)[0]

    def register(self, amina, tmp_path, paid_francs="", **facts):
        """Bring the register in, with one household that owes 30,000 for 2024."""
        rows = [head(enrolled="15/11/2023", due="30 000", paid=paid_francs), child()]
        return loaded(amina, tmp_path, csv_of(rows), kind="past_register", **facts)

    def test_no_more_comes_in_than_the_desk_has_left(self, amina, tmp_path):
        self.register(amina, tmp_path)
        enrolment = Enrolment.objects.get(household__number="UMU-0010001")
        paid(amina, enrolment, amount_francs=20_000)
        again = self.register(amina, tmp_path, "30 000")
        assert outcomes(again) == {"refused": 2}
        assert plain(told(again)[0]) == (
            "2 Montant payé : il ne reste que 10 000 FBu à payer par le ménage : 30 000 FBu "
            "dépasse le solde."
        )
        assert owed_by(enrolment).paid_francs == 20_000
        rest = self.register(amina, tmp_path, "10 000")
        assert outcomes(rest) == {"changed": 1, "unchanged": 1}, told(rest)
        assert outcomes(self.register(amina, tmp_path, "10 000")) == {"unchanged": 2}
        assert owed_by(enrolment).household_left_francs == 0

    def test_what_was_cancelled_does_not_come_back_by_its_file(self, amina, tmp_path):
        self.register(amina, tmp_path, "30 000")
        receipt = Payment.objects.get(method="opening")
        reverse_payment(actor=amina, payment_id=receipt.pk, reason="erreur de saisie")
        again = self.register(amina, tmp_path, "30 000")
        assert told(again)[0] == (
            f"2 Montant payé : ce paiement a été annulé (reçu {receipt_of(receipt)}) : "
            "encaissez-le de nouveau à la main, ou videz cette case."
        )
        assert owed_by(receipt.enrolment).paid_francs == 0
        # What the paper says once it is put right is another payment.
        right = self.register(amina, tmp_path, "20 000")
        assert outcomes(right) == {"changed": 1, "unchanged": 1}, told(right)
        assert owed_by(receipt.enrolment).paid_francs == 20_000
        assert "le registre dit 20 000 FBu" in plain(
            told(self.register(amina, tmp_path, "30 000"))[0]
        )

    def test_the_household_pays_its_own_part_the_joining_fee_first(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of([head(category="Subventionné"), child()]))
        enrolment = Enrolment.objects.get(household__number="UMU-0010001")
        before = owed_by(enrolment)
        assert (before.fee_left_francs, before.household_left_francs, before.payer_left_francs) == (
            1_000, 10_500, 10_500,
        )  # fmt: skip

        def bring(francs):
            content = csv_of([head(paid=francs), child()])
            return loaded(amina, tmp_path, content, kind="past_register", year=2026)

        assert plain(told(bring("21 000"))[0]).endswith(
            "il ne reste que 10 500 FBu à payer par le ménage : 21 000 FBu dépasse le solde. "
            "L'autre payeur doit encore 10 500 FBu : encaissez-les à part."
        )
        assert outcomes(bring("10 500")) == {"changed": 1, "unchanged": 1}
        after = owed_by(enrolment)
        assert (after.fee_left_francs, after.household_left_francs, after.payer_left_francs) == (
            0, 0, 10_500,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("kind", "facts"),
        [("past_register", {"paid": "20 000"}), ("members", {"enrolled": "12/11/2024"})],
    )
    def test_a_household_named_in_two_ways_is_written_once(self, kind, facts, amina, tmp_path):
        """By its number, then by its old number: neither money, enrolment nor child comes twice."""
        given = {"enrolled": "15/11/2023", "due": "30 000", "former": "K-1", "key": ""}
        loaded(amina, tmp_path, csv_of([head(**given), child(**given)]), kind="past_register")
        by_number = {"number": "UMU-0010001", "key": "", "enrolled": "", **facts}
        by_former = {"former": "K-1", "key": "", "enrolled": "", **facts}
        rows = [
            head(**by_number), child("Bella", **by_number), child("Bella", **by_former),
            head(key="2", given="Paul", enrolled=given["enrolled"] if "paid" in facts else ""),
        ]  # fmt: skip
        again = loaded(amina, tmp_path, csv_of(rows), kind=kind)
        assert outcomes(again)["refused"] == 1
        [cause] = told(again)
        assert cause == (
            "4 Ancien numéro : le ménage UMU-0010001 est plus haut dans ce fichier, nommé "
            "autrement : donnez le même N° ménage à toutes ses lignes."
        )
        home = Household.objects.get(number="UMU-0010001")
        assert home.members.filter(given_name="Bella").count() == 1
        opened = [one.amount_francs for one in Payment.objects.filter(method="opening")]
        assert (opened, home.enrolments.count()) == (([20_000], 1) if "paid" in facts else ([], 2))
        assert Household.objects.filter(members__given_name="Paul").exists()


class TestWho:
    def test_an_agent_may_not(self, world, as_actor, tmp_path):
        actor = world.actor("agnes")
        with as_actor(actor), pytest.raises(NotAllowed):
            staged(actor, tmp_path, csv_of([head()]))

    def test_another_federation_sees_no_import(self, world, as_actor, tmp_path):
        actor = world.actor("amina")
        with as_actor(actor):
            row = checked(actor, tmp_path, csv_of([head()]))
        bernard = world.actor("bernard")
        with as_actor(bernard):
            assert not MemberImport.objects.exists()
            with pytest.raises(NotFound):
                settle_import(actor=bernard, import_id=row.pk, choice="good_rows")

    def test_a_year_without_scale_is_told_at_once(self, amina, tmp_path):
        with pytest.raises(DomainError, match="2027"):
            staged(amina, tmp_path, csv_of([head()]), year=2027)


def test_the_findings_count_what_is_written(amina, tmp_path):
    row = checked(amina, tmp_path, csv_of([head(), child(), head(key="2", given="Paul")]))
    counts = found(row).counts
    assert (counts["households"], counts["people"], counts["enrolments"]) == (2, 3, 2)
