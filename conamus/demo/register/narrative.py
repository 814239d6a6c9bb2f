"""The texts of the 2024 reports, written for the demonstration from published facts.

One Markdown file per tenant and section: `conamus/demo/narrative/<tenant>/<outline key>.md`.
"""

from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).resolve().parent.parent / "narrative"
YEAR = 2024


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section of a tenant's yearly report."""

    tenant: str
    year: int
    outline_key: str
    body: str


def read_sections(folder: Path = TEXTS) -> list[SectionPlan]:
    """Return every section found, by tenant and key."""
    return [
        SectionPlan(path.parent.name, YEAR, path.stem, path.read_text(encoding="utf-8").strip())
        for path in sorted(folder.glob("*/*.md"))
    ]
