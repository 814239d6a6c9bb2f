"""The network's bodies: federations, mutuelles and sections, centres, antennas, facilities."""

from conamus.demo.network.facilities import FacilityPlan, plan_facilities
from conamus.demo.network.federations import CONFEDERATION, FEDERATIONS, FederationFacts
from conamus.demo.network.gazetteer import Gazetteer, read_gazetteer
from conamus.demo.network.units import UnitPlan, plan_units

__all__ = [
    "CONFEDERATION",
    "FEDERATIONS",
    "FacilityPlan",
    "FederationFacts",
    "Gazetteer",
    "UnitPlan",
    "plan_facilities",
    "plan_units",
    "read_gazetteer",
]
