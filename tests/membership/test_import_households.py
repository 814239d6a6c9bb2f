"""Rows brought together into households: what stands on the first row only is enough."""

from datetime import date

import pytest

from membership.models import Beneficiary, Enrolment, Household
from membership.services.imports import staging
from tests.membership.importing import (
    Row,
    checked,
    child,
    csv_of,
    found,
    head,
    loaded,
    outcomes,
    told,
)


def household_of(given: str) -> Household:
    """Return the household of the only NDAYISENGA of a given name."""
    return Beneficiary.objects.get(family_name="NDAYISENGA", given_name=given).household


#: How a register says which household a row is of.
MARKS = {"old number": {"former": "K-7"}, "key": {}, "number": {"number": "UMU-0010500"}}


class TestSaidOnTheFirstRow:
    """Unit, colline, category, days and amounts stand on the first row only: it is enough."""

    SAID = {"home_phone": "79000001", "category": "ordinaire", "registered": "12/11/2022"}

    def rows(self, marks: Row, **more: str) -> list[Row]:
        key = {"key": ""} if marks else {}
        return [
            head(**key, **marks, **self.SAID, **more),
            child("Claire", **key, **marks, unit="", link="conjoint", birth="1986"),
            child(**key, **marks, unit=""),
        ]

    @pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS.keys())
    def test_the_household_comes_in_whole_and_twice_changes_nothing(self, amina, tmp_path, marks):
        others = [head(key="9", given="Paul"), child("Nadia", key="9", unit="")]
        content = csv_of([*self.rows(marks), *others])
        assert outcomes(checked(amina, tmp_path, content)) == {"created": 5}
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 5}, told(row)
        household = household_of("Jean")
        assert household.registered_on == date(2022, 11, 12)
        assert Beneficiary.objects.filter(household=household).count() == 3
        enrolment = Enrolment.objects.get(household=household)
        assert (enrolment.males, enrolment.females) == (1, 2)
        assert enrolment.enrolled_on == date(2024, 11, 12)
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 5}
        assert Beneficiary.objects.filter(household=household).count() == 3

    @pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS.keys())
    def test_a_past_register_as_well(self, amina, tmp_path, marks):
        rows = self.rows(marks, enrolled="15/11/2023", due="30 000", paid="20 000")
        content = csv_of(rows)
        row = loaded(amina, tmp_path, content, kind="past_register")
        assert outcomes(row) == {"created": 3}, told(row)
        enrolment = Enrolment.objects.get(year_id=2024, household__number__startswith="UMU-001")
        assert (enrolment.people, enrolment.contribution_francs) == (3, 30_000)
        assert enrolment.payments.get().amount_francs == 20_000
        again = loaded(amina, tmp_path, content, kind="past_register")
        assert outcomes(again) == {"unchanged": 3}

    @pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS.keys())
    def test_a_row_that_says_otherwise_refuses_them_all(self, amina, tmp_path, marks):
        rows = self.rows(marks)
        rows[1]["Unité"] = "UMU-S2"
        row = loaded(amina, tmp_path, csv_of(rows))
        see = "  : Ce ménage n’est pas chargé : voir la ligne 3."
        assert told(row) == [
            f"2{see}",
            "3 Unité : « UMU-S2 », mais « UMU-S1 » plus haut dans le ménage (ligne 2).",
            f"4{see}",
        ]
        assert not Household.objects.filter(number__startswith="UMU-001").exists()

    def test_what_a_later_row_says_first_is_told_at_that_row(self, amina, tmp_path):
        rows = [head(colline=""), child(colline="Ailleurs"), child("Claire", unit="")]
        row = checked(amina, tmp_path, csv_of(rows))
        see = "  : Ce ménage n’est pas chargé : voir la ligne 3."
        assert told(row) == [
            f"2{see}", "3 Colline : aucune colline ne s’appelle « Ailleurs ».", f"4{see}",
        ]  # fmt: skip

    def test_nothing_said_is_told_once(self, amina, tmp_path):
        row = checked(amina, tmp_path, csv_of([head(unit=""), child(unit="")]))
        assert told(row) == [
            "2 Unité : la case est vide : donnez le code de l’unité.",
            "3  : Ce ménage n’est pas chargé : voir la ligne 2.",
        ]

    def test_the_same_amount_in_other_spaces_is_no_contradiction(self, amina, tmp_path):
        rows = [
            head(enrolled="15/11/2023", due="30 000"), child(due="30000", unit="umu-s1"),
        ]  # fmt: skip
        row = checked(amina, tmp_path, csv_of(rows), kind="past_register")
        assert outcomes(row) == {"created": 2}, told(row)

    def test_an_order_number_on_each_row_parts_nobody(self, amina, tmp_path):
        rows = [head(former="K-7"), child(former="K-7", key="2", unit="")]
        row = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(row) == {"created": 2}, told(row)
        assert Household.objects.filter(number__startswith="UMU-001").count() == 1

    def test_keys_that_begin_anew_in_each_unit(self, amina, tmp_path):
        rows = []
        for unit, given in (("UMU-S1", "Jean"), ("UMU-S2", "Paul")):
            for key in ("1", "2"):
                surname = f"NDAYISENGA {'ab'[int(key) - 1]}"
                rows.append(head(key=key, unit=unit, given=given, family=surname))
                rows.append(child(key=key, unit=""))
        row = loaded(amina, tmp_path, csv_of(rows))
        assert outcomes(row) == {"created": 8}, told(row)
        children = Beneficiary.objects.filter(family_name="IRAKOZE", given_name="Aline")
        sizes = Enrolment.objects.filter(household__in=children.values("household"))
        assert [one.people for one in sizes] == [2, 2, 2, 2]

    @pytest.mark.parametrize("marks", [MARKS["old number"], MARKS["number"]])
    def test_a_part_later_the_check_says_what_the_load_does(
        self, amina, tmp_path, monkeypatch, marks
    ):
        monkeypatch.setattr(staging, "ROWS_A_PART", 1)
        rows = [
            head(key="", **marks), head(key="2", given="Paul"), child(key="", unit="", **marks),
        ]  # fmt: skip
        content = csv_of(rows)
        trial = checked(amina, tmp_path, content)
        assert outcomes(trial) == {"created": 3}, told(trial)
        assert found(trial).counts["households"] == 2
        row = loaded(amina, tmp_path, content)
        assert outcomes(row) == {"created": 3}, told(row)
        assert found(row).counts["households"] == 2
