"""Tables that the other applications stand on."""

from federations.models.activities import Activity, ActivityParticipants, Expense
from federations.models.facilities import FacilityStanding, HealthFacility
from federations.models.files import FilePiece, StoredFile
from federations.models.history import HistoryEvent
from federations.models.jobs import IdempotencyKey, Job, OutboxEvent, PeriodLock
from federations.models.narrative import NarrativePicture, NarrativeSection
from federations.models.people import Invitation, Refusal, RoleAssignment, ScopeKey, User
from federations.models.places import CommuneMapping, HealthDistrict, Place
from federations.models.recuts import Recut, RecutUnit
from federations.models.tenant import Federation, TenantOwned
from federations.models.units import Partner, Unit, UnitZone

__all__ = [
    "Activity",
    "ActivityParticipants",
    "CommuneMapping",
    "Expense",
    "FacilityStanding",
    "Federation",
    "FilePiece",
    "HealthDistrict",
    "HealthFacility",
    "HistoryEvent",
    "IdempotencyKey",
    "Invitation",
    "Job",
    "NarrativePicture",
    "NarrativeSection",
    "OutboxEvent",
    "Partner",
    "PeriodLock",
    "Place",
    "Recut",
    "RecutUnit",
    "Refusal",
    "RoleAssignment",
    "ScopeKey",
    "StoredFile",
    "TenantOwned",
    "Unit",
    "UnitZone",
    "User",
]
