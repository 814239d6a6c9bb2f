"""CONAMUS and its five member federations, as the 2024 report presents them.

Names, provinces and years are published; ``unit_kind`` and ``prefix`` (the first letters of
codes and household numbers) are ours.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FederationFacts:
    """A tenant: who it is, since when its mutuelles work, what its units are called."""

    code: str
    name: str
    short_name: str
    prefix: str
    unit_kind: str = ""
    unit_title: str = ""
    founded_year: int | None = None
    working_since: int | None = None
    address: str = ""
    email: str = ""
    website: str = ""

    @property
    def first_year(self) -> int:
        """The year in which its root unit opens."""
        year = self.founded_year or self.working_since
        if year is None:
            raise ValueError(f"{self.code} has no year")
        return year


CONFEDERATION = FederationFacts(
    code="CONAMUS",
    name="Confédération nationale des mutuelles communautaires de santé au Burundi",
    short_name="CONAMUS",
    prefix="CON",
    founded_year=2021,
    address="Avenue Karinzi n° 20, quartier Kigobe Nord, BP 5005, Bujumbura",
    email="info@conamus.org",
    website="https://conamus.org",
)

FEDERATIONS = (
    FederationFacts(
        code="MUNASA",
        name="Fédération nationale des mutuelles communautaires de santé MUNASA-Twitwararikane",
        short_name="MUNASA-Twitwararikane",
        prefix="MUN",
        unit_kind="section",
        unit_title="Section",
        working_since=1999,
    ),
    FederationFacts(
        code="FEMUSCABU",
        name="Fédération des mutuelles de santé des caféiculteurs du Burundi"
        " FEMUSCABU-Haranirubuzima",
        short_name="FEMUSCABU-Haranirubuzima",
        prefix="FEM",
        unit_kind="mutuelle",
        unit_title="Mutuelle des caféiculteurs",
        working_since=2008,
    ),
    FederationFacts(
        code="TUGARUKIRAMAGARA",
        name="Fédération des mutuelles de santé Tugarukiramagara y’Imiryango",
        short_name="Tugarukiramagara y’Imiryango",
        prefix="TUG",
        unit_kind="mutuelle",
        unit_title="Mutuelle Tugarukiramagara",
        working_since=2010,
    ),
    FederationFacts(
        code="TWITEHO",
        name="Fédération des mutuelles de santé Twiteho Amagara Yacu",
        short_name="Twiteho Amagara Yacu",
        prefix="TWI",
        unit_kind="mutuelle",
        unit_title="Mutuelle Twiteho",
        working_since=2012,
    ),
    FederationFacts(
        code="TUZOKIRA",
        name="Fédération des mutuelles communautaires de santé Tuzokira Twese",
        short_name="Tuzokira Twese",
        prefix="TUZ",
        unit_kind="mutuelle",
        unit_title="Mutuelle Tuzokira",
        working_since=2012,
    ),
)
