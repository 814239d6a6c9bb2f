"""Writes attestations as rows: claims, lines, decisions, steps, reasons, stubs, readings.

Set-based, in the scope of the federation that processed them, through every policy and key.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from claims.models import Claim, Review
from claims.services.decision_rows import cut_values, line_values
from conamus.demo.care.history import Attestation, Read
from conamus.demo.care.invoices import InvoiceBook
from federations.services.bulk import insert_rows, reserve_ids

_CLAIM = ("id", "care_year", "tenant_id", "processing_id", "facility_id", "household_id",
          "beneficiary_id", "person_id", "unit_id", "centre_id", "stub_number", "care_kind",
          "starts_on", "ends_on", "received_on", "invoice_id", "told_total_francs",
          "asked_francs", "state", "state_since", "decision_id", "review_rank", "source",
          "entered_by", "entered_by_user_id", "entered_at", "version")  # fmt: skip
_OF = ("care_year", "tenant_id", "processing_id", "facility_id")
_LINE = (*_OF, "claim_id", "position", "act_id", "quantity", "unit_price_francs", "asked_francs")
_DECISION = ("id", *_OF, "claim_id", "number", "kind", "household_id", "person_id", "care_on",
             "package_id", "rights_sentence", "decided_by", "decided_by_user_id",
             "decided_at")  # fmt: skip
_DECIDED = (*_OF, "decision_id", "position", "act_id", "family", "quantity", "percent",
            "asked_francs", "agreed_francs", "covered_francs", "deductible_francs",
            "copayment_francs", "ceiling_cut_francs", "other_payer_francs", "mutuelle_francs",
            "patient_francs")  # fmt: skip
_CUT = (*_OF, "decision_id", "position", "rank", "code", "francs", "bearer", "facts",
        "private_facts")  # fmt: skip
_STEP = (*_OF, "claim_id", "from_state", "to_state", "reason", "by_name", "by_user_id",
         "by_role", "at")  # fmt: skip
_STUB = ("tenant_id", "number", "facility_id", "claim_id", "care_year")
_REVIEW = ("id", *_OF, "claim_id", "stage", "outcome", "note", "is_sampled", "decision_id",
           "reviewed_by", "reviewed_by_user_id", "reviewed_at", "taken_off_francs")  # fmt: skip
_FINDING = (*_OF, "review_id", "claim_id", "position", "reason", "is_all", "to_quantity",
            "note")  # fmt: skip
#: Who enters a reason may not read it back: no COPY through a table made of the real one.
_DIAGNOSES = """
INSERT INTO claims_claimdiagnosis (
    id, note, care_year, tenant_id, processing_id, facility_id, claim_id, reason_id, written_at)
SELECT gen_random_uuid(), '', t.*
FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],
            %s::timestamptz[]) t
"""

Cells = tuple[object, ...]


def insert_attestations(made: Sequence[Attestation], book: InvoiceBook) -> int:
    """Write attestations that one federation processed; return how many rows."""
    decided = [one for one in made if one.adjudication is not None]
    decisions = dict(
        zip(
            (one.case.claim_id for one in decided),
            reserve_ids("claims_decision", len(decided)),
            strict=True,
        )
    )
    written = insert_rows("claims_claim", _CLAIM, _claims(made, decisions, book))
    written += insert_rows("claims_claimline", _LINE, _lines(made))
    written += insert_rows("claims_decision", _DECISION, _decisions(decided, decisions))
    written += insert_rows("claims_decisionline", _DECIDED, _decided(decided, decisions))
    written += insert_rows("claims_decisioncut", _CUT, _cuts(decided, decisions))
    written += insert_rows("claims_claimstep", _STEP, _steps(made))
    written += insert_rows("claims_stubuse", _STUB, _stubs(made))
    _insert_diagnoses(made)
    return written + len(made) + _insert_reviews(decided, decisions)


def _of(one: Attestation) -> Cells:
    case = one.case
    return (case.care.starts_on.year, case.tenant_id, case.processing_id, case.facility_id)


def _claims(
    made: Iterable[Attestation], decisions: dict[int, int], book: InvoiceBook
) -> Iterator[Cells]:
    for one in made:
        case, care, person = one.case, one.case.care, one.visit.person
        is_own = case.tenant_id == case.processing_id
        asked = sum(line.asked_francs for line in one.bill.lines)
        yield (
            case.claim_id, *_of(one), case.household_id, person.pk, case.person_id, one.unit_id,
            person.centre_id if is_own else None, one.visit.stub, care.kind.value,
            care.starts_on, care.ends_on, care.received_on, book.key_of(one.invoice), asked, asked,
            one.steps[-1].target.value, _moment(one, len(one.steps) - 1),
            decisions.get(case.claim_id), one.review_rank,
            (Claim.Source.FACILITY if one.is_live else Claim.Source.CENTRE).value,
            one.entered_by.name, one.entered_by.user_id, _moment(one, 0), len(one.steps),
        )  # fmt: skip


def _moment(one: Attestation, rank: int) -> str:
    """The moment of a step: its day, and an hour of work that follows the step before."""
    minute = 8 * 60 + one.case.claim_id % 400 + rank * 4
    return f"{one.steps[rank].on} {minute // 60:02d}:{minute % 60:02d}+02"


def _lines(made: Iterable[Attestation]) -> Iterator[Cells]:
    for one in made:
        of, case = _of(one), one.case
        for position, line in enumerate(one.bill.lines, start=1):
            yield (*of, case.claim_id, position, case.act_ids[position], line.quantity,
                   line.price_francs, line.asked_francs)  # fmt: skip


def _decisions(decided: Iterable[Attestation], keys: dict[int, int]) -> Iterator[Cells]:
    for one in decided:
        case, rank = one.case, _decided_at(one)
        by = one.steps[rank].by
        yield (keys[case.claim_id], *_of(one), case.claim_id, 1, one.kind.value,
               case.household_id, case.person_id, case.care.starts_on, case.package_id,
               case.care.rights.sentence[:300], by.name, by.user_id,
               _moment(one, rank))  # fmt: skip


def _decided_at(one: Attestation) -> int:
    return next(rank for rank, step in enumerate(one.steps) if step.target == "decided")


def _decided(decided: Iterable[Attestation], keys: dict[int, int]) -> Iterator[Cells]:
    for one in decided:
        of, key = _of(one), keys[one.case.claim_id]
        for line in one.adjudication.lines if one.adjudication else ():
            _, *values = line_values(one.case, line)
            yield (*of, key, *values)


def _cuts(decided: Iterable[Attestation], keys: dict[int, int]) -> Iterator[Cells]:
    for one in decided:
        of, key = _of(one), keys[one.case.claim_id]
        for line in one.adjudication.lines if one.adjudication else ():
            for cut in cut_values(one.case, line):
                told = (
                    json.dumps(cut[name], ensure_ascii=False) for name in ("facts", "private_facts")
                )
                yield (*of, key, cut["position"], cut["rank"], cut["code"], cut["francs"],
                       cut["bearer"], *told)  # fmt: skip


def _steps(made: Iterable[Attestation]) -> Iterator[Cells]:
    for one in made:
        of, key = _of(one), one.case.claim_id
        for rank, step in enumerate(one.steps):
            by = step.by
            yield (*of, key, step.source, step.target.value, step.reason, by.name, by.user_id,
                   by.role.value, _moment(one, rank))  # fmt: skip


def _stubs(made: Iterable[Attestation]) -> Iterator[Cells]:
    """That a stub was used: once, whoever bears it again."""
    for one in made:
        if one.visit.twin is not None:
            continue
        case = one.case
        yield (case.processing_id, one.visit.stub, case.facility_id, case.claim_id,
               case.care.starts_on.year)  # fmt: skip


def _insert_diagnoses(made: Sequence[Attestation]) -> None:
    rows = [(*_of(one), one.case.claim_id, one.reason_id, _moment(one, 0)) for one in made]
    with connection.cursor() as cursor:
        cursor.execute(_DIAGNOSES, [list(column) for column in zip(*rows, strict=True)])


def _insert_reviews(decided: Sequence[Attestation], keys: dict[int, int]) -> int:
    read = [(one, read) for one in decided for read in [one.read] if read is not None]
    ids = iter(reserve_ids("claims_review", len(read) + sum(r.has_second for _, r in read)))
    reviews: list[Cells] = []
    findings: list[Cells] = []
    for one, done in read:
        if done.has_second:
            reviews.append(_review(next(ids), one, done, None, "second_reader", "medical"))
        key = next(ids)
        stage = "second" if done.has_second else "medical"
        reviews.append(_review(key, one, done, keys[one.case.claim_id], done.outcome, stage))
        findings.extend(_findings(key, one, done))
    return insert_rows("claims_review", _REVIEW, reviews) + insert_rows(
        "claims_reviewfinding", _FINDING, findings
    )


def _review(
    key: int, one: Attestation, done: Read, decision: int | None, outcome: str, stage: str
) -> Cells:
    rank = _decided_at(one)
    after = one.adjudication.mutuelle_francs if one.adjudication else 0
    taken = done.before_francs - after if decision else 0
    return (key, *_of(one), one.case.claim_id, Review.Stage(stage).value,
            Review.Outcome(outcome).value, "", done.is_sampled, decision, done.by.name,
            done.by.user_id, _moment(one, rank), taken)  # fmt: skip


def _findings(review: int, one: Attestation, done: Read) -> Iterator[Cells]:
    for cut in done.cuts:
        yield (*_of(one), review, one.case.claim_id, cut.position, cut.reason, cut.is_all,
               None if cut.to_quantity is None else int(cut.to_quantity), cut.note)  # fmt: skip
