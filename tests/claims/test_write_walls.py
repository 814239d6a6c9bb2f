"""Who may write what surrounds a claim, as raw SQL in each role: money, terms, signals, answers."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps

from claims.models import (
    Agreement,
    Claim,
    ClaimSignal,
    FacilityInvoice,
    StubBook,
    StubUse,
    Visit,
    VisitReply,
)
from claims.services.attestations import cancel_claim, enter_claim
from claims.services.orders import pay_invoices
from claims.services.visits import answer_report
from federations.tenancy.scope import open_scope
from tests.claims.care import give_terms
from tests.claims.entering import an_entry, give_books
from tests.claims.money import by_bank, received, settled
from tests.claims.reviewing import give_waiting, review
from tests.claims.visiting import act, give_decided, sent
from tests.walls import changed, may_add
from tests.world import World

MANAGER, AGENT, OPERATOR, AUDITOR, NURSE = "amina", "agnes", "albert", "arthur", "annick"
#: Of CONAMUS; of a facility.
NETWORK, DOCTOR, ADMINISTRATOR, FACILITY = "clara", "medard", "sylvere", "fabrice"
EVERYBODY = {
    MANAGER, AGENT, OPERATOR, AUDITOR, NURSE, NETWORK, DOCTOR, ADMINISTRATOR, FACILITY,
}  # fmt: skip
DESKS = {MANAGER, AGENT, OPERATOR}
RECORDERS = {MANAGER, OPERATOR}
WRITERS = {OPERATOR, FACILITY}
LEADERS = {MANAGER, NURSE, DOCTOR}

#: Table → who adds a row of it to the own tenant's books, in the own name.
ADDERS: dict[str, set[str]] = {
    "agreement": {MANAGER},
    "agreementdocument": {MANAGER},
    "agreementsuspension": {MANAGER},
    "attestationfile": WRITERS,
    "attestationfilepart": WRITERS,
    "careauthorisation": {OPERATOR, NURSE, DOCTOR},
    "claimsignal": {OPERATOR},
    "complaint": DESKS,
    "complaintanswer": DESKS,
    "facilityinvoice": RECORDERS,
    "facilityrepayment": {MANAGER},
    "facilityreply": {FACILITY},
    "facilitysignal": {OPERATOR},
    "interviewreading": EVERYBODY - {ADMINISTRATOR, FACILITY},
    # Debts and advances by who settles; what is paid by who pays (below).
    "invoiceentry": RECORDERS,
    "orderbook": {MANAGER},
    "paymentorder": {MANAGER},
    "registerlook": {OPERATOR},
    "repaymentshare": {MANAGER},
    "stubbook": {MANAGER},
    "stubuse": WRITERS,
    "surveyanswer": DESKS | {NURSE, DOCTOR},
    "surveyinterview": DESKS | {NURSE, DOCTOR},
    "visit": LEADERS,
}
_NAMES = ("recorded_by", "answered_by", "entered_by", "read_by", "given_by", "planned_by")
_KEYS = ("brought_by_user_id", *(f"{name}_user_id" for name in _NAMES))


def _row(world: World, table: str, username: str) -> dict[str, object]:
    """Return a row of the actor's own tenant, in the own name; what no guard reads is left out."""
    actor = world.actor(username)
    columns = _columns(table)
    told: dict[str, object] = {
        "tenant_id": actor.tenant_id,
        "processing_id": actor.tenant_id,
        "facility_id": world.facilities["FS-T001"],
        "care_year": 2025,
        "kind": "recovered",
        "state": {"facilityinvoice": "received"}.get(table, "open"),
        **dict.fromkeys(_NAMES, actor.name),
        **dict.fromkeys(_KEYS, actor.user_id),
    }
    if username in (DOCTOR, NETWORK) and "processing_id" in columns:
        told["tenant_id"] = told["processing_id"] = world.tenants["UMUCO"]
    return {name: value for name, value in told.items() if name in columns}


def _columns(table: str) -> set[str]:
    return {field.column for field in apps.get_model("claims", table)._meta.fields}


@pytest.mark.parametrize("table", sorted(ADDERS))
def test_a_row_is_added_by_the_roles_of_its_services(world: World, as_actor, table: str) -> None:
    adding = set()
    for username in EVERYBODY:
        told = _row(world, table, username)
        with as_actor(world.actor(username)):
            if may_add(f"claims_{table}", **told):
                adding.add(username)
    assert adding == ADDERS[table]


@pytest.mark.parametrize(
    "table", [one for one in sorted(ADDERS) if {*_NAMES, *_KEYS} & _columns(one)]
)
def test_nobody_adds_one_in_anothers_name(world: World, as_actor, table: str) -> None:
    for username in ADDERS[table]:
        other = world.actor(MANAGER if username != MANAGER else OPERATOR)
        told = _row(world, table, username)
        signed = {name for name in told if name in (*_NAMES, *_KEYS)}
        told |= {name: other.user_id if name in _KEYS else other.name for name in signed}
        with as_actor(world.actor(username)):
            assert not may_add(f"claims_{table}", **told), username


def _changing(world: World, as_actor: Any, statement: str, *values: object) -> set[str]:
    found = set()
    for username in EVERYBODY:
        with as_actor(world.actor(username)):
            if changed(statement, *values):
                found.add(username)
    return found


def test_an_invoice_moves_as_its_services_move_it(world: World, as_actor) -> None:
    give_terms(world)
    invoice = settled(world, 1_000, 500).pk
    refused = (
        "payable_francs = 9000000",
        "state = 'cancelled'",
        "state = 'received'",
        "settled_by = 'Arthur Bigirimana'",
        "is_take_on = true",
        "due_on = due_on + 365",
        "state = 'paid', payable_francs = 0",
    )
    for change in refused:
        assert _changing(world, as_actor, f"UPDATE claims_facilityinvoice SET {change}") == set()
    # What remains on it is for its services to say: by who settles, or pays.
    paid = "UPDATE claims_facilityinvoice SET state = 'paid' WHERE id = %s"
    assert _changing(world, as_actor, paid, invoice) == RECORDERS
    reopened = (
        "UPDATE claims_facilityinvoice SET state = 'received', settled_on = NULL, settled_by = '',"
        " payable_francs = NULL"
    )
    # What the settling was is kept first.
    assert _changing(world, as_actor, reopened) == set()
    kept = (
        "INSERT INTO claims_undonesettling (tenant_id, invoice_id, facility_id, francs, settled_on,"
        " settled_by, due_on, undone_on, reason, recorded_by, recorded_at) SELECT tenant_id, id,"
        " facility_id, {francs}, settled_on, settled_by, due_on, settled_on, 'x',"
        " current_setting('app.actor_name'), now() FROM claims_facilityinvoice"
    )
    as_it_was = kept.format(francs="payable_francs")
    assert _changing(world, as_actor, kept.format(francs="payable_francs - 1")) == set()
    assert _changing(world, as_actor, as_it_was) == RECORDERS
    assert _changing(world, as_actor, f"{as_it_was}; {reopened}") == RECORDERS


@pytest.mark.parametrize(("francs", "may"), [(1_200, RECORDERS), (1_201, set()), (0, set())])
def test_an_invoice_is_settled_for_what_its_claims_are_decided(
    world: World, as_actor, francs: int, may: set[str]
) -> None:
    give_terms(world)
    received(world, 1_000, 500)
    settling = (
        "UPDATE claims_facilityinvoice SET state = 'settled', settled_on = '2025-06-30',"
        " settled_by = current_setting('app.actor_name'), payable_francs = %s"
    )
    assert _changing(world, as_actor, settling, francs) == may
    taken_on = f"{settling}, is_take_on = true"
    assert _changing(world, as_actor, taken_on, francs) == {MANAGER}


def test_only_who_pays_pays_or_retains(world: World, as_actor) -> None:
    give_terms(world)
    settled(world, 1_000)
    entered = (
        "INSERT INTO claims_invoiceentry (tenant_id, facility_id, invoice_id, kind, francs,"
        " entered_on, reason, recorded_by, recorded_at) SELECT tenant_id, facility_id, id,"
        " 'retained', 100, '2025-06-30', '', current_setting('app.actor_name'), now()"
        " FROM claims_facilityinvoice"
    )
    assert _changing(world, as_actor, entered) == {MANAGER}
    amina = world.actor(MANAGER)
    with as_actor(amina):
        invoice = FacilityInvoice.objects.get()
        pay_invoices(
            actor=amina,
            facility_id=invoice.facility_id,
            shares={invoice.pk: 800},
            request=by_bank(),
        )
    counted = "UPDATE claims_orderbook SET last_number = 0"
    assert _changing(world, as_actor, counted) == {MANAGER}
    assert _changing(world, as_actor, "UPDATE claims_paymentorder SET amount_francs = 1") == set()


def test_agreements_and_books_are_the_managers(world: World, as_actor) -> None:
    give_books(world)
    with open_scope(world.system("UMUCO"), source="essai"):
        told = {"tenant_id": world.tenants["UMUCO"], "facility_id": world.facilities["FS-T001"]}
        if not Agreement.objects.exists():
            Agreement(**told, starts_on=date(2024, 1, 1)).save()
        assert StubBook.objects.exists()
    agreed = "UPDATE claims_agreement SET payment_term_days = 1, advance_francs = 9999999"
    assert _changing(world, as_actor, agreed) == {MANAGER}
    withdrawn = "UPDATE claims_stubbook SET withdrawn_on = '2025-06-30'"
    assert _changing(world, as_actor, withdrawn) == {MANAGER}


def test_a_stub_is_let_go_by_who_enters_where_its_claim_is_written_or_gone(
    world: World, as_actor
) -> None:
    give_books(world)
    albert = world.actor(OPERATOR)
    freed = "UPDATE claims_stubuse SET freed_at = now()"
    with as_actor(albert):
        draft = enter_claim(actor=albert, entry=an_entry(world))
    assert _changing(world, as_actor, freed) == WRITERS
    with as_actor(albert):
        told = {"claim_id": draft.pk, "year": 2025, "version": draft.version}
        cancel_claim(actor=albert, because="autre papier", **told)
        # It does not come back to force.
        assert not changed("UPDATE claims_stubuse SET freed_at = NULL")
    with as_actor(albert):
        enter_claim(
            actor=albert, entry=an_entry(world, stub="KIN-000002", is_distinct=True), submit=True
        )
        sent_use = StubUse.objects.get(number="KIN-000002").pk
    assert _changing(world, as_actor, f"{freed} WHERE id = %s", sent_use) == set()


def test_a_signal_is_settled_once_by_who_may_in_the_own_name(world: World, as_actor) -> None:
    give_terms(world)
    claim = give_waiting(world)
    with open_scope(world.system("UMUCO"), source="essai"):
        parties = Claim.objects.values(
            "care_year", "tenant_id", "processing_id", "facility_id"
        ).get(pk=claim)
        ClaimSignal(
            **parties, claim_id=claim, rule="price", weight=40, facts={}, state="open"
        ).save()
    told = (
        "UPDATE claims_claimsignal SET state = 'dismissed', settled_at = now(),"
        " settled_because = 'rien', settled_by = "
    )
    own = "current_setting('app.actor_name')"
    anothers = f"{told}'{world.actor(DOCTOR).name}'"
    assert _changing(world, as_actor, anothers) == {DOCTOR}
    assert _changing(world, as_actor, told + own) == LEADERS
    annick = world.actor(NURSE)
    with as_actor(annick):
        ClaimSignal.objects.update(state="confirmed", settled_by=annick.name, settled_because="vu")
    assert _changing(world, as_actor, told + own) == set()


def test_nobody_answers_for_a_facility(world: World, as_actor) -> None:
    """The nurse who decided writes no agreement of the facility's to it."""
    give_terms(world)
    claim = give_waiting(world)
    review(world, NURSE, claim, "accepted")
    answered = (
        "INSERT INTO claims_facilityreply (care_year, tenant_id, processing_id, facility_id,"
        " claim_id, decision_number, is_agreed, text, answered_by, answered_on, recorded_at)"
        " SELECT care_year, tenant_id, processing_id, facility_id, id, 1, true, '', {name},"
        " '2025-06-30', now() FROM claims_claim"
    )
    own = answered.format(name="current_setting('app.actor_name')")
    assert _changing(world, as_actor, own) == {FACILITY}
    fabrice = answered.format(name=f"'{world.actor(FACILITY).name}'")
    assert _changing(world, as_actor, fabrice) == {FACILITY}


_REPLY = (
    "INSERT INTO claims_visitreply (tenant_id, facility_id, visit_id, is_agreed, text,"
    " answered_by, answered_on, recorded_by, recorded_by_user_id, paper, recorded_at)"
    " SELECT tenant_id, facility_id, id, true, '', %s, '2025-06-30', {by}, {key}, {paper}, now()"
    " FROM claims_visit"
)
_BY_ITSELF = _REPLY.format(by="''", key="NULL", paper="''")
_FROM_PAPER = _REPLY.format(
    by="current_setting('app.actor_name')",
    key="current_setting('app.actor_id')::bigint",
    paper="'lettre 7'",
)


def test_a_report_is_answered_by_the_facility_or_from_its_paper(world: World, as_actor) -> None:
    give_terms(world)
    give_decided(world, 2)
    visit = sent(world, {1: {"verdict": "absent"}})
    name = world.actor(FACILITY).name
    assert _changing(world, as_actor, _BY_ITSELF, name) == {FACILITY}
    assert _changing(world, as_actor, _BY_ITSELF, "Titulaire") == set()
    # Not by who prepared the visit; a doctor of CONAMUS leads none of the federation's.
    assert _changing(world, as_actor, _FROM_PAPER, "Titulaire") == {MANAGER}
    said = "UPDATE claims_visit SET state = 'answered'"
    assert _changing(world, as_actor, said) == set()
    act(world, FACILITY, answer_report, visit, is_agreed=True)
    with open_scope(world.actor(NURSE), source="essai"):
        assert Visit.objects.get(pk=visit.pk).state == "answered"
        assert VisitReply.objects.get().answered_by == name


@pytest.mark.parametrize("table", ["visitclaim", "visitmark", "visitstep"])
def test_what_hangs_on_a_visit_is_written_by_who_leads_visits(
    world: World, as_actor, table: str
) -> None:
    give_terms(world)
    give_decided(world, 1)
    visit = sent(world, {})
    adding = set()
    for username in EVERYBODY - {DOCTOR, NETWORK}:
        told = _row(world, table, username) | {"visit_id": visit.pk}
        told |= {"by_name": world.actor(username).name} if table == "visitstep" else {}
        with as_actor(world.actor(username)):
            if may_add(f"claims_{table}", **told):
                adding.add(username)
    # A facility tells its one step, that it has answered.
    assert adding == {MANAGER, NURSE} | ({FACILITY} if table == "visitstep" else set())
