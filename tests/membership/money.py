"""What the tests of contributions begin from: enrolments that owe, and payments of them."""

from datetime import date
from typing import Any

from federations.tenancy.actor import Actor
from membership.models import ContributionScale, Enrolment, Payment
from membership.rules.payments import PaymentRequest
from membership.services.payments import take_payment
from tests.conftest import reading_all_tenants

TODAY = date(2025, 6, 30)


def owing(number: str, *, year: int = 2025, **amounts: Any) -> Enrolment:
    """Return a household's enrolment made to owe 30,000, or what ``amounts`` says."""
    enrolment = Enrolment.objects.get(household__number=number, year_id=year)
    for column, value in {"contribution_francs": 30_000, **amounts}.items():
        setattr(enrolment, column, value)
    enrolment.save()
    return enrolment


def change_scale(scale_id: int, **changes: Any) -> None:
    """Make a scale in force another one, as no role of the application may."""
    with reading_all_tenants():
        ContributionScale.objects.filter(pk=scale_id).update(**changes)


def request_of(**changes: Any) -> PaymentRequest:
    """Return a payment in cash of today."""
    return PaymentRequest(**{"method": "cash", "received_on": TODAY, **changes})


def paid(actor: Actor, enrolment: Enrolment, **changes: Any) -> Payment:
    """Take a payment for an enrolment."""
    return take_payment(actor=actor, enrolment_id=enrolment.pk, request=request_of(**changes))
