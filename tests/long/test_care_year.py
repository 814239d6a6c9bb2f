"""A year of care over the network: what is loaded adds up, and deciding it again gives the same."""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count, F, Q, Sum

from claims.models import (
    Claim,
    ClaimSignal,
    Decision,
    DecisionLine,
    FacilityInvoice,
    InvoiceEntry,
    Review,
    Visit,
    VisitClaim,
)
from claims.rules.adjudication import adjudicate
from claims.rules.states import MOVES, State
from claims.rules.stubs import parse_stub
from claims.selectors.care_facts import load_cases
from claims.services.care_sums import recount_all_care
from claims.services.facility_signals import raise_all_facility_signals
from claims.services.finality import make_all_final
from claims.services.later_signals import look_again_everywhere
from claims.services.signals import raise_signals
from conamus.demo.care.facility_visits import write_visits
from conamus.demo.care.frauds import KINDS, PlantedFraud, read_frauds
from conamus.demo.care.places import CENTRE_SHARE, HOSPITAL_SHARE
from conamus.demo.care.season import CONTEST_DAYS, MONTHS, TODAY
from conamus.demo.care.year import YearLoaded, load_year
from conamus.demo.loading.run import demo_actor
from conamus.demo.network import FEDERATIONS
from conamus.demo.plan import plan_network
from federations.models import Federation
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.models import Backdating
from tests import databases
from tests.claims.test_care_sums import kept

#: The two that are quick to load; one of them is published.
CODES = ("TUGARUKIRAMAGARA", "TWITEHO")
YEARS = (2024, 2025)


_MIX = """
SELECT f.facility_type, f.ownership = 'public', age(c.starts_on, b.birth_date) < interval '5 years',
       count(*), sum(c.asked_francs)
FROM claims_claim c
JOIN federations_healthfacility f ON f.id = c.facility_id
JOIN membership_beneficiary b ON b.tenant_id = c.tenant_id AND b.id = c.beneficiary_id
WHERE c.care_year = ANY (%s) AND c.tenant_id = %s
GROUP BY 1, 2, 3
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture(scope="module")
def year(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, files: Path
) -> Iterator[YearLoaded]:
    """The year of two federations in a copy of the network, broken off and gone on with."""
    patch = pytest.MonkeyPatch()
    patch.setattr("django.conf.settings.VAR_DIR", files)
    name = databases.copy_of(databases.demo_database(), f"conamus_care_{os.getpid()}")
    with django_db_blocker.unblock(), databases.connected_to(name):
        begun = _begun_and_broken_off()
        loaded = load_year(plan_network(), progress=lambda *_: None, codes=CODES)
        assert 0 < begun < loaded.claims
        yield loaded
    databases.drop(name)
    patch.undo()


def _begun_and_broken_off() -> int:
    """Load some months and no more; return how many claims they are."""
    written = [0]

    def break_off(done: int, total: int, step: str) -> None:
        written[0] = done
        if total and done > total / 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_year(plan_network(), progress=break_off, codes=CODES)
    return written[0]


def actor_of(code: str) -> Actor:
    return demo_actor(Federation.objects.get(code=code).pk)


@contextmanager
def inside(code: str) -> Iterator[Actor]:
    actor = actor_of(code)
    with open_scope(actor, source="essai"):
        yield actor


def own_claims(code: str):
    return Claim.objects.filter(care_year__in=YEARS, tenant__code=code)


def treated(code: str):
    return Claim.objects.filter(care_year__in=YEARS, processing__code=code)


def honest_share(year: YearLoaded) -> float:
    return 1 - year.frauds / year.claims


class TestCounts:
    def test_a_beneficiary_year_has_about_106_hundredths_of_a_case(self, year: YearLoaded) -> None:
        for code in CODES:
            with inside(code) as actor, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT sum(males + females) / 2.0 FROM membership_enrolment"
                    " WHERE tenant_id = %s AND year_id IN (2024, 2025) AND enrolled_on <= %s",
                    [actor.tenant_id, TODAY],
                )
                [beneficiary_years] = cursor.fetchone()
                cases = own_claims(code).count() / float(beneficiary_years)
                assert 1.0 <= cases * honest_share(year) <= 1.1, code

    def test_a_decided_case_costs_what_is_published(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            held = DecisionLine.objects.filter(
                care_year__in=YEARS,
                tenant__code="TUGARUKIRAMAGARA",
                decision__superseded_at__isnull=True,
            )
            found = held.aggregate(
                francs=Sum("mutuelle_francs"), cases=Count("decision_id", distinct=True)
            )
        assert abs(found["francs"] / found["cases"] - 3_250) <= 3_250 * 0.02

    def test_every_month_has_care_and_more_after_the_rains(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            months = Counter(
                day.replace(day=1)
                for day in own_claims("TUGARUKIRAMAGARA").values_list("starts_on", flat=True)
            )
        assert set(months) == set(MONTHS)
        assert months[date(2024, 12, 1)] > 1.2 * months[date(2024, 8, 1)]
        assert months[date(2025, 5, 1)] > months[date(2025, 2, 1)]

    def test_some_are_treated_away_from_home(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            own = own_claims("TUGARUKIRAMAGARA")
            away = own.exclude(processing=F("tenant")).count()
            assert 0.01 < away / own.count() < 0.04
            assert (
                not treated("TUGARUKIRAMAGARA")
                .filter(centre__isnull=False)
                .exclude(tenant=F("processing"))
            )

    def test_centres_hospitals_and_ages_have_their_share(self, year: YearLoaded) -> None:
        """What came in the tables of the draw that tests/demo/test_care_mix.py looks at."""
        with inside("TUGARUKIRAMAGARA") as actor, connection.cursor() as cursor:
            cursor.execute(_MIX, [list(YEARS), actor.tenant_id])
            rows = cursor.fetchall()
        cases: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        infants: Counter[bool] = Counter()
        for level, is_public, is_infant, count, francs in rows:
            cases[level] += count
            asked[level] += int(francs)
            infants[is_infant and is_public] += count
        centres, hospitals = cases["CDS"], cases["HOPITAL"]
        assert centres / cases.total() == pytest.approx(CENTRE_SHARE, abs=0.03)
        assert hospitals / cases.total() == pytest.approx(HOSPITAL_SHARE, abs=0.03)
        assert asked["HOPITAL"] / hospitals > 1.5 * asked["CDS"] / centres
        # Free there: billed by the frauds that were planted, and by nobody else.
        assert 0 < infants[True] < 0.005 * cases.total()

    def test_a_queue_waits_and_nothing_old_is_in_it(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            queue = treated("TUGARUKIRAMAGARA").filter(state=State.TO_REVIEW)
            assert queue.count() > 100
            assert not queue.filter(starts_on__lt=date(2025, 5, 1)).exists()
            assert not queue.filter(review_rank=0, decision_id__isnull=False).exists()
            assert not Decision.objects.filter(
                care_year=2025, claim__state=State.TO_REVIEW
            ).exists()

    def test_past_months_are_paid(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            old = treated("TUGARUKIRAMAGARA").filter(starts_on__lt=date(2025, 2, 1))
            assert set(old.values_list("state", flat=True)) == {State.PAID}


#: What is told of care and its money; a term may be still to come.
DATED = (
    "claims_claim", "claims_claimstep", "claims_decision", "claims_review", "claims_reviewfinding",
    "claims_claimsignal", "claims_facilityreply", "claims_complaint", "claims_facilityinvoice",
    "claims_paymentorder", "claims_invoiceentry",
)  # fmt: skip
_DAYS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = ANY(%s) AND column_name <> 'due_on'
  AND data_type IN ('date', 'timestamp with time zone')
"""


class TestDays:
    def test_nothing_is_dated_after_the_demonstrations_day(self, year: YearLoaded) -> None:
        with inside(CODES[0]), connection.cursor() as cursor:
            cursor.execute(_DAYS, [list(DATED)])
            columns = cursor.fetchall()
            latest = {}
            for table, column in columns:
                cursor.execute(f"SELECT max({column})::date FROM {table}")
                latest[table, column] = cursor.fetchone()[0]
        assert latest["claims_claimsignal", "raised_at"]
        assert {place: day for place, day in latest.items() if day and day > TODAY} == {}


class TestMoney:
    def test_an_invoice_is_payable_for_its_decisions_and_paid_for_no_more(
        self, year: YearLoaded
    ) -> None:
        for code in CODES:
            with inside(code) as actor:
                payable = self._decided(actor.tenant_id)
                invoices = FacilityInvoice.objects.filter(tenant_id=actor.tenant_id)
                settled = invoices.exclude(state="received")
                assert settled.exists()
                for one in settled:
                    assert one.payable_francs == payable[one.pk]
                paid = dict(
                    InvoiceEntry.objects.filter(tenant_id=actor.tenant_id)
                    .values_list("invoice_id")
                    .annotate(Sum("francs"))
                )
                for one in invoices.filter(state="paid"):
                    assert paid.get(one.pk, 0) == one.payable_francs

    def _decided(self, tenant_id: int) -> dict[int, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.invoice_id, sum(l.mutuelle_francs) FROM claims_claim c"
                " JOIN claims_decisionline l"
                " ON l.care_year = c.care_year AND l.decision_id = c.decision_id"
                " WHERE c.processing_id = %s GROUP BY 1",
                [tenant_id],
            )
            found: dict[int, int] = defaultdict(int, cursor.fetchall())
        return found

    def test_the_invoice_tells_its_claims(self, year: YearLoaded) -> None:
        with inside("TWITEHO") as actor:
            counts = dict(
                treated("TWITEHO")
                .exclude(invoice_id=None)
                .values_list("invoice_id")
                .annotate(Count("pk"))
            )
            told = dict(
                FacilityInvoice.objects.filter(tenant_id=actor.tenant_id).values_list(
                    "pk", "told_count"
                )
            )
        assert counts == told


class TestDecisions:
    @pytest.mark.parametrize("care_year", YEARS)
    @pytest.mark.parametrize("code", CODES)
    def test_deciding_again_gives_the_same_francs(
        self, year: YearLoaded, code: str, care_year: int
    ) -> None:
        """Facts as the one road reads them, the real rules, every line and amount."""
        with inside(code):
            decided = Claim.objects.filter(
                care_year=care_year, processing__code=code, decision_id__isnull=False
            )
            ids = list(decided.order_by("stub_number").values_list("pk", flat=True))
            reviewed = Review.objects.filter(
                care_year=care_year, processing__code=code, outcome__in=("cut", "rejected")
            )
            sample = {
                *ids[:: max(1, len(ids) // 400)],
                *reviewed.values_list("claim_id", flat=True),
            }
            cases = load_cases(sorted(sample), care_year)
            stored = self._stored(care_year, sample)
        assert len(cases) == len(sample) >= 300
        for case in cases:
            again = adjudicate(case.care, case.package)
            assert stored[case.claim_id] == [
                (
                    line.position, line.quantity, line.asked_francs, line.agreed_francs,
                    line.covered_francs, line.copayment_francs, line.ceiling_francs,
                    line.other_payer_francs, line.mutuelle_francs, line.patient_francs,
                )
                for line in again.lines
            ]  # fmt: skip

    def _stored(self, care_year: int, ids: set[int]) -> dict[int, list[tuple]]:
        found: dict[int, list[tuple]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT d.claim_id, l.quantity, l.position, l.asked_francs, l.agreed_francs,"
                " l.covered_francs, l.copayment_francs, l.ceiling_cut_francs,"
                " l.other_payer_francs, l.mutuelle_francs, l.patient_francs"
                " FROM claims_decision d JOIN claims_decisionline l"
                " ON l.care_year = d.care_year AND l.decision_id = d.id"
                " WHERE d.care_year = %s AND d.claim_id = ANY (%s) AND d.superseded_at IS NULL"
                " ORDER BY d.id, l.position",
                [care_year, list(ids)],
            )
            for claim, quantity, position, *francs in cursor.fetchall():
                found[claim].append((position, Fraction(quantity), *francs))
        return found

    def test_each_claim_came_to_its_state_by_moves_that_exist(self, year: YearLoaded) -> None:
        allowed = {(str(move.source or ""), str(move.target)) for move in MOVES}
        with inside("TWITEHO"), connection.cursor() as cursor:
            cursor.execute(
                "SELECT array_agg(s.from_state || '>' || s.to_state ORDER BY s.at, s.id), c.state,"
                " bool_and(s.at::date <= %s) FROM claims_claim c JOIN claims_claimstep s"
                " ON s.care_year = c.care_year AND s.claim_id = c.id GROUP BY c.id, c.state",
                [TODAY],
            )
            for moves, state, is_past in cursor.fetchall():
                pairs = [tuple(move.split(">")) for move in moves]
                assert set(pairs) <= allowed
                assert [target for _, target in pairs[:-1]] == [source for source, _ in pairs[1:]]
                assert pairs[-1][1] == state
                assert is_past


class TestFrauds:
    def test_each_kind_is_planted_and_the_list_is_kept_apart(
        self, year: YearLoaded, files: Path
    ) -> None:
        listed = read_frauds()
        assert {one.kind for one in listed} == set(KINDS)
        assert len(listed) == year.frauds
        stubs = {one.stub for one in listed}
        with inside("TUGARUKIRAMAGARA"), connection.cursor() as cursor:
            known = treated("TUGARUKIRAMAGARA").filter(stub_number__in=stubs)
            of_here = [one for one in listed if one.federation == "TUGARUKIRAMAGARA"]
            # A stub used twice is borne by an honest attestation too.
            twice = [one for one in of_here if one.kind == "stub_twice"]
            assert known.count() == len(of_here) + len(twice)
            cursor.execute("SELECT string_agg(c::text, ' ') FROM claims_claim c")
            [rows] = cursor.fetchone()
            assert not [kind for kind in KINDS if kind in rows]

    def test_a_planted_duplicate_is_another_stub_of_the_same_case(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA"):
            for one in self._of("duplicate"):
                claim = treated("TUGARUKIRAMAGARA").get(stub_number=one.stub)
                same = treated("TUGARUKIRAMAGARA").filter(
                    person_id=claim.person_id,
                    starts_on=claim.starts_on,
                    facility_id=claim.facility_id,
                    asked_francs=claim.asked_francs,
                )
                assert same.count() >= 2

    def test_stubs_planted_outside_are_in_no_book(self, year: YearLoaded) -> None:
        for one in self._of("stub_outside"):
            assert parse_stub(one.stub).number > 900_000

    def test_the_rules_see_signals_among_what_waits(self, year: YearLoaded) -> None:
        with inside("TUGARUKIRAMAGARA") as actor:
            assert ClaimSignal.objects.filter(processing_id=actor.tenant_id).exists()
            dear = self._of("price_above_tariff")
            claims = treated("TUGARUKIRAMAGARA").filter(stub_number__in=[d.stub for d in dear])
            for claim in claims:
                raise_signals(actor=actor, claim_ids=[claim.pk], year=claim.care_year)
                assert ClaimSignal.objects.filter(claim_id=claim.pk).exists()

    @pytest.mark.parametrize("kind", ["stub_twice", "after_death", "backdated"])
    def test_what_stands_in_other_registers_is_found(self, year: YearLoaded, kind: str) -> None:
        """A stub in its use, a death and a late enrolment in the register of members."""
        with inside("TUGARUKIRAMAGARA") as actor:
            stubs = {one.stub for one in self._of(kind)}
            for claim in treated("TUGARUKIRAMAGARA").filter(stub_number__in=stubs):
                raise_signals(actor=actor, claim_ids=[claim.pk], year=claim.care_year)
            signalled = ClaimSignal.objects.filter(rule=kind).values("claim_id")
            found = treated("TUGARUKIRAMAGARA").filter(pk__in=signalled)
            assert stubs <= set(found.values_list("stub_number", flat=True))

    def test_most_late_enrolments_are_honest(self, year: YearLoaded) -> None:
        """Someone who looks for late writing alone would look at the wrong households."""
        with inside("TUGARUKIRAMAGARA"):
            late = Backdating.objects.count()
            assert late > 2 * len({one.stub for one in self._of("backdated")})

    def _of(self, kind: str) -> list[PlantedFraud]:
        found = [
            one
            for one in read_frauds()
            if one.kind == kind and one.federation == "TUGARUKIRAMAGARA"
        ]
        assert found
        return found


class TestVisits:
    """The visits to facilities that come with the year, by the real services over all of it."""

    def test_each_leader_visits_the_busiest_and_what_is_found_is_settled(
        self, year: YearLoaded
    ) -> None:
        # Two of each federation's nurse, who treats visitors at least, two of CONAMUS's adviser.
        assert write_visits() == 2 * len(FEDERATIONS) + 2
        assert write_visits() == 0
        for code in CODES:
            with inside(code) as actor:
                led = Visit.objects.filter(tenant_id=actor.tenant_id)
                assert sorted(led.values_list("state", flat=True)) == ["closed", "sent"]
                [closed] = led.filter(state="closed")
                rows = list(VisitClaim.objects.filter(visit=closed))
                assert len(rows) == 12
                assert all(row.verdict and row.is_settled for row in rows)
                drawn = Claim.objects.filter(pk__in=[row.claim_id for row in rows])
                assert {one.processing_id for one in drawn} == {actor.tenant_id}
        with inside("CONAMUS") as actor:
            led = Visit.objects.filter(tenant_id=actor.tenant_id)
            assert sorted(led.values_list("state", flat=True)) == ["answered", "planned"]

    def test_what_a_visit_recovers_is_taken_off_its_attestations(self, year: YearLoaded) -> None:
        taken = 0
        for code in CODES:
            with inside(code) as actor:
                rows = VisitClaim.objects.filter(tenant_id=actor.tenant_id)
                for row in rows.filter(recovered_francs__isnull=False):
                    decisions = Decision.objects.filter(
                        care_year=row.care_year, claim_id=row.claim_id
                    )
                    owed = {
                        one.kind: one.lines.aggregate(francs=Sum("mutuelle_francs"))["francs"]
                        for one in decisions.order_by("pk")
                    }
                    by_visit = owed.pop("visit")
                    assert row.recovered_francs == [*owed.values()][-1] - by_visit
                    taken += row.recovered_francs
        assert taken > 0


def test_a_second_loading_finds_the_first(year: YearLoaded) -> None:
    again = load_year(plan_network(), progress=lambda *_: None, codes=CODES)
    assert again.rows == 0
    assert (again.claims, again.frauds, again.costs) == (year.claims, year.frauds, year.costs)
    with inside("TWITEHO"):
        assert own_claims("TWITEHO").filter(Q(stub_number="") | Q(asked_francs=0)).count() == 0


def test_the_periodic_works_go_over_the_whole_year_and_do_nothing_twice(year: YearLoaded) -> None:
    """Last of all, for they move what the others look at."""
    assert raise_all_facility_signals(on=TODAY) > 0
    assert look_again_everywhere(on=TODAY) > 0
    later = TODAY + timedelta(days=CONTEST_DAYS + 1)
    assert make_all_final(on=later) > 0
    for code in CODES:
        with inside(code):
            assert not treated(code).filter(state=State.DECIDED).exists()
    assert make_all_final(on=later) == 0
    assert raise_all_facility_signals(on=TODAY) == look_again_everywhere(on=TODAY) == 0


def test_the_sums_kept_by_triggers_are_those_of_the_rows(year: YearLoaded) -> None:
    """After visits, signals and what became final; counted again by the nightly work."""
    before = {code: _kept(code) for code in CODES}
    recount_all_care(on=TODAY)
    assert {code: _kept(code) for code in CODES} == before
    assert all(before.values())


def _kept(code: str) -> dict[str, dict[tuple, tuple]]:
    with inside(code):
        return kept()
