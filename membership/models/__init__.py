"""Tables of membership: years, households, beneficiaries, yearly enrolments."""

from membership.models.enrolments import Enrolment, MutualistYear, PastYear
from membership.models.households import Beneficiary, Household

__all__ = ["Beneficiary", "Enrolment", "Household", "MutualistYear", "PastYear"]
