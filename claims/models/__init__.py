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
from claims.models.files import AttestationFile, AttestationFilePart
from claims.models.invoices import (
    FacilityDebt,
    FacilityInvoice,
    InvoiceEntry,
    OrderBook,
    PaymentOrder,
    UndoneSettling,
)
from claims.models.packages import BenefitPackage, ControlTerms, PackageClause, SampleSeed
from claims.models.private import ClaimAttachment, ClaimDiagnosis, PrivateReading
from claims.models.questionnaires import Question, Questionnaire
from claims.models.repayments import FacilityRepayment, RepaymentShare
from claims.models.reviews import (
    ClaimSignal,
    FacilityReply,
    FacilitySignal,
    RegisterLook,
    Review,
    ReviewFinding,
)
from claims.models.sums import AcceptedSum, CareSum, CutSum, DelayCount
from claims.models.surveys import (
    InterviewReading,
    PublishedScore,
    SurveyAnswer,
    SurveyCampaign,
    SurveyFacility,
    SurveyInterview,
)
from claims.models.visits import Visit, VisitClaim, VisitMark, VisitReply, VisitStep

__all__ = [
    "AcceptedSum",
    "Act",
    "Agreement",
    "AgreementDocument",
    "AgreementSuspension",
    "AttestationFile",
    "AttestationFilePart",
    "AuthorisationUse",
    "BenefitPackage",
    "CareAccount",
    "CareAuthorisation",
    "CareReason",
    "CareSum",
    "Claim",
    "ClaimAttachment",
    "ClaimDiagnosis",
    "ClaimLine",
    "ClaimSignal",
    "ClaimStep",
    "Complaint",
    "ComplaintAnswer",
    "ControlTerms",
    "CutSum",
    "Decision",
    "DecisionCut",
    "DecisionLine",
    "DelayCount",
    "FacilityDebt",
    "FacilityInvoice",
    "FacilityRepayment",
    "FacilityReply",
    "FacilitySignal",
    "InterviewReading",
    "InvoiceEntry",
    "OrderBook",
    "PackageClause",
    "PaymentOrder",
    "PrivateReading",
    "PublishedScore",
    "Question",
    "Questionnaire",
    "RegisterLook",
    "RepaymentShare",
    "Review",
    "ReviewFinding",
    "SampleSeed",
    "StubBook",
    "StubUse",
    "SurveyAnswer",
    "SurveyCampaign",
    "SurveyFacility",
    "SurveyInterview",
    "Tariff",
    "UndoneSettling",
    "Visit",
    "VisitClaim",
    "VisitMark",
    "VisitReply",
    "VisitStep",
]
