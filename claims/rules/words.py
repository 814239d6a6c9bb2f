"""The words of care: families of acts, kinds of care, facilities, who bears what is not paid.

The values are stored and travel in files; the labels are on the screen. Families as in the
requirements' catalogue (consultation … transfer); kinds as a facility's attestation says them.
"""

from enum import StrEnum


class Family(StrEnum):
    """What an act belongs to: packages speak of families, or of single acts."""

    CONSULTATION = "consultation"
    LABORATORY = "laboratory"
    IMAGING = "imaging"
    SURGERY = "surgery"
    DELIVERY = "delivery"
    HOSPITAL_DAY = "hospital_day"
    MEDICINE = "medicine"
    CARE = "care"
    DENTAL = "dental"
    EYE = "eye"
    TRANSFER = "transfer"

    @property
    def label(self) -> str:
        """The family's French name."""
        return _FAMILIES[self]


_FAMILIES = {
    Family.CONSULTATION: "consultation",
    Family.LABORATORY: "laboratoire",
    Family.IMAGING: "imagerie",
    Family.SURGERY: "chirurgie",
    Family.DELIVERY: "accouchement",
    Family.HOSPITAL_DAY: "journée d’hospitalisation",
    Family.MEDICINE: "médicament",
    Family.CARE: "soins",
    Family.DENTAL: "soins dentaires",
    Family.EYE: "soins des yeux",
    Family.TRANSFER: "transfert du malade",
}


class CareKind(StrEnum):
    """What one attestation is about: a visit, or a stay with its days."""

    OUTPATIENT = "outpatient"
    STAY = "stay"

    @property
    def label(self) -> str:
        """The kind's French name."""
        return _KINDS[self]


_KINDS = {CareKind.OUTPATIENT: "soins ambulatoires", CareKind.STAY: "séjour à l’hôpital"}


class Bearer(StrEnum):
    """Who bears what the mutuelle does not pay."""

    PATIENT = "patient"
    FACILITY = "facility"
    OTHER_PAYER = "other_payer"

    @property
    def label(self) -> str:
        """The bearer, in French."""
        return _BEARERS[self]


_BEARERS = {
    Bearer.PATIENT: "le patient",
    Bearer.FACILITY: "la formation sanitaire",
    Bearer.OTHER_PAYER: "un autre payeur",
}


#: The facilities' types and ownerships as the register stores them, as a sentence says them.
LEVELS = {
    "CDS": "centre de santé",
    "HOPITAL": "hôpital",
    "CLINIQUE_POLYCLINIQUE": "clinique ou polyclinique",
    "CENTRE_MEDICAL": "centre médical",
    "PHARMACIE": "pharmacie",
}
OWNERSHIPS = {"public": "public", "private": "privé", "faith_based": "confessionnel"}
#: The sexes as the members' files store them.
SEXES = {"F": "femme", "M": "homme"}
