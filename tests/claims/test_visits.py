"""Visits: from plan to end, what is found and what is recovered, each in its order."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from claims.forms.visits import answer_field
from claims.models import Claim, Decision, FacilityDebt, Review, ReviewFinding, Visit, VisitReply
from claims.rules.facts import ReviewCut
from claims.rules.states import State
from claims.rules.visit_sampling import SampleMethod, SamplePlan
from claims.selectors.claims import paid_for
from claims.selectors.visits import checklist_score, marks_of
from claims.services import visits as services
from claims.services.decisions import redo_decisions
from claims.services.invoice_claims import tie_month
from claims.services.invoices import record_invoice, settle_invoice
from claims.services.visit_findings import record_finding, record_marks
from claims.services.visit_recovery import recover_findings, waive_finding
from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from tests.claims.care import DRUG, give_terms
from tests.claims.money import TODAY, facts
from tests.claims.reviewing import give_waiting, review
from tests.claims.visiting import (
    act,
    drawn,
    find,
    give_checklist,
    give_decided,
    plan,
    rows_of,
    sent,
)
from tests.world import World

ABSENT = {"verdict": "absent"}
PRICE = {"verdict": "price", "lines": "2: 500", "note": "500 de trop au comptoir"}


@pytest.fixture
def care(world: World) -> World:
    give_terms(world)
    return world


def _paid(world: World, claim: int, tenant: str = "UMUCO") -> int:
    with open_scope(world.system(tenant), source="essai"):
        return paid_for(Claim.objects.get(care_year=2025, pk=claim))


def _answer(world: World, visit: Visit, **told: object) -> VisitReply:
    return act(world, "fabrice", services.answer_report, visit, **told)


class TestPlan:
    """What a plan must say."""

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
            ({"ends_on": TODAY + timedelta(days=60)}, "ends_on"),
            ({"period_from": TODAY, "period_to": date(2025, 1, 1)}, "period_to"),
            ({"period_from": date(2020, 1, 1)}, "period_to"),
            ({"period_to": TODAY + timedelta(days=1)}, "period_to"),
            ({"team": " \n "}, "team"),
            ({"purpose": "autre"}, "purpose"),
        ],
    )
    def test_a_plan_that_cannot_be(self, care: World, told: dict, field: str) -> None:
        with pytest.raises(DomainError) as refused:
            plan(care, **told)
        assert field in {one.field for one in refused.value.each()}

    def test_only_who_visits_plans(self, care: World) -> None:
        for username in ("albert", "agnes", "fabrice", "clara", "arthur"):
            with pytest.raises(NotAllowed):
                plan(care, username)

    def test_a_double_click_plans_once(self, care: World) -> None:
        nurse = care.actor("annick")
        told = services.NewVisit(
            facility_id=care.facilities["FS-T001"],
            purpose="routine",
            starts_on=TODAY,
            ends_on=TODAY,
            period_from=TODAY,
            period_to=TODAY,
            team="Annick",
        )
        with open_scope(nurse, source="essai"):
            made = {services.plan_visit(actor=nurse, visit=told, key="k").pk for _ in range(2)}
        assert len(made) == 1


class TestSample:
    """How the attestations are drawn."""

    def test_the_same_seed_draws_the_same(self, care: World) -> None:
        give_decided(care, 6)
        some = SamplePlan(method=SampleMethod.STRATIFIED, rate_percent=50)
        first, second = (
            [row.claim_id for row in rows_of(care, drawn(care, plan_of=some))] for _ in range(2)
        )
        assert len(first) == 3
        assert first == second

    def test_it_is_drawn_once(self, care: World) -> None:
        give_decided(care)
        visit = drawn(care)
        plan_of = SamplePlan(method=SampleMethod.SIMPLE, rate_percent=10)
        with pytest.raises(DomainError, match="une fois"):
            act(care, "annick", services.draw_sample, visit, plan=plan_of)

    def test_nothing_to_draw_from(self, care: World) -> None:
        with pytest.raises(DomainError, match="Aucune attestation"):
            drawn(care)

    def test_a_nurse_draws_what_her_federation_treats_an_adviser_all(self, care: World) -> None:
        own, others = give_decided(care), give_decided(care, 2, "INEZA")
        nurses = {row.claim_id for row in rows_of(care, drawn(care))}
        advisers = {row.claim_id for row in rows_of(care, drawn(care, "medard"), "medard")}
        assert nurses == set(own)
        assert advisers == {*own, *others}


class TestFindings:
    """What is found of an attestation, and what it takes off."""

    @pytest.mark.parametrize(
        ("told", "francs"),
        [
            ({"verdict": "agrees"}, 0),
            (ABSENT, 2_400),
            ({"verdict": "no_patient"}, 2_400),
            ({"verdict": "not_delivered", "lines": "2"}, 1_600),
            (PRICE, 400),
            ({"verdict": "no_paper", "note": "ordonnance perdue"}, 0),
        ],
    )
    def test_what_a_verdict_takes_off(self, care: World, told: dict, francs: int) -> None:
        """Of 1 000 + 4 × 500 asked the mutuelle owes 80 %."""
        give_decided(care, 1)
        visit = drawn(care)
        find(care, visit, {1: told})
        [row] = rows_of(care, visit)
        assert (row.mutuelle_francs, row.proposed_francs) == (2_400, francs)

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"verdict": ""}, "verdict"),
            ({"verdict": "inventé"}, "verdict"),
            ({"verdict": "price", "lines": "2"}, "lines"),
            ({"verdict": "price", "lines": "2: 999 999"}, "lines"),
            ({"verdict": "not_delivered"}, "lines"),
            ({"verdict": "not_delivered", "lines": "9"}, "lines"),
            ({"verdict": "not_delivered", "lines": "2, 2"}, "lines"),
            ({"verdict": "absent", "lines": "1"}, "lines"),
            ({"verdict": "agrees", "lines": "deux"}, "lines"),
            ({"verdict": "other"}, "note"),
        ],
    )
    def test_a_finding_that_says_nothing(self, care: World, told: dict, field: str) -> None:
        give_decided(care, 1)
        visit = drawn(care)
        [row] = rows_of(care, visit)
        with pytest.raises(DomainError) as refused:
            act(care, "annick", record_finding, visit, row_id=row.pk, **told)
        assert refused.value.field == field
        assert rows_of(care, visit)[0].verdict == ""

    def test_a_finding_corrected_before_the_report(self, care: World) -> None:
        give_decided(care, 1)
        visit = drawn(care)
        find(care, visit, {1: ABSENT})
        find(care, visit, {})
        assert rows_of(care, visit)[0].proposed_francs == 0

    def test_who_read_another_version_is_told(self, care: World) -> None:
        give_decided(care, 1)
        visit = drawn(care)
        [row] = rows_of(care, visit)
        nurse = care.actor("annick")
        with (
            pytest.raises(Conflict, match="entre-temps"),
            open_scope(nurse, source="essai"),
        ):
            record_finding(
                actor=nurse, visit_id=visit.pk, row_id=row.pk, version=1, verdict="agrees"
            )

    def test_marks_of_the_checklist(self, care: World) -> None:
        give_checklist(care)
        visit = plan(care)
        with pytest.raises(DomainError) as refused:
            act(care, "annick", record_marks, visit, answers={1: "peut-être", 2: "7"})
        assert {one.field for one in refused.value.each()} == {"q1", "q2"}
        act(care, "annick", record_marks, visit, answers={1: "oui", 2: "so"})
        with open_scope(care.actor("annick"), source="essai"):
            assert list(visit.marks.values_list("value", "points")) == [
                ("oui", 100),
                ("s. o.", None),
            ]

    def test_an_obligatory_question_that_does_not_apply_is_answered(self, care: World) -> None:
        """By the very word that the form offers; it is kept, and has no points."""
        give_checklist(care)
        give_decided(care, 2)
        visit = drawn(care)
        find(care, visit, {})
        with open_scope(care.actor("annick"), source="essai"):
            first = marks_of(visit)[0].question
        offered = dict(answer_field(first.facts).choices)
        [word] = [value for value, told in offered.items() if told == "s. o."]
        act(care, "annick", record_marks, visit, answers={1: word, 2: "4"})
        with open_scope(care.actor("annick"), source="essai"):
            marks = marks_of(visit)
        assert [mark.value for mark in marks] == ["s. o.", "4"]
        assert checklist_score(marks) == Fraction(3, 4)
        act(care, "annick", services.end_visit, visit, met="", conclusion="Pas de registre.")
        assert act(care, "annick", services.send_report, visit).state == "sent"


class TestReport:
    """The report, and the facility's answer."""

    def test_it_waits_for_every_finding_and_obligatory_answer(self, care: World) -> None:
        give_checklist(care)
        give_decided(care, 2)
        visit = drawn(care)
        act(care, "annick", services.end_visit, visit, met="", conclusion="Rien encore.")
        with pytest.raises(DomainError) as refused:
            act(care, "annick", services.send_report, visit)
        told = " ".join(one.message for one in refused.value.each())
        assert "sans constat : 2" in told
        assert "sans réponse : 1" in told

    def test_once_sent_nothing_changes(self, care: World) -> None:
        give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        [row] = rows_of(care, visit)
        with pytest.raises(DomainError, match="rien ne change plus"):
            act(care, "annick", record_finding, visit, row_id=row.pk, verdict="agrees")

    def test_the_facility_answers_once_within_its_term(self, care: World, settings: Any) -> None:
        give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        with pytest.raises(DomainError, match="contestez"):
            _answer(care, visit, is_agreed=False)
        _answer(care, visit, is_agreed=False, text="Le registre est chez le comptable.")
        with open_scope(care.actor("annick"), source="essai"):
            assert Visit.objects.get(pk=visit.pk).state == "answered"
        with pytest.raises(DomainError, match="réponse reçue"):
            _answer(care, visit, is_agreed=True)
        late = sent(care, {})
        settings.BUSINESS_DATE = TODAY + timedelta(days=31)
        with pytest.raises(DomainError, match="délai"):
            _answer(care, late, is_agreed=True)

    def test_nothing_is_recovered_before_the_facility_has_had_its_say(self, care: World) -> None:
        [claim] = give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        for service, told in (
            (recover_findings, {}),
            (services.close_visit, {"because": "fini"}),
        ):
            with pytest.raises(DomainError, match="pas encore répondu"):
                act(care, "annick", service, visit, **told)
        assert _paid(care, claim) == 2_400


class TestRecovery:
    """What is recovered, by decisions that supersede."""

    def test_from_an_unpaid_attestation_less_is_owed(self, care: World) -> None:
        whole, cut, right = give_decided(care)
        visit = sent(care, {1: ABSENT, 2: PRICE})
        _answer(care, visit, is_agreed=True)
        came = act(care, "annick", recover_findings, visit)
        assert (came.attestations, came.francs, came.left) == (2, 2_800, ())
        assert [_paid(care, claim) for claim in (whole, cut, right)] == [0, 2_000, 2_400]
        with open_scope(care.actor("annick"), source="essai"):
            decision = Decision.objects.get(care_year=2025, claim_id=cut, superseded_at=None)
            assert (decision.number, decision.kind) == (2, "visit")
            claim = Claim.objects.get(care_year=2025, pk=cut)
            assert (claim.state, claim.decision_id) == (State.FINAL.value, decision.pk)
            assert Review.objects.get(claim_id=cut).taken_off_francs == 400
            assert FacilityDebt.objects.count() == 0
        closed = act(care, "annick", services.close_visit, visit, because="tout est réglé")
        assert closed.state == "closed"

    def test_a_visit_takes_off_on_top_of_what_a_reader_cut(self, care: World) -> None:
        """Two lines of 60 × 500; a nurse keeps 20 of 60 of the first, so 40 000 are accepted."""
        claim = give_waiting(care, lines=((DRUG, 60, 500), (DRUG, 60, 500)))
        kept = ReviewCut(1, "too_much", to_quantity=Fraction(20))
        review(care, "annick", claim, "cut", cuts=(kept,))
        with open_scope(care.system("UMUCO"), source="essai"):
            Claim.objects.filter(care_year=2025, pk=claim).update(state=State.FINAL)
        before = _paid(care, claim)
        visit = drawn(care)
        [row] = rows_of(care, visit)
        told = {"verdict": "price", "lines": "1: 10 001", "row_id": row.pk}
        with pytest.raises(DomainError, match=r"Ligne 1 : 10.000.FBu en sont encore acceptés"):
            act(care, "annick", record_finding, visit, **told)
        find(care, visit, {1: {"verdict": "price", "lines": "1: 600, 2: 20 000"}})
        [row] = rows_of(care, visit)
        assert (before, row.proposed_francs) == (32_000, 16_480)
        act(care, "annick", services.end_visit, visit, met="", conclusion="Prix.")
        act(care, "annick", services.send_report, visit)
        _answer(care, visit, is_agreed=True)
        assert act(care, "annick", recover_findings, visit).francs == 16_480
        assert _paid(care, claim) == 15_520
        with open_scope(care.actor("annick"), source="essai"):
            in_force = ReviewFinding.objects.filter(claim_id=claim, withdrawn_at=None)
            assert set(in_force.values_list("position", "to_quantity", "francs")) == {
                (1, 20, None),
                (1, None, 600),
                (2, None, 20_000),
            }

    def test_a_redone_decision_keeps_what_the_visit_took_off(self, care: World) -> None:
        [claim] = give_decided(care, 1)
        visit = sent(care, {1: PRICE})
        _answer(care, visit, is_agreed=True)
        act(care, "annick", recover_findings, visit)
        manager = care.actor("amina")
        with open_scope(manager, source="essai"):
            redo_decisions(actor=manager, claim_ids=[claim], year=2025)
            assert ReviewFinding.objects.filter(claim_id=claim).count() == 1
        assert _paid(care, claim) == 2_000

    def test_from_a_settled_invoice_a_debt_is_born_once(self, care: World) -> None:
        give_decided(care, 2)
        manager = care.actor("amina")
        with open_scope(manager, source="essai"):
            invoice = record_invoice(actor=manager, facts=facts(care))
            tie_month(actor=manager, invoice_id=invoice.pk)
            settle_invoice(actor=manager, invoice_id=invoice.pk)
        visit = sent(care, {1: PRICE})
        _answer(care, visit, is_agreed=True)
        act(care, "annick", recover_findings, visit)
        with pytest.raises(DomainError, match="Rien n’est à récupérer"):
            act(care, "annick", recover_findings, visit)
        with open_scope(manager, source="essai"):
            assert [debt.francs for debt in FacilityDebt.objects.all()] == [400]

    def test_an_adviser_recovers_for_each_federation_that_paid(self, care: World) -> None:
        [own], [other] = give_decided(care, 1), give_decided(care, 1, "INEZA")
        visit = sent(care, {1: ABSENT, 2: ABSENT}, "medard")
        _answer(care, visit, is_agreed=True)
        came = act(care, "medard", recover_findings, visit)
        assert (came.attestations, came.francs) == (2, 4_800)
        assert _paid(care, own) == 0
        assert _paid(care, other, "INEZA") == 0

    def test_who_leads_writes_no_answer_and_a_paper_one_waits_for_the_term(
        self, care: World, settings: Any
    ) -> None:
        [claim] = give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        told = {"is_agreed": True, "answered_by": "Titulaire", "paper": "lettre n° 12"}
        with pytest.raises(NotAllowed, match="préparé ou tenu"):
            act(care, "annick", services.answer_report, visit, **told)
        with pytest.raises(DomainError, match="quelle pièce"):
            act(care, "amina", services.answer_report, visit, **{**told, "paper": " "})
        reply = act(care, "amina", services.answer_report, visit, **told)
        assert (reply.recorded_by, reply.paper) == (care.actor("amina").name, "lettre n° 12")
        with pytest.raises(DomainError, match="on récupère après son délai"):
            act(care, "annick", recover_findings, visit)
        [row] = rows_of(care, visit)
        with pytest.raises(NotAllowed):
            act(care, "amina", waive_finding, visit, row_id=row.pk, because="entente")
        assert _paid(care, claim) == 2_400
        settings.BUSINESS_DATE = TODAY + timedelta(days=31)
        assert act(care, "annick", recover_findings, visit).francs == 2_400

    def test_a_report_that_the_facility_contests_waits_for_the_term(
        self, care: World, settings: Any
    ) -> None:
        give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        _answer(care, visit, is_agreed=False, text="Le registre est au bureau.")
        with pytest.raises(DomainError, match="on récupère après son délai"):
            act(care, "annick", recover_findings, visit)
        settings.BUSINESS_DATE = TODAY + timedelta(days=31)
        assert act(care, "annick", recover_findings, visit).francs == 2_400

    def test_a_manager_proposes_and_does_not_decide(self, care: World) -> None:
        give_decided(care, 1)
        visit = sent(care, {1: ABSENT}, "amina")
        _answer(care, visit, is_agreed=True)
        with pytest.raises(NotAllowed):
            act(care, "amina", recover_findings, visit)
        # The federation's nurse decides on the same visit.
        assert act(care, "annick", recover_findings, visit).francs == 2_400

    def test_what_is_contested_meanwhile_is_left_and_told(self, care: World) -> None:
        one, two = give_decided(care, 2)
        visit = sent(care, {1: ABSENT, 2: ABSENT})
        _answer(care, visit, is_agreed=True)
        with open_scope(care.system("UMUCO"), source="essai"):
            Claim.objects.filter(care_year=2025, pk=one).update(state=State.CONTESTED)
        came = act(care, "annick", recover_findings, visit)
        assert (came.attestations, len(came.left)) == (1, 1)
        assert "contestée" in came.left[0]
        assert (_paid(care, one), _paid(care, two)) == (2_400, 0)

    def test_a_waived_finding_takes_nothing(self, care: World) -> None:
        [claim] = give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        [row] = rows_of(care, visit)
        _answer(care, visit, is_agreed=False, text="Voici la page du registre.")
        with pytest.raises(DomainError, match="abandonnés : 1"):
            act(care, "annick", services.close_visit, visit, because="fini")
        act(care, "annick", waive_finding, visit, row_id=row.pk, because="page retrouvée")
        act(care, "annick", services.close_visit, visit, because="fini")
        assert _paid(care, claim) == 2_400

    def test_who_wrote_the_answer_down_gives_nothing_up(self, care: World) -> None:
        """A nurse who neither led nor held the visit brings the facility's letter."""
        [claim] = give_decided(care, 1)
        visit = sent(care, {1: ABSENT}, "amina")
        told = {"is_agreed": False, "answered_by": "Titulaire", "paper": "lettre n° 12"}
        act(care, "annick", services.answer_report, visit, text="Le registre est plein.", **told)
        [row] = rows_of(care, visit)
        with pytest.raises(NotAllowed, match="quelqu’un d’autre abandonne"):
            act(care, "annick", waive_finding, visit, row_id=row.pk, because="page retrouvée")
        [row] = rows_of(care, visit)
        assert (row.waived_because, row.is_settled, _paid(care, claim)) == ("", False, 2_400)

    def test_above_the_amount_who_found_does_not_recover(self, world: World) -> None:
        """The rule of reviews: the first's finding is a proposal, somebody else decides."""
        give_terms(world, second_reader_from_francs=2_400)
        [claim] = give_decided(world, 1)
        visit = sent(world, {1: ABSENT})
        _answer(world, visit, is_agreed=True)
        came = act(world, "annick", recover_findings, visit)
        assert (came.attestations, came.francs) == (0, 0)
        assert "un second lecteur" in came.left[0]
        assert _paid(world, claim) == 2_400

    def test_above_the_amount_another_recovers(self, world: World) -> None:
        give_terms(world, second_reader_from_francs=2_400)
        [claim] = give_decided(world, 1)
        visit = sent(world, {1: ABSENT}, "amina")
        _answer(world, visit, is_agreed=True)
        assert act(world, "annick", recover_findings, visit).francs == 2_400
        assert _paid(world, claim) == 0

    def test_below_the_amount_one_is_enough(self, world: World) -> None:
        give_terms(world, second_reader_from_francs=2_401)
        give_decided(world, 1)
        visit = sent(world, {1: ABSENT})
        _answer(world, visit, is_agreed=True)
        assert act(world, "annick", recover_findings, visit).francs == 2_400

    def test_the_term_passed_is_an_answer(self, care: World, settings: Any) -> None:
        give_decided(care, 1)
        visit = sent(care, {1: ABSENT})
        settings.BUSINESS_DATE = TODAY + timedelta(days=31)
        assert act(care, "annick", recover_findings, visit).francs == 2_400


class TestEnds:
    """A visit that is not held, one of somebody else's."""

    def test_a_planned_visit_is_cancelled_a_held_one_is_not(self, care: World) -> None:
        give_decided(care, 1)
        cancelled = act(care, "annick", services.cancel_visit, plan(care), because="pluie")
        assert cancelled.state == "cancelled"
        visit = drawn(care)
        act(care, "annick", services.end_visit, visit, met="", conclusion="Faite.")
        with pytest.raises(DomainError, match="ne peut pas devenir « annulée »"):
            act(care, "annick", services.cancel_visit, visit, because="pluie")

    def test_another_federation_meets_no_visit(self, care: World, as_actor: Callable) -> None:
        visit = plan(care)
        bernard = care.actor("bernard")
        with pytest.raises(NotFound), as_actor(bernard):
            services.cancel_visit(actor=bernard, visit_id=visit.pk, version=1, because="x")
