"""The series since 2013: published years, the gap, counted years, the break."""

from prudential.rules.evolution import PublishedYear, breaks_in, evolution, series_breaks


def published(group: int, label: str, households: int, promoter: str = "P") -> PublishedYear:
    starts = int(label.partition("-")[0])
    return PublishedYear(
        group=group, promoter=promoter, label=label, starts_year=starts,
        households=households, sections=3, source="rapport",
    )  # fmt: skip


PAST = [
    *(published(1, label, 100) for label in ("2013-2014", "2014-2015", "2015-2016", "2016-2017")),
    *(published(1, label, 90) for label in ("2018", "2019")),
    *(published(2, label, 10) for label in ("2018", "2019")),
]


def test_years_without_figures_are_gaps_and_not_zero() -> None:
    rows = evolution([1, 2], PAST, {(1, 2024): 120, (2, 2024): 30}, last_year=2024)
    assert [row.label for row in rows] == [
        "2013-2014", "2014-2015", "2015-2016", "2016-2017", "2018", "2019",
        "2020", "2021", "2022", "2023", "2024",
    ]  # fmt: skip
    assert [row.label for row in rows if row.is_gap] == ["2020", "2021", "2022", "2023"]
    assert rows[-1].total == 150


def test_a_total_with_an_unknown_part_is_unknown() -> None:
    rows = evolution([1, 2], PAST, {}, last_year=2019)
    assert rows[0].values == (100, None)
    assert rows[0].total is None
    assert rows[-1].total == 100


def test_counted_years_take_the_place_of_published_ones() -> None:
    rows = evolution([1], [published(1, "2019", 90)], {(1, 2019): 95}, last_year=2019)
    assert [row.total for row in rows if row.label == "2019"] == [95]


def test_the_break_of_memisa_is_dated_explained_and_sourced() -> None:
    [found] = breaks_in([published(1, "2019", 686, promoter="MEMISA")])
    assert "Muyinga" in found.note
    assert found.source
    assert breaks_in([published(1, "2018", 948, promoter="MEMISA")]) == ()
    assert found in series_breaks()
