"""Part I.3 of the yearly report: where the network is, by province."""

from collections.abc import Iterator

from conamus.charts.bands import nice_bands
from conamus.charts.formats import COUNT
from conamus.charts.outline import Level, OutlineMap, province_names
from conamus.kernel.figures import format_integer
from prudential.documents.blocks import LONG, Block, HeadCell, Numbering, Paragraph, Row, Table
from prudential.documents.words import ENROLMENTS_SOURCE, SHOWN, counted, masked_note, shown
from prudential.rules.annual_facts import ProvinceFact, ReportFacts
from prudential.rules.suppression import whole_sum

_GENERATED = (
    "Réseau de démonstration : les zones d’action et la répartition par province des ménages, des"
    " bénéficiaires et des formations sanitaires sont générées ; leurs totaux, eux, sont publiés."
)


def cartography(facts: ReportFacts, numbering: Numbering) -> Iterator[Block]:
    """Yield the map of the insured households and the table of the provinces."""
    yield Paragraph(_coverage_sentence(facts), "lead")
    found = _map(facts)
    if found:
        yield numbering.figure(found)
    yield _provinces_table(facts, numbering)


def _coverage_sentence(facts: ReportFacts) -> str:
    whole = facts.organisation.is_confederation
    where = "du pays" if whole else "des provinces où la fédération est présente"
    missing = facts.communes - facts.covered_communes
    text = (
        f"Les mutuelles et sections ont dans leur zone d’action {facts.covered_communes} des "
        f"{counted(facts.communes, 'commune')} {where}"
    )
    if missing:
        verb = "reste" if missing == 1 else "restent"
        without = "sans mutuelle du réseau" if whole else "hors de cette zone"
        text = f"{text} ; {counted(missing, 'commune')} {verb} {without} (annexe B)"
    return f"{text}. {facts.division_note}"


def _map(facts: ReportFacts) -> OutlineMap | None:
    values = tuple((province.name, province.households) for province in facts.provinces)
    level = _level_of({name for name, _ in values})
    if level is None:
        return None
    return OutlineMap(
        title=f"Ménages assurés par province, {facts.membership.year}",
        unit="ménages",
        format=SHOWN if None in dict(values).values() else COUNT,
        level=level,
        values=values,
        bands=nice_bands([value for _, value in values if value is not None], COUNT),
        source=f"{ENROLMENTS_SOURCE}, au lieu de résidence",
    )


def _level_of(names: set[str]) -> Level | None:
    """The map that knows all these provinces; None when none does."""
    levels: tuple[Level, ...] = ("provinces_18", "provinces_5")
    return next((level for level in levels if names <= set(province_names(level))), None)


def _provinces_table(facts: ReportFacts, numbering: Numbering) -> Table:
    whole = facts.organisation.is_confederation
    head = (
        HeadCell("Province", numeric=False),
        HeadCell("Communes"),
        HeadCell("dont couvertes"),
        *([HeadCell("Fédérations présentes", numeric=False)] if whole else []),
        HeadCell("Ménages"),
        HeadCell("Bénéficiaires"),
        HeadCell("Formations sanitaires"),
    )
    rows = [_province_row(province, whole=whole) for province in facts.provinces]
    rows.append(_province_total(facts, whole=whole))
    return numbering.table(
        "Le réseau par province",
        [head],
        rows,
        text_columns=(0, 3) if whole else (0,),
        widths=(15, 9, 9, 37, 9, 11, 10) if whole else (28, 12, 12, 14, 17, 17),
        notes=(
            "Ménages et bénéficiaires : là où ils habitent.",
            _GENERATED if facts.is_demo else "",
            masked_note(province.households for province in facts.provinces),
        ),
        is_long=len(rows) > LONG,
        is_dense=True,
        source=f"{ENROLMENTS_SOURCE} ; zones d’action ; registre des formations sanitaires",
    )


def _province_row(province: ProvinceFact, *, whole: bool) -> Row:
    present = (", ".join(province.federations) or "—",) if whole else ()
    return Row(
        (
            province.name,
            format_integer(province.communes),
            format_integer(len(province.covered)),
            *present,
            shown(province.households),
            shown(province.people),
            format_integer(province.facilities),
        )
    )


def _province_total(facts: ReportFacts, *, whole: bool) -> Row:
    provinces = facts.provinces
    return Row(
        (
            "Total",
            format_integer(facts.communes),
            format_integer(facts.covered_communes),
            *(("",) if whole else ()),
            shown(whole_sum(province.households for province in provinces)),
            shown(whole_sum(province.people for province in provinces)),
            format_integer(sum(province.facilities for province in provinces)),
        ),
        "total",
    )
