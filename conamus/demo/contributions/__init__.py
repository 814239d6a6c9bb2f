"""Campaigns, scale, key, targets, dues and payments of the demonstration."""

from conamus.demo.contributions.payments import Contributions, generate_contributions
from conamus.demo.contributions.terms import (
    CAMPAIGNS,
    KEY,
    SCALE_YEARS,
    TEMPLATE,
    CampaignPlan,
    template_of,
    unit_targets,
)

__all__ = [
    "CAMPAIGNS",
    "KEY",
    "SCALE_YEARS",
    "TEMPLATE",
    "CampaignPlan",
    "Contributions",
    "generate_contributions",
    "template_of",
    "unit_targets",
]
