"""Synthetic households and people whose counts equal the published ones exactly."""

from conamus.demo.members.households import Membership, generate_membership
from conamus.demo.members.targets import Targets, find_targets

__all__ = ["Membership", "Targets", "find_targets", "generate_membership"]
