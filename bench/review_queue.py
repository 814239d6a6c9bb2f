"""Server time of the readers' queue with 300,000 claims in the year, and of a case's page.

A tenth of the claims wait for a reader. The adviser sees every federation's, the nurse her own. The
bound is a page that asks nothing of its own.

    python -m bench review_queue          (the network loaded first)
"""

import argparse
import logging
from collections.abc import Iterator

from django.db import connections
from django.test import Client, override_settings

from bench.care_table import (
    BULK,
    MARK,
    YEAR,
    add_claims,
    fill_up_to,
    remove_claims,
    superuser,
)
from bench.measure import Figure, median_seconds, report
from bench.portal_pages import EMPTY_PAGE, network_is_missing, page_settings, signed_in
from federations.rules.roles import Role

MOST_MILLISECONDS = 100
#: A case's page reads the rights, ceilings, past care and the facility's peers besides.
MOST_CASE_MILLISECONDS = 200
CLAIMS = 300_000
ONE_IN = 10
REAL = 20
QUEUE = "/soins/examens/"
PAGES = (QUEUE, f"{QUEUE}?page=4", f"{QUEUE}?stage=second", f"{QUEUE}?q=centre")
_WAIT = """
UPDATE claims_claim
SET state = 'to_review', decision_id = NULL, review_rank = id * 7919 %% 100000
WHERE care_year = %(year)s AND state IN ('paid', 'submitted')
  AND (stub_number LIKE %(mark)s || '%%' OR stub_number LIKE %(bulk)s || '%%' AND id %% %(one)s = 0)
"""
_STEPS = """
INSERT INTO claims_claimstep (
    care_year, tenant_id, processing_id, facility_id, claim_id, from_state, to_state, reason,
    by_name, by_role)
SELECT c.care_year, c.tenant_id, c.processing_id, c.facility_id, c.id, 'checked', 'to_review',
       'montant élevé', 'bench', 'system'
FROM claims_claim c
WHERE c.care_year = %(year)s AND c.state = 'to_review'
  AND (c.stub_number LIKE %(mark)s || '%%' OR c.stub_number LIKE %(bulk)s || '%%')
"""


def main() -> int:
    """Fill the table, measure both readers' pages, take the filling out again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    if network_is_missing():
        return 2
    logging.disable(logging.WARNING)
    try:
        cases = add_claims(REAL, MARK)
        fill_up_to(CLAIMS - _present())
        _let_wait()
        with override_settings(**page_settings()):
            return report(list(_figures(cases[0], rounds)))
    finally:
        remove_claims()


def _present() -> int:
    """How many claims of the year the demonstration holds already."""
    with connections["loader"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM claims_claim WHERE care_year = %s", [YEAR])
        return int(cursor.fetchone()[0])


def _let_wait() -> None:
    values = {"year": YEAR, "mark": MARK, "bulk": BULK, "one": ONE_IN}
    with superuser() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_WAIT, values)
        cursor.execute(_STEPS, values)
        cursor.execute("VACUUM ANALYZE claims_claim, claims_claimstep")


def _figures(case: int, rounds: int) -> Iterator[Figure]:
    for role in (Role.MEDICAL_ADVISER, Role.ADVISING_NURSE):
        client = signed_in(role)
        bound = _milliseconds(client, EMPTY_PAGE, rounds)
        for path in PAGES:
            yield Figure(
                name=f"{role.value} {path}",
                measured=_milliseconds(client, path, rounds),
                bound=bound,
                limit=MOST_MILLISECONDS,
                unit="ms",
            )
        yield Figure(
            name=f"{role.value}, a case",
            measured=_milliseconds(client, f"{QUEUE}{YEAR}/{case}/", rounds),
            bound=bound,
            limit=MOST_CASE_MILLISECONDS,
            unit="ms",
        )
    yield Figure(name="claims of the year", measured=_present(), limit=CLAIMS * 2, unit="claims")


def _milliseconds(client: Client, path: str, rounds: int) -> float:
    def ask() -> None:
        answer = client.get(path, secure=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    return 1000 * median_seconds(ask, rounds=rounds)
