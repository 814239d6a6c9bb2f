"""One picture of every kind, with hard cases: gaps, negatives, long and hostile names."""

from fractions import Fraction

from conamus.charts.bands import Band, nice_bands
from conamus.charts.bars import BarChart
from conamus.charts.formats import COUNT, PERCENT
from conamus.charts.funnel import Dot, FunnelChart, Limits
from conamus.charts.lines import Break, LineChart
from conamus.charts.outline import Level, OutlineMap, province_names
from conamus.charts.picture import Picture, Series
from conamus.charts.pyramid import Pyramid
from conamus.charts.shares import ShareChart, share_of
from conamus.charts.sparkline import Sparkline
from conamus.charts.tiles import (
    PLACES_SINCE_2025,
    PLACES_UNTIL_2025,
    Tile,
    TileGroup,
    TileMap,
)

HOSTILE = "<script>alert('x')</script> & \"co\""
FEDERATIONS = (
    "FEMUSCABU-HARANIRUBUZIMA",
    "TWITEHO AMAGARA YACU",
    "MUNASA-TWITWARARIKANE",
    "TUGARUKIRAMAGARA Y'IMIRYANGO",
    "TUZOKIRA TWESE",
)
YEARS = ("2013-2014", "2014-2015", "2018", "2019", "2020", "2021", "2024", "2025")
BANDS = (
    Band("aucune", None, 1, "0"),
    Band("une fédération", 1, 2, "1"),
    Band("deux et plus", 2, None, "2"),
)


def lying_bars() -> BarChart:
    return BarChart(
        title="Ménages assurés",
        unit="ménages",
        categories=FEDERATIONS,
        series=(Series("Ménages", (12328, 599, 36888, 4209, 4259)),),
    )


def grouped_bars() -> BarChart:
    return BarChart(
        title="Ménages selon le sexe du chef",
        unit="ménages",
        categories=FEDERATIONS,
        series=(
            Series("Hommes", (9344, 398, 27150, 3217, 2411)),
            Series("Femmes", (2984, None, 9738, 992, 1848)),
        ),
    )


def growth_bars() -> BarChart:
    return BarChart(
        title="Croissance",
        format=PERCENT,
        categories=FEDERATIONS,
        series=(Series("Croissance", tuple(Fraction(n, 100) for n in (34, 85, 70, 94, -2))),),
    )


def standing_bars() -> BarChart:
    return BarChart(
        title="Formations sanitaires",
        unit="formations",
        orientation="vertical",
        categories=("CDS", "Hôpital", "Clinique, polyclinique", "Centre médical"),
        series=(
            Series("Public", (450, 71, 0, 0)),
            Series("Privé", (54, 2, 12, 2)),
            Series("Confessionnel", (99, 14, None, 5)),
        ),
    )


def lone_line() -> LineChart:
    return LineChart(
        title="Évolution des ménages",
        unit="ménages",
        categories=YEARS,
        series=(Series("Ménages", (30145, 32402, 17932, 17345, None, None, 37740, 58283)),),
        breaks=(Break("2019", "Série reprise par la CONAMUS"),),
    )


def several_lines() -> LineChart:
    return LineChart(
        title="Évolution par fédération",
        unit="ménages",
        categories=YEARS,
        series=(
            Series(
                FEDERATIONS[0], (16099, 18017, 5321, 4356, None, None, 9200, 12328), "Femuscabu"
            ),
            Series(FEDERATIONS[1], (1222, 1670, 948, 686, None, None, 324, 599), "Twiteho"),
            Series(FEDERATIONS[2], (5924, 6861, 8691, 9025, None, None, 21683, 36888), "Munasa"),
            Series(FEDERATIONS[3], (2946, 1541, 883, 970, None, None, 2172, 4209), "Tugaruki"),
            Series(FEDERATIONS[4], (3954, 4313, 2089, 2308, None, None, None, 4259), "Tuzokira"),
        ),
        breaks=(Break("2018", "MEMISA aussi à Muyinga"), Break("2019", "Autre périmètre")),
    )


def lone_share() -> ShareChart:
    return ShareChart(
        title="Dépenses par rubrique",
        unit="FBu",
        categories=("2024",),
        series=share_of(
            {
                "Activités – SOLSOC-PAMUSAB": 168525976,
                "Activités – MEMISA Belgique": 29406125,
                "Personnel – SOLSOC-PAMUSAB": 20999976,
                "Investissement – SOLSOC-PAMUSAB": 20570000,
            }
        ),
    )


def several_shares() -> ShareChart:
    return ShareChart(
        title="Dépenses par bailleur",
        unit="FBu",
        absolute=True,
        categories=("SOLSOC-PAMUSAB", "MEMISA Belgique"),
        series=(
            Series("Investissement", (20570000, None)),
            Series("Activités", (168525976, 29406125)),
            Series("Personnel", (20999976, None)),
        ),
    )


def pyramid() -> Pyramid:
    return Pyramid(
        title="Bénéficiaires",
        unit="personnes",
        categories=FEDERATIONS,
        left=Series("Hommes", (27374, 1097, 78766, 8325, None)),
        right=Series("Femmes", (32261, 1300, 90866, 10258, 6312)),
    )


def sparkline() -> Sparkline:
    line = lone_line()
    return Sparkline(
        title="Ménages", unit="ménages", categories=YEARS, values=line.series[0].values
    )


def tile_map(communes: int = 119) -> TileMap:
    """The 18 provinces with 119 communes, or the five with 42, one without a value."""
    names = sorted(PLACES_UNTIL_2025 if communes == 119 else PLACES_SINCE_2025)
    groups: dict[str, list[Tile]] = {name: [] for name in names}
    for index in range(communes):
        value = None if index == 17 else index % 3
        groups[names[index % len(names)]].append(Tile(f"Commune {index}", value))
    return TileMap(
        title="Communes couvertes",
        unit="fédérations présentes",
        groups=tuple(TileGroup(name, tuple(tiles)) for name, tiles in groups.items()),
        bands=BANDS,
    )


def outline_map(level: Level) -> OutlineMap:
    names = province_names(level)
    values = tuple((n, None if n == "Mwaro" else i * 1733 % 7100) for i, n in enumerate(names))
    return OutlineMap(
        title="Ménages par province",
        unit="ménages",
        level=level,
        values=values,
        bands=nice_bands([value for _, value in values], COUNT),
    )


def funnel() -> FunnelChart:
    """Forty peers, and one whose hostile name stands above them."""
    dots = [
        Dot(f"CDS {n}", 5 * n, 1_500 + 37 * n % 900, Fraction(n % 5 - 2, 2)) for n in range(1, 41)
    ]
    return FunnelChart(
        title="Coût par cas",
        unit="FBu",
        dots=(*dots, Dot(HOSTILE, 120, 9_000, Fraction(9, 2), is_far=True)),
        limits=tuple(
            Limits(
                n, 1_900 - 4_000 // n, 1_900 - 2_000 // n, 1_900 + 2_000 // n, 1_900 + 4_000 // n
            )
            for n in (5, 20, 100, 200)
        ),
        usual=1_900,
    )


def hostile_bars() -> BarChart:
    return BarChart(
        title=HOSTILE,
        unit=HOSTILE,
        note=HOSTILE,
        source=HOSTILE,
        categories=(HOSTILE, "Gitega"),
        series=(Series(HOSTILE, (3, 4)), Series("\x00b\ud800", (5, 6))),
    )


def every_picture() -> dict[str, Picture]:
    return {
        "lying bars": lying_bars(),
        "grouped bars": grouped_bars(),
        "growth bars": growth_bars(),
        "standing bars": standing_bars(),
        "lone line": lone_line(),
        "several lines": several_lines(),
        "lone share": lone_share(),
        "several shares": several_shares(),
        "pyramid": pyramid(),
        "sparkline": sparkline(),
        "tiles of 119": tile_map(),
        "tiles of 42": tile_map(42),
        "17 provinces": outline_map("provinces_17"),
        "18 provinces": outline_map("provinces_18"),
        "5 provinces": outline_map("provinces_5"),
        "funnel": funnel(),
        "hostile names": hostile_bars(),
    }
