"""The rules of claims as cases name them; the words of each are in docs/cases.md."""

from claims.cases.adjudication import care
from claims.cases.extrapolation import sample
from claims.cases.packages import package
from claims.cases.signals import peers, signals
from claims.cases.states import states
from claims.cases.surveys import survey
from claims.cases.tariffs import tariff
from claims.cases.visits import visit
from conamus.cases.registry import Rule

RULES: dict[str, Rule] = {
    "soins": care,
    "paquet": package,
    "tarif": tariff,
    "états": states,
    "échantillon": sample,
    "signaux": signals,
    "pairs": peers,
    "visite": visit,
    "enquête": survey,
}
