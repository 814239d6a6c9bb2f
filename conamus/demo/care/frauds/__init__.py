"""Known frauds, planted among the visits; their list is kept apart from all that rules read.

Each kind is one of how-mutuelles-work.md « Fraud ». Nothing in the database names what was planted:
the list is a private file beside the sign-ins, by stub number, for measuring the signals' precision
and recall (`python -m bench signals`).
"""

from conamus.demo.care.frauds.kinds import KINDS, Planter
from conamus.demo.care.frauds.listed import PlantedFraud, frauds_file, read_frauds, write_frauds
from conamus.demo.care.frauds.register import write_in_register

__all__ = [
    "KINDS",
    "PlantedFraud",
    "Planter",
    "frauds_file",
    "read_frauds",
    "write_frauds",
    "write_in_register",
]
