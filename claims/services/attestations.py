"""Attestations brought in: entered, corrected before they are sent, sent, cancelled, replaced.

The stub is the key of an entry: the same paper sent twice, by a double click, a line that fell
or a file brought again, is found again and nothing is written; another paper under its number is
refused. A centre's attestation is decided as it is sent, by the system in the centre's
federation; a facility's is decided there by a job. Nothing decided is changed: another
attestation replaces it, under the same stub.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from claims.models import Claim
from claims.rules.entry import NewClaim
from claims.rules.states import SETTLED, Side, State, check_move
from claims.selectors.claims import claim_by_id, visible_claims
from claims.selectors.reviews import was_given_back, was_read
from claims.services.claim_moves import Parties, hold_claim, move_claim, side_of
from claims.services.claim_rows import (
    CheckedClaim,
    Origin,
    carry_private,
    free_stub,
    move_claims,
    rewrite_claim,
    use_other_stub,
    write_claims,
)
from claims.services.decisions import (
    Tally,
    decide_submitted,
    lock_accounts,
    retire_decisions,
)
from claims.services.entry_checks import check_entry
from claims.services.system_acts import as_system_of
from conamus import clock
from conamus.kernel.errors import Conflict, DomainError
from conamus.kernel.reasons import told_reason
from federations.rules.roles import Permission, Role
from federations.services.access import require
from federations.services.jobs import request_job
from federations.tenancy.actor import Actor

#: Decides what facilities sent, in the name of the federation that treats it.
DECIDE_JOB = "decide_claims"
_SENT = (State.ENTERED, State.SUBMITTED)


@transaction.atomic
def enter_claim(*, actor: Actor, entry: NewClaim, submit: bool = False, source: str = "") -> Claim:
    """Enter an attestation, and send it where asked; the same one again is only found.

    ``submit``: sent, and so decided, in the same breath; all or nothing. Every refusal is told
    at once, each at its field (`claims.rules.entry.line_field` for the lines').
    """
    require(actor, Permission.ENTER_CLAIMS)
    _require_start(actor)
    checked = check_entry(actor, _received(actor, entry, clock.today()))
    if checked.known is not None:
        return claim_by_id(actor, checked.known.care_year, checked.known.claim_id)
    path = _SENT if submit else (State.ENTERED,)
    claim = _write(actor, checked.claim, Origin(source=source or _source(actor), path=path))
    if submit:
        _have_decided(actor, [claim])
    return claim


@transaction.atomic
def change_claim(*, actor: Actor, claim_id: int, year: int, entry: NewClaim, version: int) -> Claim:
    """Correct an attestation that is not sent yet; return it.

    Where the correction makes it another federation's or year's, it is cancelled and entered
    anew under the same stub. What was sent once and given back was received all the same: it
    keeps its day, so nobody's waiting makes it late.
    """
    require(actor, Permission.ENTER_CLAIMS)
    claim = _held(actor, claim_id, year, version)
    if claim.state != State.ENTERED:
        raise DomainError(
            f"L’attestation est {State(claim.state).label} : elle ne se corrige plus ainsi.",
            field="state",
        )
    _check_move(actor, claim, State.ENTERED)
    kept_day = claim.received_on if was_given_back(claim) else None
    entry = _received(actor, entry, kept_day or clock.today())
    checked = check_entry(actor, entry, own=claim.pk, kept_day=kept_day).claim
    parties = Parties.of(claim)
    if checked.parties != parties:
        _cancel(actor, claim, "corrigée avant l’envoi : saisie de nouveau")
        return _write_instead(actor, claim, checked)
    if checked.stub != claim.stub_number:
        with _stub_taken_meanwhile():
            use_other_stub(claim.pk, parties, checked.stub)
    rewrite_claim(actor, claim.pk, checked)
    return claim_by_id(actor, year, claim.pk)


@transaction.atomic
def submit_claims(*, actor: Actor, claim_ids: Sequence[int], year: int) -> int:
    """Send entered attestations of one year of care; return how many were still to be sent.

    A centre's are decided at once; a facility's by a job of the federation that treats them.
    """
    require(actor, Permission.ENTER_CLAIMS)
    in_sight = visible_claims(actor).filter(
        care_year=year, pk__in=claim_ids, state=State.ENTERED.value
    )
    found = list(in_sight)
    for one in found:
        _check_move(actor, one, State.SUBMITTED)
    ids = [one.pk for one in found]
    moved = set(move_claims(actor, ids, year, sources=[State.ENTERED], target=State.SUBMITTED))
    _have_decided(actor, [one for one in found if one.pk in moved])
    return len(moved)


@transaction.atomic
def cancel_claim(*, actor: Actor, claim_id: int, year: int, because: str, version: int) -> Claim:
    """Cancel an attestation that is not decided, saying why; its stub may serve again."""
    require(actor, Permission.SEE_CLAIMS)
    reason = told_reason(because)
    claim = _held(actor, claim_id, year, version)
    _cancel(actor, claim, reason)
    return claim


@transaction.atomic
def replace_claim(
    *,
    actor: Actor,
    claim_id: int,
    year: int,
    entry: NewClaim,
    because: str,
    version: int,
) -> Claim:
    """Correct a decided attestation: another takes its place, under the same stub if so written.

    The decision of the former counts no more; that of the new one says the difference. What was
    put to payment stays on its invoice and is owed back, and the new one waits for another
    invoice; where the former was final, or a person had read it, a person reads the new one: what
    a reader took off does not come back by itself.
    """
    require(actor, Permission.ENTER_CLAIMS)
    reason = told_reason(because)
    _check_move(actor, claim_by_id(actor, year, claim_id), State.SUPERSEDED)
    # As everyone who decides: the household's accounts first, then the claim.
    lock_accounts([claim_id], year)
    claim = _held(actor, claim_id, year, version)
    entry = _received(actor, entry, claim.received_on)
    checked = check_entry(actor, entry, own=claim.pk, kept_day=claim.received_on).claim
    why_read = _why_read(claim)
    retire_decisions([claim.pk], year)
    is_billed = claim.state in (State.INVOICED, State.PAID)
    stays_on, invoice_id = (claim.invoice_id, None) if is_billed else (None, claim.invoice_id)
    move_claim(
        actor,
        claim,
        State.SUPERSEDED,
        side=side_of(actor, claim),
        reason=reason,
        invoice_id=stays_on,
    )
    free_stub(claim.pk, Parties.of(claim))
    made = _write_instead(actor, claim, checked, invoice_id=invoice_id, path=_SENT)
    _have_decided(actor, [made], read_because=why_read)
    return made


def _why_read(former: Claim) -> str:
    """Say why a person reads what takes a claim's place; empty: only the rules may ask for it."""
    if former.state in SETTLED:
        return f"remplace une attestation {State(former.state).label}"
    return "remplace une attestation qu’une personne a lue" if was_read(former) else ""


def decide_sent(*, actor: Actor, claim_ids: Sequence[int], year: int) -> Tally:
    """Decide those of the claims that still wait for it: for a job, which may run twice."""
    require(actor, Permission.CHECK_CLAIMS)
    waiting = Claim.objects.filter(
        care_year=year,
        pk__in=claim_ids,
        processing_id=actor.tenant_id,
        state=State.SUBMITTED.value,
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    return _decided(actor, ids, year) if ids else Tally()


def _have_decided(actor: Actor, claims: Sequence[Claim], *, read_because: str = "") -> None:
    """Have claims that were sent decided in the federation that treats them.

    Who entered them decides nothing: the system does, or a person, where ``read_because`` says so.
    """
    by_side: dict[tuple[int, int], list[int]] = {}
    for one in claims:
        by_side.setdefault((one.processing_id, one.care_year), []).append(one.pk)
    for (processing_id, year), ids in sorted(by_side.items()):
        with as_system_of(processing_id) as system:
            if actor.role is not Role.FACILITY_USER:
                _decided(system, ids, year, read_because)
                continue
            request_job(
                actor=system,
                kind=DECIDE_JOB,
                title="Contrôle des attestations reçues",
                parameters={"claim_ids": ids, "year": year},
            )


def _decided(actor: Actor, claim_ids: Sequence[int], year: int, read_because: str = "") -> Tally:
    return decide_submitted(
        actor=actor,
        claim_ids=claim_ids,
        year=year,
        looks_for_signals=True,
        read_because=read_because,
    )


def _received(actor: Actor, entry: NewClaim, on: date) -> NewClaim:
    """Return an entry with its day of receipt: not a facility's to say, whatever the door.

    A centre writes the day on which the paper reached it.
    """
    return replace(entry, received_on=on) if actor.role is Role.FACILITY_USER else entry


def _write(actor: Actor, checked: CheckedClaim, origin: Origin) -> Claim:
    """Write a checked attestation; return it as it stands in memory."""
    centre_id = actor.unit_id if actor.role is Role.CENTRE_OPERATOR else None
    with _stub_taken_meanwhile():
        (pk,) = write_claims(actor, [checked], replace(origin, centre_id=centre_id))
    values: dict[str, Any] = {**checked.values(), "state": origin.path[-1].value}
    claim = Claim(
        pk=pk,
        **values,
        centre_id=centre_id,
        source=origin.source,
        supersedes_id=origin.supersedes_id,
        entered_by=actor.name,
        entered_by_user_id=actor.user_id,
    )
    claim._state.adding, claim._state.db = False, "default"
    return claim


def _write_instead(actor: Actor, former: Claim, checked: CheckedClaim, **told: Any) -> Claim:
    """Write what takes the place of a claim, with what is private of it."""
    origin = Origin(source=former.source, supersedes_id=former.pk, **told)
    made = _write(actor, checked, origin)
    carry_private(former.pk, former.care_year, made.pk, made.care_year)
    return made


@contextmanager
def _stub_taken_meanwhile() -> Iterator[None]:
    """Tell at its field a stub that another transaction took first."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = error.__cause__.diag.constraint_name if error.__cause__ else ""  # type: ignore[attr-defined]
        if name != "stub_used_once":
            raise
        raise Conflict(
            "Cette souche vient d’être saisie par quelqu’un d’autre : rien n’est enregistré.",
            field="stub",
        ) from error


def _cancel(actor: Actor, claim: Claim, reason: str) -> None:
    move_claim(actor, claim, State.CANCELLED, side=side_of(actor, claim), reason=reason)
    free_stub(claim.pk, Parties.of(claim))


def _held(actor: Actor, claim_id: int, year: int, version: int) -> Claim:
    return hold_claim(visible_claims(actor), claim_id=claim_id, year=year, version=version)


def _check_move(actor: Actor, claim: Claim, target: State) -> None:
    check_move(State(claim.state), target, side=side_of(actor, claim), role=actor.role)


def _require_start(actor: Actor) -> None:
    sides = {Role.FACILITY_USER: Side.FACILITY, Role.SYSTEM: Side.SYSTEM}
    side = sides.get(actor.role, Side.PROCESSING)
    check_move(None, State.ENTERED, side=side, role=actor.role)


def _source(actor: Actor) -> str:
    is_facility = actor.role is Role.FACILITY_USER
    return (Claim.Source.FACILITY if is_facility else Claim.Source.CENTRE).value
