"""Past years: whose they are, how they are named, corrected and withdrawn by versions, small
groups hidden, alike everywhere."""

from collections.abc import Callable

import pytest
from django.db import ProgrammingError, transaction

from conamus.charts.formats import MASKED
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from conamus.portal.figures import evolution
from federations.models import HistoryEvent, Partner, Unit
from membership.models import PastYear
from membership.selectors import past_years
from membership.selectors.past_years import versions_of
from membership.services.past_years import (
    PastYearFacts,
    correct_past_year,
    record_past_year,
    withdraw_past_year,
)
from prudential.rules.annual_facts import figures_as_json
from prudential.selectors.annual_facts import annual_facts
from tests.federations.test_take_on import done, outcomes
from tests.membership.families import TODAY
from tests.world import World


def _facts(world: World, tenant: str, year: int, households: int, sections: int = 1):
    return PastYearFacts(
        promoter_id=world.partners[f"Bailleur {tenant}"], label=str(year), starts_year=year,
        sections=sections, households=households, source="Rapport",
    )  # fmt: skip


def _bring(world: World, as_actor: Callable, username: str, tenant: str, year: int, count: int):
    """Bring a year in: the federation its own, the confederation another's."""
    actor = world.actor(username)
    with as_actor(actor):
        return record_past_year(
            actor=actor, facts=_facts(world, tenant, year, count),
            federation_id=world.tenants[tenant.upper()],
        )  # fmt: skip


def _correct(actor, row: PastYear, **changes) -> PastYear:
    given = {
        "version": row.version, "sections": row.sections, "households": row.households,
        "source": row.source, "because": "Erreur de frappe",
    }  # fmt: skip
    return correct_past_year(actor=actor, past_year_id=row.pk, **{**given, **changes})


def _row(label: str, starts_year: str, **changes: str) -> dict[str, str]:
    """Return a row of an imported file."""
    row = {
        "promoter": "Bailleur Umuco", "label": label, "starts_year": starts_year,
        "sections": "3", "households": "200", "source": "Rapport",
    }  # fmt: skip
    return {**row, **changes}


def _series(world: World, code: str) -> dict[str, int | None]:
    """Return the yearly report's evolution of a unit, by year."""
    unit = Unit.objects.select_related("tenant").get(pk=world.units[code])
    facts = annual_facts(unit, 2024, produced_on=TODAY, settled_on=TODAY)
    return {row.label: row.total for row in facts.series}


class TestNamed:
    def test_a_year_is_read_in_its_spellings_and_written_in_one(self, world, as_actor):
        amina = world.actor("amina")
        spellings = ("2020/2021", "2020–2021", "2020-21", "2020 - 2021", "2020-2021")
        with as_actor(amina):
            report = done(amina, "annees-passees", *(_row(label, "2020") for label in spellings))
            assert outcomes(report) == ["created", *["unchanged"] * 4]
            assert [one.label for one in past_years([amina.tenant_id])] == ["2020-2021"]
            assert {"2020", "2021"}.isdisjoint(_series(world, "UMUCO"))

    def test_what_names_no_year_is_refused_with_all_else_that_is_wrong(self, world, as_actor):
        amina = world.actor("amina")
        rows = (
            _row("abc", "2021"),
            _row("2020-2021", "2022"),
            _row("2021", "2023"),
            _row("2020-2024", "2020"),
            _row("2024-2025", "2024"),
            _row("abc", "2031", sections="300", source=""),
            _row("2018", "2018", sections="300", source="x" * 201),
        )
        with as_actor(amina):
            causes = [one.cause for one in done(amina, "annees-passees", *rows).refused()]
            assert past_years([amina.tenant_id]) == []
        for cause, words in zip(
            causes,
            (
                ["Année mutualiste : « abc » n’est pas une année mutualiste"],
                ["Première année : L’année mutualiste 2020-2021 commence en 2020, pas en 2022."],
                ["Première année : L’année mutualiste 2021 commence en 2021, pas en 2023."],
                ["Année mutualiste : « 2020-2024 » n’est pas"],
                ["Année mutualiste : L’année mutualiste 2024-2025 n’est pas finie."],
                ["« abc »", "entre 1990 et 2024", "plus de sections", "Source : la case est vide."],
                ["que tient CONAMUS", "plus de sections", "Source : "],
            ),
            strict=True,
        ):
            for told in words:
                assert told in cause

    def test_what_stands_under_another_label_fails_no_report_and_is_not_doubled(
        self, world, as_actor
    ):
        """Rows brought in before labels were read."""
        amina, clara = world.actor("amina"), world.actor("clara")
        kept = {"tenant_id": amina.tenant_id, "promoter_id": world.partners["Bailleur Umuco"]}
        counts = {"sections": 3, "households": 200, "source": "Rapport"}
        with as_actor(amina):
            for label, starts_year in (("abc", 2022), ("2020/2021", 2020)):
                PastYear.objects.create(**kept, **counts, label=label, starts_year=starts_year)
            assert outcomes(done(amina, "annees-passees", _row("2020-2021", "2020"))) == [
                "unchanged"
            ]
            told = _series(world, "UMUCO")
            assert (told["abc"], told["2020/2021"]) == (200, 200)
            assert {"2020", "2021", "2022"}.isdisjoint(told)
            names = {amina.tenant_id: "Umuco"}
            years = past_years([amina.tenant_id])
            assert evolution(years[:1], [], names, 2022).years == ("2020/2021", "2022")
            assert evolution(years, [], names, 2023).years == ("2020/2021", "abc", "2023")
        with as_actor(clara):
            assert "abc" in _series(world, "CONAMUS")


class TestWhose:
    @pytest.mark.parametrize("year", [2013, 2016, 2019])
    def test_a_federation_adds_nothing_to_what_the_confederation_published(
        self, year: int, world: World, as_actor: Callable
    ) -> None:
        with pytest.raises(DomainError) as refusal:
            _bring(world, as_actor, "amina", "Umuco", year, 300)
        assert refusal.value.field == "starts_year"
        assert "sont ceux publiés pour tout le réseau" in refusal.value.message

    def test_nor_to_any_other_year_that_it_published(self, world: World, as_actor: Callable):
        _bring(world, as_actor, "clara", "Ineza", 2021, 300)
        with pytest.raises(DomainError, match="que tient CONAMUS"):
            _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        _bring(world, as_actor, "amina", "Umuco", 2022, 300)

    def test_an_import_is_refused_with_the_sentence(self, world: World, as_actor: Callable):
        row = {
            "promoter": "Neuf", "label": "2018", "starts_year": "2018", "sections": "3",
            "households": "200", "source": "x",
        }  # fmt: skip
        amina, clara = world.actor("amina"), world.actor("clara")
        with as_actor(amina):
            report = done(amina, "annees-passees", row)
            assert outcomes(report) == ["refused"]
            assert "un import ne les change pas" in report.refused()[0].cause
        with as_actor(clara):
            named = {**row, "federation": "umuco"}
            report = done(clara, "annees-passees", named, {**row, "promoter": "Autre"})
            assert outcomes(report) == ["created", "refused"]
            assert "Dites quelle fédération" in report.refused()[0].cause
            made = PastYear.objects.get(label="2018")
            assert (made.tenant_id, made.is_of_network) == (world.tenants["UMUCO"], True)
            assert Partner.objects.get(name="Neuf").tenant_id == world.tenants["UMUCO"]


class TestCorrecting:
    def test_a_correction_is_a_new_version_with_its_reason(self, world, as_actor):
        amina = world.actor("amina")
        first = _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        with as_actor(amina):
            second = _correct(amina, first, households=330)
            assert [(one.version, one.households, one.because) for one in versions_of(second)] == [
                (2, 330, "Erreur de frappe"), (1, 300, ""),
            ]  # fmt: skip
            assert [one.households for one in past_years([amina.tenant_id])] == [330]
            assert second.recorded_by == "Amina Nduwimana"
            told = HistoryEvent.objects.filter(table_name="membership_pastyear")
            assert set(told.values_list("row_id", flat=True)) == {str(first.pk), str(second.pk)}

    def test_nothing_written_can_be_changed(self, world, as_actor):
        amina = world.actor("amina")
        row = _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        with (
            as_actor(amina),
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            PastYear.objects.filter(pk=row.pk).update(households=1)

    def test_what_cannot_be(self, world, as_actor):
        amina = world.actor("amina")
        row = _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        with as_actor(amina):
            for changes, field in (
                ({"households": 310, "because": "  "}, "because"),
                ({}, "households"),
                ({"sections": 900}, "sections"),
            ):
                with pytest.raises(DomainError) as refusal:
                    _correct(amina, row, **changes)
                assert refusal.value.field == field
            _correct(amina, row, households=310)
            with pytest.raises(Conflict, match="entre-temps"):
                _correct(amina, row, households=320)

    def test_each_corrects_its_own(self, world, as_actor):
        amina, bernard, clara = (world.actor(name) for name in ("amina", "bernard", "clara"))
        own = _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        published = _bring(world, as_actor, "clara", "Umuco", 2018, 200)
        with as_actor(amina), pytest.raises(NotAllowed, match="que tient CONAMUS"):
            _correct(amina, published, households=210)
        with as_actor(clara):
            with pytest.raises(NotAllowed, match="c’est elle qui la corrige"):
                _correct(clara, own, households=310)
            assert _correct(clara, published, households=210).tenant_id == amina.tenant_id
        with as_actor(bernard), pytest.raises(NotFound):
            _correct(bernard, own, households=310)

    def test_the_pages(self, world, as_actor, sign_in):
        own = _bring(world, as_actor, "amina", "Umuco", 2021, 300)
        published = _bring(world, as_actor, "clara", "Umuco", 2018, 200)
        client = sign_in("amina")
        listed = client.get("/annees-passees/").content.decode()
        assert f"/annees-passees/{own.pk}/" in listed
        assert "2018" in listed
        sent = {"version": "1", "sections": "1", "households": "330", "source": "Rapport"}
        refused = client.post(f"/annees-passees/{own.pk}/corriger/", sent)
        assert refused.status_code == 422
        assert set(refused.context["form"].errors) == {"because"}
        answer = client.post(f"/annees-passees/{own.pk}/corriger/", {**sent, "because": "Relu"})
        assert answer.status_code == 302
        page = client.get(answer["Location"]).content.decode()
        assert "Relu" in page
        assert "en usage" in page
        page = client.get(f"/annees-passees/{published.pk}/").content.decode()
        assert "CONAMUS les tient et les corrige" in page
        forged = client.post(
            f"/annees-passees/{published.pk}/corriger/", {**sent, "because": "Relu"}
        )
        assert forged.status_code == 403
        clara = sign_in("clara")
        page = clara.get(f"/annees-passees/{own.pk}/").content.decode()
        assert "Relu" in page
        assert "/corriger/" not in page
        assert sign_in("bernard").get(f"/annees-passees/{own.pk}/").status_code == 404


class TestWithdrawing:
    def test_a_year_brought_in_by_mistake_is_withdrawn_and_told(self, world, as_actor):
        amina, clara = world.actor("amina"), world.actor("clara")
        wrong = _bring(world, as_actor, "amina", "Umuco", 2022, 300)
        with as_actor(clara), pytest.raises(NotAllowed, match="c’est elle qui la corrige"):
            self._withdraw(clara, wrong)
        with as_actor(amina):
            assert _series(world, "UMUCO")["2022"] == 300
            with pytest.raises(DomainError) as refusal:
                self._withdraw(amina, wrong, because=" ")
            assert refusal.value.field == "because"
            gone = self._withdraw(amina, wrong)
            assert past_years([amina.tenant_id]) == []
            assert _series(world, "UMUCO")["2022"] is None
            assert [(one.version, one.is_withdrawn) for one in versions_of(gone)] == [
                (2, True), (1, False),
            ]  # fmt: skip
            for again in (self._withdraw, _correct):
                with pytest.raises(Conflict, match="importez-la de nouveau"):
                    again(amina, gone)

    def test_it_may_be_brought_in_again(self, world, as_actor):
        amina = world.actor("amina")
        wrong = _bring(world, as_actor, "amina", "Umuco", 2022, 300)
        with as_actor(amina):
            self._withdraw(amina, wrong)
            assert outcomes(done(amina, "annees-passees", _row("2022", "2022"))) == ["created"]
            [back] = past_years([amina.tenant_id])
            assert back.households == 200
            assert [one.because for one in versions_of(wrong)] == [
                "Reprise de nouveau.", "Mauvaise année", "",
            ]  # fmt: skip

    def test_the_pages(self, world, as_actor, sign_in):
        wrong = _bring(world, as_actor, "amina", "Umuco", 2022, 300)
        kept = _bring(world, as_actor, "clara", "Umuco", 2018, 200)
        client = sign_in("amina")
        path = f"/annees-passees/{wrong.pk}/retirer/"
        assert path in client.get(f"/annees-passees/{wrong.pk}/").content.decode()
        refused = client.post(path, {"version": "1"})
        assert set(refused.context["form"].errors) == {"because"}
        sent = {"version": "1", "because": "Mauvaise année"}
        assert client.post(f"/annees-passees/{kept.pk}/retirer/", sent).status_code == 403
        page = client.get(client.post(path, sent)["Location"]).content.decode()
        assert "Mauvaise année" in page
        assert "ne la compte plus" in page
        assert path not in page
        history = client.get("/historique/", {"table": "membership_pastyear"})
        assert "2022, retirée" in history.content.decode()
        for state, is_listed in (("", True), ("True", True), ("False", False)):
            listed = client.get("/annees-passees/", {"is_withdrawn": state}).content.decode()
            assert (">retirée<" in listed.replace("\n", "").split("<tbody")[1]) is is_listed

    def _withdraw(self, actor, row: PastYear, because: str = "Mauvaise année") -> PastYear:
        return withdraw_past_year(
            actor=actor, past_year_id=row.pk, version=row.version, because=because
        )


class TestShown:
    def test_small_counts_are_hidden_from_the_regulator(self, world, as_actor, sign_in):
        _bring(world, as_actor, "clara", "Umuco", 2018, 240)
        _bring(world, as_actor, "clara", "Ineza", 2018, 3)
        _bring(world, as_actor, "clara", "Ineza", 2019, 17)
        page = sign_in("regine").get("/reseau/")
        by_promoter = {(row[0], row[1]): row[3] for row in page.context["past"].rows}
        assert by_promoter == {
            ("Bailleur Umuco", "2018"): MASKED, ("Bailleur Ineza", "2018"): MASKED,
            ("Bailleur Ineza", "2019"): 17,
        }  # fmt: skip
        for path in ("/chiffres/evolution.csv", "/chiffres/evolution.csv?federation=ineza"):
            text = sign_in("regine").get(path).content.decode("utf-8-sig")
            [line] = [line for line in text.splitlines() if line.startswith("2018")]
            assert MASKED in line.replace("\u202f", " ") or "masqué" in line
            assert "240" not in line
            assert "243" not in line
        shown = sign_in("clara").get("/reseau/").context["past"].rows
        assert {row[3] for row in shown} == {240, 3, 17}
        with as_actor(world.actor("clara")):
            kept = figures_as_json(self._report(world))["series"]["rows"]
        assert [row for row in kept if row[0] == "2018"] == [["2018", None, None, None]]

    def _report(self, world: World):
        unit = Unit.objects.select_related("tenant").get(pk=world.units["CONAMUS"])
        return annual_facts(unit, 2024, produced_on=TODAY, settled_on=TODAY)

    def test_portal_and_report_agree_on_years_known_in_part(self, world, as_actor):
        """A total stands only where every federation is known, in both."""
        _bring(world, as_actor, "clara", "Umuco", 2018, 240)
        _bring(world, as_actor, "clara", "Umuco", 2019, 250)
        _bring(world, as_actor, "clara", "Ineza", 2019, 17)
        with as_actor(world.actor("clara")):
            report = {row.label: row.total for row in self._report(world).series}
            names = {world.tenants["UMUCO"]: "Umuco", world.tenants["INEZA"]: "Ineza"}
            portal = evolution(past_years(list(names)), [], names, 2020)
        told = dict(zip(portal.years, portal.total, strict=True))
        assert (told["2018"], told["2019"]) == (report["2018"], report["2019"]) == (None, 267)
