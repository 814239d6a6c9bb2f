"""Two people of one name: never merged by an import, told at every entry, once in a household."""

from datetime import date

import pytest
from django.urls import reverse

from conamus.kernel.errors import DomainError
from membership.models import Beneficiary
from membership.rules.imports import RowOutcome
from membership.selectors.households import people_in_sight
from membership.selectors.import_rows import ImportRows
from membership.selectors.imports import findings
from membership.services.households import PossibleDuplicates, register_household
from membership.services.imports import load_import, settle_import
from membership.services.life_events import add_dependant, record_birth
from tests.membership import families, importing
from tests.membership.families import TODAY, person
from tests.membership.importing import (
    checked,
    child,
    csv_of,
    desk_of,
    loaded,
    outcomes,
    staged,
    told,
)


def _heads() -> list[Beneficiary]:
    found = Beneficiary.objects.filter(family_name="NDAYISENGA", relationship="head")
    return list(found.select_related("household").order_by("pk"))


_FIRST = [
    importing.head(home_phone="79000001"),
    child("Claire", link="conjoint", birth="1986"),
]
#: The same name, sex and birth; another telephone and another family.
_OTHER = [importing.head(home_phone="79000002"), child("Odette")]


def _said(rows, word="oui"):
    return [{**row, "Nouveau ménage": word} for row in rows]


class TestImports:
    def test_a_homonym_is_asked_about_and_never_merged(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of(_FIRST))
        (first,) = _heads()
        row = loaded(amina, tmp_path, csv_of(_OTHER))
        assert outcomes(row) == {"refused": 2}
        assert first.household.number in told(row)[0]
        assert "téléphone du ménage et les personnes à charge diffèrent" in told(row)[0]
        assert "Nouveau ménage" in told(row)[0]
        first.household.refresh_from_db()
        assert first.household.phone == "79000001"
        assert Beneficiary.objects.filter(household=first.household).count() == 2

    def test_said_to_be_another_it_is_one_and_twice_changes_nothing(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of(_FIRST))
        content = csv_of(_said(_OTHER))
        assert outcomes(loaded(amina, tmp_path, content)) == {"created": 2}
        assert len(_heads()) == 2
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 2}
        assert outcomes(loaded(amina, tmp_path, csv_of(_FIRST))) == {"unchanged": 2}
        assert len(_heads()) == 2

    def test_two_in_one_file(self, amina, tmp_path):
        second = [{**row, "Clé ménage": "2"} for row in _OTHER]
        row = loaded(amina, tmp_path, csv_of([*_FIRST, *second]))
        assert outcomes(row) == {"created": 2, "refused": 2}
        assert "écrivez « oui » sous « Nouveau ménage »" in told(row)[0]
        content = csv_of([*_said(_FIRST, ""), *_said(second)])
        assert outcomes(loaded(amina, tmp_path, content)) == {"created": 2, "unchanged": 2}
        assert {len(one.household.members.all()) for one in _heads()} == {2}
        assert outcomes(loaded(amina, tmp_path, content)) == {"unchanged": 4}

    def test_the_number_says_that_it_is_the_same(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of(_FIRST))
        (first,) = _heads()
        numbered = [{**row, "N° ménage": first.household.number} for row in _OTHER]
        assert outcomes(loaded(amina, tmp_path, csv_of(numbered))) == {"changed": 1, "created": 1}
        assert len(_heads()) == 1


def _joined(world, actor, **more):
    given = {"facts": person("Kéza"), "joined_on": TODAY, **more}
    return add_dependant(actor=actor, household_id=world.households["UMU-1003"], **given)


class TestEntries:
    def test_somebody_known_elsewhere_is_told_and_confirmed(self, world, as_actor):
        agnes = world.actor("agnes")
        with as_actor(agnes):
            register_household(
                actor=agnes, facts=families.family(world, families.head(), person("Kéza"))
            )
            with pytest.raises(PossibleDuplicates) as asked:
                _joined(world, agnes)
            assert [one.known.given_name for one in asked.value.found] == ["Kéza"]
            assert not Beneficiary.objects.filter(
                household_id=world.households["UMU-1003"], family_name="Nzeyimana"
            )
            assert _joined(world, agnes, is_confirmed=True).pk

    def test_the_very_same_person_is_refused_in_one_household(self, world, as_actor):
        agnes = world.actor("agnes")
        with as_actor(agnes):
            first = _joined(world, agnes)
            for facts in (person("Kéza"), person("Nzeyimana", family_name="Keza")):
                with pytest.raises(
                    DomainError, match=f"déjà dans ce ménage sous le numéro {first.number}"
                ):
                    _joined(world, agnes, facts=facts, is_confirmed=True)

    def test_twice_in_a_new_household_is_refused(self, world, as_actor):
        agnes = world.actor("agnes")
        twice = families.family(world, families.head(), person("Kéza"), person("Keza"))
        told = "inscrite deux fois : n° 2, n° 3"
        with as_actor(agnes), pytest.raises(DomainError, match=told):
            register_household(actor=agnes, facts=twice, is_confirmed=True)

    def test_a_birth_declared_twice_is_refused_and_a_twin_is_not(self, world, as_actor):
        agnes = world.actor("agnes")
        given = {
            "actor": agnes, "household_id": world.households["UMU-1001"], "declared_on": TODAY,
        }  # fmt: skip
        with as_actor(agnes):
            record_birth(facts=person("Ange", birth_date=date(2025, 6, 1)), **given)
            with pytest.raises(DomainError, match="déjà dans ce ménage"):
                record_birth(facts=person("Ange", birth_date=date(2025, 6, 1)), **given)
            twin = person("Bella", birth_date=date(2025, 6, 1))
            assert record_birth(facts=twin, **given).pk

    def test_an_unusual_family_is_confirmed(self, world, as_actor):
        agnes = world.actor("agnes")
        bride = person("Aline", "spouse", birth_date=date(2008, 1, 1))
        elder = person("Paul", sex="M", birth_date=date(1930, 1, 1))
        with as_actor(agnes):
            for facts, said in ((bride, "17 ans"), (elder, "pas plus jeune que l’adhérent")):
                with pytest.raises(PossibleDuplicates) as asked:
                    _joined(world, agnes, facts=facts)
                assert said in asked.value.warnings[0]
            assert _joined(world, agnes, facts=bride, is_confirmed=True).pk
            with pytest.raises(PossibleDuplicates) as asked:
                _joined(world, agnes, facts=elder)
            assert len(asked.value.warnings) == 1

    def test_no_newborn_is_a_spouse(self, world, as_actor):
        agnes = world.actor("agnes")
        baby = person("Ange", "spouse", birth_date=date(2025, 6, 1))
        with as_actor(agnes), pytest.raises(DomainError, match="n’est pas un conjoint") as refused:
            record_birth(
                actor=agnes, household_id=world.households["UMU-1001"], facts=baby,
                declared_on=TODAY, is_confirmed=True,
            )  # fmt: skip
        assert refused.value.field == "relationship"


class TestPages:
    def test_the_form_shows_who_is_known_and_saves_once_confirmed(self, world, as_actor, sign_in):
        agnes = world.actor("agnes")
        with as_actor(agnes):
            register_household(
                actor=agnes, facts=families.family(world, families.head(), person("Kéza"))
            )
        page = sign_in("agnes")
        address = f"/menages/{world.households['UMU-1003']}/personne/"
        sent = {
            "family_name": "Nzeyimana", "given_name": "Kéza", "sex": "F", "relationship": "child",
            "birth": "03/02/2010", "joined_on": "30/06/2025", "submission_key": "kb1",
        }  # fmt: skip
        asked = page.post(address, sent)
        assert asked.status_code == 422
        text = asked.content.decode()
        assert "Déjà inscrit ?" in text
        assert "Enregistrer quand même" in text
        assert page.post(address, {**sent, "confirm": "1"}).status_code == 302
        with as_actor(agnes):
            people = Beneficiary.objects.filter(household_id=world.households["UMU-1003"])
            assert people.filter(family_name="Nzeyimana").count() == 1


class TestDoubtfulRows:
    """Somebody spelled otherwise is told by the check, and left out unless it is said."""

    ROWS = (importing.head(family="HARERIMANA", given="Jean", birth="03/05/1984"),)

    @pytest.fixture
    def known(self, amina, tmp_path):
        loaded(amina, tmp_path, csv_of(self.ROWS))
        return csv_of([importing.head(family="HALERIMANA", given="Jean", birth="03/05/1984")])

    def test_the_check_says_who_it_may_be(self, amina, tmp_path, known):
        row = checked(amina, tmp_path, known)
        assert findings(row).doubtful == 1
        (one,) = ImportRows(row, outcome=RowOutcome.DOUBTFUL)
        ((title, _, said),) = [note for note in one.notes if note[0] == "Doublon possible"]
        assert title
        assert said.startswith("HARERIMANA Jean, UMU-")
        assert outcomes(loaded(amina, tmp_path, known)) == {"created": 1}

    def test_left_aside_it_is_refused_with_its_cause(self, amina, tmp_path, known):
        row = staged(amina, tmp_path, known)
        settle_import(actor=amina, import_id=row.pk, choice="good_rows", takes_doubtful=False)
        load_import(desk_of(amina), row.pk)
        assert outcomes(row) == {"refused": 1}
        assert "Doublon possible : HARERIMANA Jean" in told(row)[0]
        assert "Laissé de côté" in told(row)[0]

    def test_said_to_be_new_it_is_no_doubt(self, amina, tmp_path, known):
        rows = [
            {**importing.head(family="HALERIMANA", given="Jean"), "Nouveau ménage": "oui"},
        ]
        assert findings(checked(amina, tmp_path, csv_of(rows))).doubtful == 0

    def test_a_stranger_is_none(self, amina, tmp_path, known):
        rows = [importing.head(family="BIZIMANA", given="Odile", sex="F")]
        assert findings(checked(amina, tmp_path, csv_of(rows))).doubtful == 0

    def test_a_file_brought_again_is_checked_again(self, amina, tmp_path, known):
        content = csv_of([importing.head(family="BIZIMANA", given="Odile", sex="F")])
        first = checked(amina, tmp_path, content)
        again = staged(amina, tmp_path, content)
        assert (again.pk, again.state, findings(again).checked) == (first.pk, "staged", 0)
        other = csv_of([importing.head(key="2", family="BIZIMANA", given="Odile", sex="F")])
        loaded(amina, tmp_path, other)
        assert outcomes(checked(amina, tmp_path, content)) == {"unchanged": 1}


class TestTold:
    @pytest.mark.parametrize(
        ("more", "cause"),
        [
            ({"birth": "1850"}, "avant 1900"),
            ({"birth": "30805"}, "date d’Excel"),
            ({"given": "Jean\nPaul"}, "plusieurs lignes"),
        ],
    )
    def test_the_cause_is_the_cell_s(self, amina, tmp_path, more, cause):
        row = checked(amina, tmp_path, csv_of([importing.head(**more)]))
        assert cause in told(row)[0]
        assert len(told(row)) == 1

    def test_a_head_to_be_born_is_told_once(self, amina, tmp_path):
        row = checked(amina, tmp_path, csv_of([importing.head(birth="01/07/2031")]))
        assert [one for one in told(row) if "avenir" in one]
        assert not [one for one in told(row) if "pas d’adhérent" in one]


def test_sixty_people_are_not_cut_to_thirty(world, sign_in):
    sent = {"rows": "60", "registered_on": "30/06/2025"}
    for rank in range(60):
        sent |= {
            f"people-{rank}-family_name": "Nzeyimana", f"people-{rank}-given_name": f"Ange{rank}",
            f"people-{rank}-sex": "F", f"people-{rank}-relationship": "child",
            f"people-{rank}-birth": "2010",
        }  # fmt: skip
    answer = sign_in("agnes").post(reverse("household_add"), sent)
    assert answer.status_code == 422
    assert "30 de plus sont envoyées" in answer.content.decode()


def test_the_check_s_page_asks_and_the_auditor_reads_it(world, sign_in, as_actor, tmp_path):
    amina = world.actor("amina")
    with as_actor(amina):
        loaded(amina, tmp_path, csv_of(TestDoubtfulRows.ROWS))
        like = csv_of([importing.head(family="HALERIMANA", given="Jean", birth="03/05/1984")])
        row = checked(amina, tmp_path, like)
    address = f"/imports/{row.pk}/"
    text = sign_in("amina").get(address).content.decode()
    assert "1 ligne à confirmer" in text
    assert "les laisser de côté" in text
    page = sign_in("arthur")
    addresses = (
        "/imports/", address, f"{address}lignes/", f"{address}refus.csv",
        reverse("statements"), "/cotisations/rappels/",
    )  # fmt: skip
    answers = {one: page.get(one) for one in addresses}
    assert {one: got.status_code for one, got in answers.items()} == dict.fromkeys(addresses, 200)
    assert "les laisser de côté" not in answers[address].content.decode()
    assert page.get("/imports/deposer/").status_code == 403
    assert page.post(address, {"choice": "good_rows"}).status_code == 403


@pytest.mark.parametrize(
    "typed", ["Ndayikengurukiye Jean", "Jean N'Dayikengurukiye", "Ndayikengurukie Jean"]
)
def test_a_whole_name_is_found_as_it_sounds(world, as_actor, typed):
    agnes = world.actor("agnes")
    with as_actor(agnes):
        written = person("Jean", family_name="N’Dayikengurukiye", sex="M")
        one = _joined(world, agnes, facts=written, is_confirmed=True)
        assert list(people_in_sight(agnes, typed)) == [one]
