"""Packages: adopting, derogating, faults told, a version that began is never edited, clauses."""

from datetime import date

import pytest

from claims.models import BenefitPackage, PackageClause
from claims.rules.clauses import SHAPES
from claims.selectors.package_versions import held_on, is_same, readable_package, readable_packages
from claims.services.package_clauses import add_clause, change_clause, drop_clause
from claims.services.packages import (
    adopt_package,
    discard_package,
    put_package_in_force,
    start_package,
    write_terms,
)
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from tests.claims.care import give_terms
from tests.world import World

TODAY = date(2025, 6, 30)
LATER = date(2025, 9, 1)


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _template(world: World) -> int:
    of_2025 = BenefitPackage.objects.filter(tenant_id=world.tenants["CONAMUS"], year_id=2025)
    return of_2025.earliest("pk").pk


def _draft(world: World, actor, *, rate: int = 90) -> BenefitPackage:
    """A copy of CONAMUS's with another rate in public facilities."""
    row = start_package(actor=actor, year=2025, from_package_id=_template(world))
    clause = row.clauses.get(kind="rate", ownership="public")
    change_clause(
        actor=actor, package_id=row.pk, clause_id=clause.pk,
        values={"percent": rate, "ownership": "public"},
    )  # fmt: skip
    return row


def _derogate(actor, row: BenefitPackage) -> None:
    write_terms(
        actor=actor, package_id=row.pk, late_after_days=90, accepts_unpriced=True,
        derogation_on=date(2025, 6, 1), derogation_reason="Assemblée du 1er juin",
    )  # fmt: skip


def test_without_its_own_a_federation_lives_by_conamus(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        assert held_on(amina.tenant_id, TODAY).row.tenant_id == care.tenants["CONAMUS"]
        assert held_on(amina.tenant_id, date(2024, 12, 31)) is None
        made = adopt_package(actor=amina, year=2025, key="cle")
        assert adopt_package(actor=amina, year=2025, key="cle").pk == made.pk
        held = held_on(amina.tenant_id, TODAY)
        assert (held.row.pk, held.row.template_id) == (made.pk, _template(care))
        assert is_same(held.package, readable_package(amina, _template(care)).package)
        # Care given before that day keeps the one that it was under.
        assert held_on(amina.tenant_id, date(2025, 6, 29)).row.pk == _template(care)
        with pytest.raises(Conflict, match="déjà en vigueur"):
            adopt_package(actor=amina, year=2025)
        with pytest.raises(NotFound, match="pas encore"):
            adopt_package(actor=amina, year=2026)


def test_what_differs_needs_a_day_and_a_reason(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        row = _draft(care, amina)
        with pytest.raises(DomainError, match="dérogation"):
            put_package_in_force(actor=amina, package_id=row.pk, in_force_from=LATER)
        with pytest.raises(DomainError, match="déjà décidée") as refused:
            write_terms(
                actor=amina, package_id=row.pk, late_after_days=None, accepts_unpriced=True,
                derogation_on=date(2025, 7, 1), derogation_reason="Bientôt",
            )  # fmt: skip
        assert refused.value.field == "derogation_on"
        _derogate(amina, row)
        put_package_in_force(actor=amina, package_id=row.pk, in_force_from=LATER)
        assert held_on(amina.tenant_id, LATER).row.pk == row.pk
        assert held_on(amina.tenant_id, date(2025, 8, 31)).row.pk == _template(care)


def test_without_a_rate_it_cannot_come_into_force(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        row = start_package(actor=amina, year=2025, from_package_id=None)
        with pytest.raises(DomainError) as refused:
            put_package_in_force(actor=amina, package_id=row.pk, in_force_from=LATER)
        told = [refusal.message for refusal in refused.value.each()]
        assert told[0] == "Paquet : Le paquet n’a aucun taux : rien ne pourrait être payé."
        assert "dérogation" in told[1]
        add_clause(
            actor=amina, package_id=row.pk, kind="rate",
            values={"percent": 80, "ownership": "public"},
        )  # fmt: skip
        _derogate(amina, row)
        with pytest.raises(DomainError, match="Aucun taux pour : secteur privé"):
            put_package_in_force(actor=amina, package_id=row.pk, in_force_from=LATER)
        add_clause(actor=amina, package_id=row.pk, kind="rate", values={"percent": 50})
        put_package_in_force(actor=amina, package_id=row.pk, in_force_from=LATER)
        row.refresh_from_db()
        assert (row.state, row.adopted_by) == ("in_force", amina.name)


def test_a_version_that_came_into_force_is_never_edited(care: World, as_actor) -> None:
    clara = care.actor("clara")
    with as_actor(clara):
        row = BenefitPackage.objects.get(pk=_template(care))
        clause = row.clauses.first()
        for write in (
            lambda: add_clause(actor=clara, package_id=row.pk, kind="rate", values={"percent": 1}),
            lambda: drop_clause(actor=clara, package_id=row.pk, clause_id=clause.pk),
            lambda: change_clause(
                actor=clara, package_id=row.pk, clause_id=clause.pk, values={"percent": 1}
            ),
            lambda: write_terms(
                actor=clara, package_id=row.pk, late_after_days=None, accepts_unpriced=False
            ),
            lambda: discard_package(actor=clara, package_id=row.pk),
            lambda: put_package_in_force(actor=clara, package_id=row.pk, in_force_from=LATER),
        ):
            with pytest.raises(Conflict, match="nouvelle version"):
                write()
        new = _draft(care, clara)
        put_package_in_force(actor=clara, package_id=new.pk, in_force_from=LATER)
        row.refresh_from_db()
        assert (row.state, row.in_force_until) == ("replaced", LATER)
        assert held_on(clara.tenant_id, date(2025, 8, 31)).row.pk == row.pk
        assert held_on(clara.tenant_id, LATER).row.pk == new.pk


def test_a_version_that_was_to_begin_later_may_be_overtaken(care: World, as_actor) -> None:
    clara = care.actor("clara")
    with as_actor(clara):
        first, second = _draft(care, clara, rate=85), _draft(care, clara, rate=95)
        put_package_in_force(actor=clara, package_id=first.pk, in_force_from=LATER)
        put_package_in_force(actor=clara, package_id=second.pk, in_force_from=date(2025, 8, 1))
        days = [date(2025, 7, 31), date(2025, 8, 1), LATER, date(2025, 12, 31)]
        held = [held_on(clara.tenant_id, day).row.pk for day in days]
        assert held == [_template(care), second.pk, second.pk, second.pk]


@pytest.mark.parametrize("day", [date(2025, 6, 29), date(2024, 12, 31), date(2026, 1, 1)])
def test_it_begins_within_its_year_and_not_in_the_past(care: World, as_actor, day: date) -> None:
    clara = care.actor("clara")
    with as_actor(clara):
        row = _draft(care, clara)
        with pytest.raises(DomainError) as refused:
            put_package_in_force(actor=clara, package_id=row.pk, in_force_from=day)
        assert refused.value.field == "in_force_from"


def test_the_very_first_of_a_year_may_begin_in_the_past(care: World, as_actor) -> None:
    clara = care.actor("clara")
    with as_actor(clara):
        row = start_package(actor=clara, year=2024, from_package_id=_template(care))
        put_package_in_force(actor=clara, package_id=row.pk, in_force_from=date(2024, 1, 1))
        assert held_on(care.tenants["UMUCO"], date(2024, 5, 1)).row.pk == row.pk


def test_a_copy_says_the_same_and_is_its_own(care: World, as_actor) -> None:
    amina, bernard = care.actor("amina"), care.actor("bernard")
    with as_actor(amina):
        row = start_package(actor=amina, year=2025, from_package_id=_template(care), key="cle")
        again = start_package(actor=amina, year=2025, from_package_id=_template(care), key="cle")
        assert again.pk == row.pk
        loaded = readable_package(amina, row.pk)
        assert is_same(loaded.package, readable_package(amina, _template(care)).package)
        assert {c.tenant_id for c in loaded.row.clauses.all()} == {amina.tenant_id}
    with as_actor(bernard):
        assert row.pk not in {one.pk for one in readable_packages(bernard.tenant_id)}
        with pytest.raises(NotFound):
            add_clause(actor=bernard, package_id=row.pk, kind="rate", values={"percent": 1})
    with as_actor(amina):
        discard_package(actor=amina, package_id=row.pk)
        assert not PackageClause.objects.filter(tenant_id=amina.tenant_id).exists()


@pytest.mark.parametrize("kind", list(SHAPES))
def test_each_kind_says_what_it_cannot_do_without(care: World, as_actor, kind: str) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        row = start_package(actor=amina, year=2025, from_package_id=None)
        needs = SHAPES[kind].needs
        if needs:
            with pytest.raises(DomainError) as refused:
                add_clause(actor=amina, package_id=row.pk, kind=kind, values={})
            assert {one.field for one in refused.value.each()} >= set(needs)
        values = {
            "percent": 10, "francs": 5_000, "scope": "stay", "quantity": 2, "days": 3,
            "paper": "referral", "payer": "CAM", "wording": "rien", "family": "eye",
        }  # fmt: skip
        made = add_clause(actor=amina, package_id=row.pk, kind=kind, values=values)
        made.refresh_from_db()
        # Nothing that the kind does not know is kept, whatever was sent.
        for name in values.keys() - {*SHAPES[kind].says, "family"}:
            assert getattr(made, name) in (None, ""), name
        # What was written is what the rules read.
        readable_package(amina, row.pk)


def test_an_unknown_act_and_ages_upside_down(care: World, as_actor) -> None:
    amina = care.actor("amina")
    with as_actor(amina):
        row = start_package(actor=amina, year=2025, from_package_id=None)
        given = {"actor": amina, "package_id": row.pk, "kind": "rate"}
        with pytest.raises(DomainError, match="Aucun acte") as refused:
            add_clause(**given, values={"percent": 5, "act": "RIEN"})
        assert refused.value.field == "act"
        with pytest.raises(DomainError, match="second âge") as refused:
            add_clause(**given, values={"percent": 5, "age_from": 9, "age_to": 3})
        assert refused.value.field == "age_to"
        with pytest.raises(DomainError, match="entre 0 et 100"):
            add_clause(**given, values={"percent": 101})
        assert not row.clauses.exists()


def test_only_managers_keep_packages(care: World, as_actor) -> None:
    agnes = care.actor("agnes")
    with as_actor(agnes), pytest.raises(NotAllowed):
        start_package(actor=agnes, year=2025, from_package_id=None)
