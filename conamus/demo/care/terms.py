"""Writes the demonstration's terms of care: CONAMUS's lists and packages, federations' agreements.

Set-based, in the scope that the loader has opened for each tenant. ``Keys`` receives what the
claims refer to: acts, reasons, packages and agreements by their own names.
"""

from datetime import date

from conamus.demo.care.agreements import SUSPENDED_BECAUSE, plan_agreements, plan_books
from conamus.demo.care.catalogue import FIRST_DAY, plan_tariffs, read_acts, read_reasons
from conamus.demo.care.packages import PACKAGE_YEARS, clauses_of, derogation_of
from conamus.demo.care.season import MONTHS, demo_seed
from conamus.demo.loading.keys import Keys
from conamus.demo.loading.network import NAMED, named
from conamus.demo.network import CONFEDERATION, FederationFacts
from conamus.demo.plan import NetworkPlan
from federations.services.bulk import insert_rows, reserve_ids

_BY = "données de démonstration"
#: What CONAMUS's terms of control say from the first day (ours).
ACCEPTED_BELOW_FRANCS = 15_000
SAMPLE_PERCENT = 2
SECOND_READER_FROM_FRANCS = 100_000
REPLY_DAYS = CONTEST_DAYS = 30
MOST_DEFERRALS, DEFERRAL_DAYS = 2, 60
_CLAUSE = ("kind", "family", "level", "ownership", "care_kind", "sex", "age_to", "percent",
           "francs", "quantity", "scope", "paper", "bearer", "payer", "is_chronic",
           "is_maternity", "other_cover", "owed_sex", "wording")  # fmt: skip
_EMPTY = {"age_to": None, "percent": None, "francs": None, "quantity": None,
          "is_chronic": False, "is_maternity": False}  # fmt: skip


def insert_care_terms(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> None:
    """Write a tenant's terms of care; CONAMUS's come first."""
    if facts is CONFEDERATION:
        tenant_id = keys.tenants[facts.code]
        _insert_acts(keys, tenant_id)
        _insert_reasons(keys, tenant_id)
        _insert_tariffs(keys, tenant_id)
        _insert_control(tenant_id)
    else:
        _insert_seeds(keys.tenants[facts.code])
        _insert_agreements(plan, keys, facts)
        _insert_books(plan, keys, facts)
    _insert_packages(keys, facts)


def _insert_acts(keys: Keys, tenant_id: int) -> None:
    acts = read_acts()
    ids = reserve_ids("claims_act", len(acts))
    keys.acts = {act.code: key for act, key in zip(acts, ids, strict=True)}
    insert_rows(
        "claims_act",
        ("id", "tenant_id", *NAMED, "code", "family", "strength", "form", "atc"),
        (
            (keys.acts[a.code], tenant_id, *named(a.name), a.code, a.family.value, a.strength,
             a.form, a.atc)
            for a in acts
        ),
    )  # fmt: skip


def _insert_reasons(keys: Keys, tenant_id: int) -> None:
    reasons = read_reasons()
    ids = reserve_ids("claims_carereason", len(reasons))
    keys.reasons = {reason.code: key for reason, key in zip(reasons, ids, strict=True)}
    insert_rows(
        "claims_carereason",
        ("id", "tenant_id", *NAMED, "code", "icd10", "is_chronic", "is_maternity",
         "usual_treatment"),
        (
            (keys.reasons[r.code], tenant_id, *named(r.name), r.code, r.icd10, r.is_chronic,
             r.is_maternity, r.usual_treatment)
            for r in reasons
        ),
    )  # fmt: skip


def _insert_tariffs(keys: Keys, tenant_id: int) -> None:
    insert_rows(
        "claims_tariff",
        ("tenant_id", "act_id", "level", "ownership", "price_francs", "starts_on", "ends_on"),
        (
            (tenant_id, keys.acts[t.act], t.level, t.ownership, t.price_francs, t.starts_on,
             t.ends_on)
            for t in plan_tariffs()
        ),
    )  # fmt: skip


def _insert_control(tenant_id: int) -> None:
    insert_rows(
        "claims_controlterms",
        ("tenant_id", "in_force_from", "accepted_below_francs", "sample_percent",
         "second_reader_from_francs", "reply_days", "contest_days", "most_deferrals",
         "deferral_days", "adopted_by"),
        [(tenant_id, FIRST_DAY, ACCEPTED_BELOW_FRANCS, SAMPLE_PERCENT,
          SECOND_READER_FROM_FRANCS, REPLY_DAYS, CONTEST_DAYS, MOST_DEFERRALS,
          DEFERRAL_DAYS, _BY)],
    )  # fmt: skip


def _insert_seeds(tenant_id: int) -> None:
    insert_rows(
        "claims_sampleseed",
        ("tenant_id", "month", "seed"),
        [(tenant_id, month, demo_seed(tenant_id, month)) for month in MONTHS],
    )


def _insert_packages(keys: Keys, facts: FederationFacts) -> None:
    """Write a tenant's packages: CONAMUS's, adopted as they are but for a derogation."""
    tenant_id = keys.tenants[facts.code]
    ids = reserve_ids("claims_benefitpackage", len(PACKAGE_YEARS))
    packages = dict(zip(PACKAGE_YEARS, ids, strict=True))
    keys.packages |= {(facts.code, year): key for year, key in packages.items()}
    rows = []
    for year, key in packages.items():
        derogation = derogation_of(facts.code, year)
        template = None if facts is CONFEDERATION else keys.packages[CONFEDERATION.code, year]
        rows.append(
            (key, tenant_id, year, "in_force", template, 90, True,
             derogation.decided_on if derogation else None,
             derogation.reason if derogation else "", date(year, 1, 1), _BY)
        )  # fmt: skip
    insert_rows(
        "claims_benefitpackage",
        ("id", "tenant_id", "year_id", "state", "template_id", "late_after_days",
         "accepts_unpriced", "derogation_on", "derogation_reason", "in_force_from",
         "adopted_by"),
        rows,
    )  # fmt: skip
    insert_rows(
        "claims_packageclause",
        ("tenant_id", "package_id", *_CLAUSE),
        (
            (tenant_id, key, *(clause.get(name, _EMPTY.get(name, "")) for name in _CLAUSE))
            for year, key in packages.items()
            for clause in clauses_of(facts.code, year)
        ),
    )


def _insert_agreements(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> None:
    tenant_id = keys.tenants[facts.code]
    agreements = [one for one in plan_agreements(plan) if one.tenant == facts.code]
    ids = reserve_ids("claims_agreement", len(agreements))
    insert_rows(
        "claims_agreement",
        ("id", "tenant_id", "facility_id", "number", "starts_on", "payment_term_days",
         "ended_because", "advance_francs", "advance_percent", "advance_months"),
        (
            (key, tenant_id, keys.facilities[a.facility], a.number, a.starts_on,
             a.payment_term_days, "", a.advances.francs, a.advances.percent,
             a.advances.months)
            for key, a in zip(ids, agreements, strict=True)
        ),
    )  # fmt: skip
    insert_rows(
        "claims_agreementsuspension",
        ("tenant_id", "agreement_id", "facility_id", "starts_on", "ends_on", "reason"),
        (
            (tenant_id, key, keys.facilities[a.facility], *a.suspended, SUSPENDED_BECAUSE)
            for key, a in zip(ids, agreements, strict=True)
            if a.suspended
        ),
    )


def _insert_books(plan: NetworkPlan, keys: Keys, facts: FederationFacts) -> None:
    insert_rows(
        "claims_stubbook",
        ("tenant_id", "facility_id", "prefix", "first_number", "last_number", "issued_on",
         "is_take_on"),
        (
            (keys.tenants[book.tenant], keys.facilities[book.facility], book.prefix, book.first,
             book.last, book.issued_on, False)
            for book in plan_books(plan)
            if book.tenant == facts.code
        ),
    )  # fmt: skip
