"""Writes a federation's rows: households, people, enrolments, payments, promises."""

from itertools import repeat

from conamus.demo.contributions import Contributions
from conamus.demo.contributions.payments import BUYER
from conamus.demo.loading.keys import Keys
from conamus.demo.members import Membership
from conamus.demo.members.people import head_birth_years, head_names
from conamus.demo.plan import NetworkPlan
from federations.services.bulk import insert_rows, reserve_ids

_RECORDED_BY = "données de démonstration"


def insert_membership(
    plan: NetworkPlan,
    keys: Keys,
    tenant: str,
    members: Membership,
    money: Contributions,
    scales: dict[int, int],
) -> int:
    """Write one federation's rows; return how many."""
    tenant_id = keys.tenants[tenant]
    units = [keys.units[unit.key] for unit in plan.insuring_units(tenant)]
    enrolments = reserve_ids("membership_enrolment", len(members.enrolments))
    promises = reserve_ids("membership_promise", len(money.promises))
    return (
        _insert_people(keys, tenant_id, units, members, money, enrolments, scales)
        + _insert_payments(tenant_id, units, members, enrolments, money, promises)
        + _insert_promises(tenant_id, enrolments, money, promises)
    )


def _insert_people(
    keys: Keys,
    tenant_id: int,
    units: list[int],
    members: Membership,
    money: Contributions,
    enrolments: range,
    scales: dict[int, int],
) -> int:
    households = reserve_ids("membership_household", len(members.households))
    births = head_birth_years(members.people)
    place = keys.current_place
    written = insert_rows(
        "membership_household",
        ("id", "tenant_id", "unit_id", "number", "colline_id", "registered_on", "category",
         "phone", "other_cover", "other_cover_number"),
        (
            (households[position], tenant_id, units[unit], number, place(colline), registered,
             money.categories.get(position, "ordinary"), money.phones.get(position, ""),
             "cam" if position in money.covers else "", money.covers.get(position, ""))
            for position, unit, number, colline, registered in members.households
        ),
    )  # fmt: skip
    written += insert_rows(
        "membership_beneficiary",
        ("tenant_id", "household_id", "number", "family_name", "given_name", "sort_key",
         "search_key", "sex", "birth_date", "is_birth_estimated", "relationship", "joined_on",
         "given_key", "phonetic_key", "person_id", "declared_on"),
        ((tenant_id, households[row[0]], *row[1:]) for row in members.people),
    )  # fmt: skip
    written += insert_rows(
        "membership_enrolment",
        ("id", "tenant_id", "household_id", "unit_id", "year_id", "colline_id", "enrolled_on",
         "is_renewal", "is_same_unit", "head_sex", "males", "females",
         "head_birth_year", "scale_id", "category", "contribution_francs", "joining_fee_francs",
         "payer_francs", "payer"),
        (
            (key, tenant_id, households[position], units[unit], year, place(colline), *declared,
             births[position], scales[year], *due)
            for key, (position, unit, year, colline, *declared), due in zip(
                enrolments, members.enrolments, money.dues, strict=True
            )
        ),
    )  # fmt: skip
    return written


def _insert_payments(
    tenant_id: int,
    units: list[int],
    members: Membership,
    enrolments: range,
    money: Contributions,
    promises: range,
) -> int:
    promised = {index: key for key, (index, *_) in zip(promises, money.promises, strict=True)}
    heads = head_names(members.people)
    written = insert_rows(
        "membership_receiptbook",
        ("tenant_id", "unit_id", "year", "last_number"),
        ((tenant_id, units[unit], year, last) for (unit, year), last in money.books.items()),
    )
    return written + insert_rows(
        "membership_payment",
        ("tenant_id", "enrolment_id", "unit_id", "receipt_year", "receipt_number",
         "amount_francs", "contribution_francs", "fee_francs", "federation_francs",
         "confederation_francs", "method", "payer", "reference", "payer_phone", "received_on",
         "recorded_by", "recorded_at", "promise_id", "head_name"),
        (
            (tenant_id, enrolments[enrolment], units[unit], *rest, _RECORDED_BY,
             f"{rest[-1]} 10:00+02", promised.get(enrolment) if "harvest" in rest else None,
             heads[members.enrolments[enrolment][0]])
            for enrolment, unit, *rest in money.payments
        ),
    )  # fmt: skip


def _insert_promises(tenant_id: int, enrolments: range, money: Contributions, ids: range) -> int:
    written = insert_rows(
        "membership_promise",
        ("id", "tenant_id", "enrolment_id", "amount_francs", "signed_on", "buyer", "state",
         "answered_on", "answered_by", "answer"),
        (
            (key, tenant_id, enrolments[index], amount, signed, BUYER, "accepted", signed,
             _RECORDED_BY, "")
            for key, (index, amount, signed, _) in zip(ids, money.promises, strict=True)
        ),
    )  # fmt: skip
    return written + insert_rows(
        "membership_promiseinstalment",
        ("tenant_id", "promise_id", "due_on", "amount_francs"),
        (
            (tenant, key, due_on, amount)
            for tenant, key, (_, amount, _, due_on) in zip(
                repeat(tenant_id), ids, money.promises, strict=False
            )
        ),
    )
