"""Tables of membership: years, scales, households, enrolments, payments, cards, imports."""

from membership.models.backdating import Backdating
from membership.models.balances import Balance
from membership.models.cards import Card, SigningKey
from membership.models.enrolments import (
    Enrolment,
    EnrolmentSupplement,
    Promise,
    PromiseInstalment,
)
from membership.models.events import DuplicatePair, LifeEvent, Transfer
from membership.models.households import Beneficiary, Household
from membership.models.imports import ImportPart, MemberImport
from membership.models.numbers import FormerNumber, NumberRange
from membership.models.payments import (
    MOBILE_METHODS,
    GroupPayment,
    Method,
    OperatorStatement,
    Payment,
    ReceiptBook,
    ReceiptPrint,
    StatementLine,
    StatementTie,
)
from membership.models.recuts import RecutMove, RecutShare
from membership.models.reminders import Reminder
from membership.models.rights import OpenRights, RightsCheck
from membership.models.scales import (
    ContributionScale,
    PayerKind,
    ScaleBand,
    ScaleCategory,
    SharingKey,
)
from membership.models.years import Campaign, MutualistYear, PastYear, UnitTarget

__all__ = [
    "MOBILE_METHODS",
    "Backdating",
    "Balance",
    "Beneficiary",
    "Campaign",
    "Card",
    "ContributionScale",
    "DuplicatePair",
    "Enrolment",
    "EnrolmentSupplement",
    "FormerNumber",
    "GroupPayment",
    "Household",
    "ImportPart",
    "LifeEvent",
    "MemberImport",
    "Method",
    "MutualistYear",
    "NumberRange",
    "OpenRights",
    "OperatorStatement",
    "PastYear",
    "PayerKind",
    "Payment",
    "Promise",
    "PromiseInstalment",
    "ReceiptBook",
    "ReceiptPrint",
    "RecutMove",
    "RecutShare",
    "Reminder",
    "RightsCheck",
    "ScaleBand",
    "ScaleCategory",
    "SharingKey",
    "SigningKey",
    "StatementLine",
    "StatementTie",
    "Transfer",
    "UnitTarget",
]
