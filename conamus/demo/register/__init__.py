"""What the registers hold: partners, activities and expenses of 2024, past years, texts."""

from conamus.demo.register.activities import ActivityPlan, Participants, plan_activities
from conamus.demo.register.expenses import ExpensePlan, plan_expenses
from conamus.demo.register.narrative import SectionPlan, read_sections
from conamus.demo.register.partners import PARTNERS, PROMOTER_NAMES, PartnerPlan

__all__ = [
    "PARTNERS",
    "PROMOTER_NAMES",
    "ActivityPlan",
    "ExpensePlan",
    "Participants",
    "PartnerPlan",
    "SectionPlan",
    "plan_activities",
    "plan_expenses",
    "read_sections",
]
