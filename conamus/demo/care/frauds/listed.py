"""The list of what was planted: a private file, by stub number."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from conamus.demo.care.visits import Visit

_COLUMNS = ("kind", "federation", "facility", "month", "stub")


@dataclass(frozen=True, slots=True)
class PlantedFraud:
    """A planted attestation, as the list tells it."""

    kind: str
    federation: str
    facility: str
    month: str
    stub: str


def frauds_file() -> Path:
    """Return where the list is written."""
    return Path(settings.VAR_DIR) / "demo-frauds.csv"


def write_frauds(visits: Sequence[Visit]) -> int:
    """Write the list of what was planted; return how many attestations."""
    rows = [
        (one.fraud, one.processing, one.facility.code, f"{one.day:%Y-%m}", one.stub)
        for one in visits
        if one.fraud
    ]
    with frauds_file().open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_COLUMNS)
        writer.writerows(sorted(rows))
    return len(rows)


def read_frauds() -> list[PlantedFraud]:
    """Return the list, as it was written."""
    with frauds_file().open(encoding="utf-8", newline="") as rows:
        return [PlantedFraud(**row) for row in csv.DictReader(rows)]
