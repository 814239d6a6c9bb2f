"""What each cell of a picture's table is made of: the list with just those rows.

A cell is linked where a list can be filtered to its rows and the reader may open it; the
lists ask for the permission again. Nothing leads from the network's figures to persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conamus.charts.lines import LineChart
from conamus.charts.picture import Picture
from conamus.portal.desk import Desk
from conamus.portal.links import address
from conamus.portal.maps import CommuneFigure
from conamus.portal.pictures import expenses_picture, facilities_picture, facility_types
from conamus.portal.selectors.registers import FacilityCell, YearExpenses
from federations.models import HealthFacility
from membership.filters.households import ENROLLED

#: How the list of expenses names own resources, which no funder gave.
OWN_RESOURCES = "null"
OWNERSHIPS = tuple(one.value for one in HealthFacility.Ownership)


def all_facilities(desk: Desk, cells: Sequence[FacilityCell]) -> Picture:
    """The network's facilities by type and ownership, linked to the register."""
    return _facilities(cells, {"on": desk.on_date})


def facilities_of(desk: Desk, cells: Sequence[FacilityCell], federation_id: int) -> Picture:
    """The facilities where a federation works, linked to the register."""
    return _facilities(cells, {"on": desk.on_date, "federation": federation_id})


def _facilities(cells: Sequence[FacilityCell], asked: Mapping[str, object]) -> Picture:
    picture, types = facilities_picture(cells), [one.value for one in facility_types(cells)]
    urls = _grid(
        [address("facilities", **asked, type=one) for one in types],
        [
            [address("facilities", **asked, type=one, ownership=own) for own in OWNERSHIPS]
            for one in types
        ],
    )
    return replace(picture, urls=urls, list_url=address("facilities", **asked))


def all_expenses(spent: YearExpenses) -> Picture:
    """A year's expenses by heading and funder, linked to the list of expenses."""
    year, headings = spent.year, list(spent.headings)
    funders = [key or OWN_RESOURCES for key in spent.funders]
    urls = _grid(
        [address("expenses", year=year, heading=one) for one in headings],
        [
            [address("expenses", year=year, heading=one, funder=funder) for funder in funders]
            for one in headings
        ],
    )
    return replace(expenses_picture(spent), urls=urls, list_url=address("expenses", year=year))


def _grid(rows: Sequence[str], cells: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """The addresses of a table of shares; a lone row reads downward, its share beside."""
    if len(rows) == 1:
        return tuple(("", url, "") for url in cells[0])
    return tuple((row, *urls) for row, urls in zip(rows, cells, strict=True))


def link_rows(picture: Picture, urls: Sequence[str]) -> Picture:
    """Every cell of a row leads to the row's own page."""
    width = len(picture.table().headers)
    return replace(picture, urls=tuple((url,) * width for url in urls))


def link_years(picture: LineChart, year: str, urls: Mapping[str, str], past: str = "") -> LineChart:
    """The cells of the year in use lead where each series is shown by parts.

    ``past`` is the page of the published years; other counted years are had by choosing them.
    """
    beside = ("",) * len(picture.beside)
    rows = tuple(
        (
            "",
            *(
                urls.get(one.name, "") if category == year and one.values[place] is not None else ""
                for one in picture.series
            ),
            *beside,
        )
        for place, category in enumerate(picture.categories)
    )
    return replace(picture, urls=rows, list_url=past)


def link_communes(picture: Picture, figures: Sequence[CommuneFigure]) -> Picture:
    """The households of each commune, in the list of one's own households."""
    urls = tuple(
        ("", "", address("households", commune=one.key, enrolment=ENROLLED), "")
        for one in _in_blocks(figures)
    )
    return replace(picture, urls=urls)


def _in_blocks(figures: Sequence[CommuneFigure]) -> list[CommuneFigure]:
    """The communes in the order of the picture's table: by block of their province."""
    blocks: dict[str, list[CommuneFigure]] = {}
    for one in figures:
        blocks.setdefault(one.province, []).append(one)
    return [one for block in blocks.values() for one in block]
