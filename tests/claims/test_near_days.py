"""No term of care is of a day before the network, nor further ahead than can be decided of."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from claims.models import Act, Agreement, StubBook, Tariff
from claims.rules.questionnaires import QuestionnaireKind
from claims.services.agreements import AgreementTerms, sign_agreement, suspend_agreement
from claims.services.authorisations import NewAuthorisation, authorise_care
from claims.services.catalogue import close_act
from claims.services.control_terms import NewControlTerms, set_control_terms
from claims.services.stub_books import NewBook, issue_book, withdraw_book
from claims.services.surveys import NewCampaign, launch_campaign, publish_questionnaire
from claims.services.tariffs import NewTariff, change_tariff, set_tariff
from claims.services.visits import NewVisit, plan_visit
from conamus.kernel.errors import DomainError
from federations.rules.days import MOST_DAYS_AHEAD
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from tests.claims.care import CONSULTATION, DRUG
from tests.claims.entering import give_books
from tests.claims.surveying import QUESTIONS
from tests.claims.visiting import publish
from tests.world import World

TODAY = date(2025, 6, 30)
LAST = TODAY + timedelta(days=MOST_DAYS_AHEAD)
EARLY, LATE = date(1950, 1, 1), date(9999, 1, 1)

Write = Callable[[World, Actor, date], Any]


@pytest.fixture
def care(world: World) -> World:
    """Terms of care, agreements, books, and a questionnaire of satisfaction."""
    give_books(world)
    publish(world, QuestionnaireKind.SATISFACTION, *QUESTIONS)
    return world


def _visit(world: World, actor: Actor, day: date, period: date | None = None) -> Any:
    since = period or min(day, TODAY - timedelta(days=90))
    visit = NewVisit(
        facility_id=world.facilities["FS-T001"],
        purpose="routine",
        starts_on=day,
        ends_on=day,
        period_from=since,
        period_to=since + timedelta(days=1),
        team="Annick",
    )
    return plan_visit(actor=actor, visit=visit)


def _visit_over(world: World, actor: Actor, day: date) -> Any:
    return _visit(world, actor, TODAY, period=day)


def _bon(world: World, actor: Actor, day: date) -> Any:
    request = NewAuthorisation(
        member="UMU-1001-0", facility_code="FS-T001", starts_on=day,
        ends_on=min(day + timedelta(days=30), date.max), because="Urgence",
    )  # fmt: skip
    return authorise_care(actor=actor, request=request)


def _tariff(world: World, actor: Actor, day: date) -> Any:
    act = Act.objects.get(code=CONSULTATION)
    return set_tariff(actor=actor, tariff=NewTariff(act_id=act.pk, price_francs=900, starts_on=day))


def _change(world: World, actor: Actor, day: date) -> Any:
    row = Tariff.objects.get(act__code=DRUG)
    return change_tariff(actor=actor, tariff_id=row.pk, price_francs=900, starts_on=day)


def _sign(world: World, actor: Actor, day: date) -> Any:
    terms = AgreementTerms(
        facility_id=world.facilities["FS-T001"], unit_id=world.units["UMU-S1"], starts_on=day
    )
    return sign_agreement(actor=actor, terms=terms)


def _suspend(world: World, actor: Actor, day: date) -> Any:
    row = Agreement.objects.get(facility__code="FS-T001")
    return suspend_agreement(
        actor=actor, agreement_id=row.pk, starts_on=day, ends_on=None, reason="Factures"
    )


def _control(world: World, actor: Actor, day: date) -> Any:
    terms = NewControlTerms(
        in_force_from=day.replace(day=1),
        accepted_below_francs=10_000,
        sample_percent=Decimal(5),
        second_reader_from_francs=100_000,
        reply_days=30,
        contest_days=30,
    )
    return set_control_terms(actor=actor, terms=terms)


def _issue(world: World, actor: Actor, day: date) -> Any:
    book = NewBook(
        facility_id=world.facilities["FS-T001"], prefix="ABC", first_number=1, last_number=50,
        issued_on=day, is_take_on=True,
    )  # fmt: skip
    return issue_book(actor=actor, book=book)


def _withdraw(world: World, actor: Actor, day: date) -> Any:
    book = StubBook.objects.get(prefix="KIN")
    return withdraw_book(actor=actor, book_id=book.pk, withdrawn_on=day)


def _close(world: World, actor: Actor, day: date) -> Any:
    act = Act.objects.get(code=CONSULTATION)
    return close_act(actor=actor, act_id=act.pk, closed_on=day)


def _survey(world: World, actor: Actor, day: date) -> Any:
    campaign = NewCampaign(
        title="Satisfaction", kind="satisfaction", year=2025, starts_on=TODAY, ends_on=day,
        wanted=10, codes=("FS-T001",),
    )  # fmt: skip
    return launch_campaign(actor=actor, campaign=campaign)


def _publish(world: World, actor: Actor, day: date) -> Any:
    return publish_questionnaire(
        actor=actor, kind="quality", title="Qualité", in_force_from=day, questions=QUESTIONS
    )


@pytest.mark.parametrize(
    ("username", "write", "days", "field"),
    [
        ("annick", _visit, (EARLY, LATE), "starts_on"),
        ("annick", _visit_over, (EARLY,), "period_from"),
        ("annick", _bon, (LATE,), "starts_on"),
        ("amina", _tariff, (LATE,), "starts_on"),
        ("clara", _change, (LATE,), "starts_on"),
        ("amina", _sign, (LATE,), "starts_on"),
        ("amina", _suspend, (LATE,), "starts_on"),
        ("amina", _control, (LATE,), "in_force_from"),
        ("amina", _issue, (EARLY,), "issued_on"),
        ("amina", _withdraw, (LATE,), "withdrawn_on"),
        ("clara", _close, (EARLY, LATE), "closed_on"),
        ("clara", _survey, (LATE,), "ends_on"),
        ("clara", _publish, (EARLY, LATE), "in_force_from"),
    ],
)
def test_a_year_typed_wrongly_is_refused_at_its_field(
    care: World, username: str, write: Write, days: tuple[date, ...], field: str
) -> None:
    actor = care.actor(username)
    for day in days:
        with (
            pytest.raises(DomainError, match=r"avant 1990|un an à l’avance") as refused,
            open_scope(actor, source="essai"),
        ):
            write(care, actor, day)
        assert field in {one.field for one in refused.value.each()}


@pytest.mark.parametrize(
    ("username", "write"),
    [
        ("annick", _visit),
        ("annick", _bon),
        ("amina", _tariff),
        ("clara", _change),
        ("amina", _sign),
        ("amina", _suspend),
        ("clara", _close),
        ("clara", _survey),
        ("clara", _publish),
    ],
)
def test_a_year_ahead_is_decided_of(care: World, username: str, write: Write) -> None:
    actor = care.actor(username)
    with open_scope(actor, source="essai"):
        assert write(care, actor, LAST).pk
