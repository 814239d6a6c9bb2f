"""Tells pages which years are collected for: each page's scope learns the campaigns as it opens."""

from conamus.pages.years import CAMPAIGNS
from federations.tenancy.scope import tell_with_scope

tell_with_scope(CAMPAIGNS, "latest_campaigns()")
