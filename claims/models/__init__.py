"""Tables of care: catalogue, agreements, packages, claims, decisions, control, payment."""

from claims.models.agreements import (
    Agreement,
    AgreementDocument,
    AgreementSuspension,
    StubBook,
    StubUse,
)
from claims.models.catalogue import Act, CareReason, Tariff
from claims.models.claims import (
    CareAccount,
    CareAuthorisation,
    Claim,
    ClaimLine,
    ClaimStep,
)
from claims.models.complaints import Complaint, ComplaintAnswer
from claims.models.decisions import AuthorisationUse, Decision, DecisionCut, DecisionLine
from claims.models.invoices import (
    FacilityDebt,
    FacilityInvoice,
    InvoiceEntry,
    OrderBook,
    PaymentOrder,
)
from claims.models.packages import BenefitPackage, ControlTerms, PackageClause
from claims.models.private import ClaimAttachment, ClaimDiagnosis, PrivateReading
from claims.models.reviews import (
    ClaimSignal,
    FacilityReply,
    FacilitySignal,
    Review,
    ReviewFinding,
)

__all__ = [
    "Act",
    "Agreement",
    "AgreementDocument",
    "AgreementSuspension",
    "AuthorisationUse",
    "BenefitPackage",
    "CareAccount",
    "CareAuthorisation",
    "CareReason",
    "Claim",
    "ClaimAttachment",
    "ClaimDiagnosis",
    "ClaimLine",
    "ClaimSignal",
    "ClaimStep",
    "Complaint",
    "ComplaintAnswer",
    "ControlTerms",
    "Decision",
    "DecisionCut",
    "DecisionLine",
    "FacilityDebt",
    "FacilityInvoice",
    "FacilityReply",
    "FacilitySignal",
    "InvoiceEntry",
    "OrderBook",
    "PackageClause",
    "PaymentOrder",
    "PrivateReading",
    "Review",
    "ReviewFinding",
    "StubBook",
    "StubUse",
    "Tariff",
]
