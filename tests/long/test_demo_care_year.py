"""The year of care of a demonstration whose database and worker are killed while it is loaded.

The year is loaded in pieces by a job: what is killed goes on where it was, and the end is whole.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.long.test_demo_life import Demo, reachable
from tests.standalone.conftest import wait_for

_JOB = "SELECT {} FROM federations_job WHERE kind = 'demo_care_year'"
_SECONDS = 1_500


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    one = Demo(reachable(tmp_path_factory.mktemp("demo")) / "var", care_year=True)
    one.start()
    yield one
    one.stop()


def _claims(demo: Demo) -> int:
    return int(demo.ask("loader", "SELECT count(*) FROM claims_claim"))


def _kill(demo: Demo, words: str) -> None:
    killed = demo.main_process(words)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: demo.main_process(words) not in (None, killed), 120), demo.said()
    assert wait_for(lambda: demo.answers("/readyz") == 200, 120), demo.said()


def _wait_for_claims(demo: Demo, count: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while _claims(demo) < count:
        assert demo.ask("loader", _JOB.format("state || reason")) in ("queued", "running")
        assert time.monotonic() < deadline, demo.said()
        time.sleep(5)


def test_killed_in_its_middle_the_year_ends_whole(demo: Demo) -> None:
    _wait_for_claims(demo, 20_000)
    kept = _claims(demo)
    _kill(demo, "/postgres -D")
    assert _claims(demo) >= kept
    _wait_for_claims(demo, kept + 20_000)
    _kill(demo, "conamus worker")
    deadline = time.monotonic() + _SECONDS
    while demo.ask("loader", _JOB.format("state")) in ("queued", "running"):
        assert time.monotonic() < deadline, demo.said()
        time.sleep(5)
    assert demo.ask("loader", _JOB.format("state || reason")) == "done"
    assert not demo.ended()
    told = int(demo.ask("loader", _JOB.format("result ->> 'claims'")))
    assert _claims(demo) == told > 200_000
    assert not (demo.var / "demo-notice.txt").exists()
    assert demo.said().count("est relancé") == 2


def test_every_claim_has_its_lines_and_every_invoice_its_claims(demo: Demo) -> None:
    """Nothing half-written, nothing written twice."""
    lacking = (
        "SELECT count(*) FROM claims_claim c WHERE {} (SELECT FROM {} t"
        " WHERE t.care_year = c.care_year AND t.claim_id = c.id)"
    )
    for table in ("claims_claimline", "claims_claimstep", "claims_claimdiagnosis"):
        assert demo.ask("loader", lacking.format("NOT EXISTS", table)) == "0"
    twice = "SELECT count(*) - count(DISTINCT (tenant_id, number)) FROM claims_facilityinvoice"
    assert demo.ask("loader", twice) == "0"
    assert (
        demo.ask(
            "loader",
            "SELECT count(*) FROM (SELECT i.id FROM claims_facilityinvoice i"
            " LEFT JOIN claims_claim c ON c.invoice_id = i.id"
            " GROUP BY i.id, i.told_count HAVING count(c.id) <> i.told_count) t",
        )
        == "0"
    )


def test_visits_cover_the_whole_year_once(demo: Demo) -> None:
    """Two by each federation's nurse and two by CONAMUS's adviser, though the job was killed."""
    told = demo.ask(
        "loader",
        "SELECT string_agg(kind || ' ' || state || ' ' || count, ', ' ORDER BY kind, state) FROM ("
        " SELECT f.kind, v.state, count(*) FROM claims_visit v"
        " JOIN federations_federation f ON f.id = v.tenant_id GROUP BY 1, 2) t",
    )
    assert told == (
        "confederation answered 1, confederation planned 1, federation closed 5, federation sent 5"
    )
    unseen = "SELECT count(*) FROM claims_visitclaim w JOIN claims_visit v ON v.id = w.visit_id {}"
    assert demo.ask("loader", unseen.format("")) != "0"
    left = "WHERE v.state = 'closed' AND (w.verdict = '' OR w.proposed_francs > 0 AND {})"
    unsettled = "w.recovered_francs IS NULL AND w.waived_because = ''"
    assert demo.ask("loader", unseen.format(left.format(unsettled))) == "0"


def test_the_regulator_reads_the_whole_year(demo: Demo) -> None:
    """It is released once it is whole, and not while it is loaded."""
    released = demo.ask(
        "loader",
        "SELECT coalesce(sum((p ->> 'cases')::integer), 0) FROM prudential_releasedfigures r"
        " CROSS JOIN LATERAL jsonb_array_elements(r.figures -> 'parts') p"
        " WHERE r.subject = 'care'",
    )
    counted = "SELECT count(*) FROM claims_claim WHERE state NOT IN ('cancelled', 'superseded')"
    assert released == demo.ask("loader", counted) != "0"
