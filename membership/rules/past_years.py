"""A past year as it was published: whose it is, how it is written, what it may say.

The years 2013 to 2019 were published for the whole network (PAMUSAB, rapport 2019, tableau 1),
by the promoters whose mutuelles the federations carry on. CONAMUS keeps these, and whatever
else it brings in: no federation's import adds to them or corrects them.
"""

import re

from federations.rules.problems import Problem

#: First calendar years of the mutualist years published for the whole network.
OF_NETWORK = range(2013, 2020)
#: The first mutuals with published counts are of the nineties.
FIRST_YEAR = 1990
#: 2021, or a year over two calendar years with whatever stroke its report has between them.
_LABEL = re.compile(r"([0-9]{4})(?:\s*[-/\u2010-\u2015\u2212]\s*([0-9]{4}|[0-9]{2}))?")


def is_of_network(starts_year: int) -> bool:
    """Tell whether a past year is one that was published for the whole network.

    >>> is_of_network(2013), is_of_network(2019), is_of_network(2012), is_of_network(2020)
    (True, True, False, False)
    """
    return starts_year in OF_NETWORK


def years_named(label: str) -> range:
    """Return the calendar years of a mutualist year: one, or two that follow; else none.

    >>> years_named("2021"), years_named("2020-2021"), years_named("1999/00")
    (range(2021, 2022), range(2020, 2022), range(1999, 2001))
    >>> years_named("abc"), years_named("2020-2023"), years_named("2020-2020")
    (range(0, 0), range(0, 0), range(0, 0))
    """
    found = _LABEL.fullmatch(label.strip())
    if found is None:
        return range(0)
    first, last = int(found[1]), found[2]
    if last is None:
        return range(first, first + 1)
    return range(first, first + 2) if str(first + 1).endswith(last) else range(0)


def years_covered(label: str, starts_year: int) -> range:
    """Return the calendar years that a published row covers, whatever its label is.

    Rows that were brought in before labels were read may bear one that names no year.

    >>> years_covered("2020-2021", 2020), years_covered("abc", 2021)
    (range(2020, 2022), range(2021, 2022))
    """
    return years_named(label) or range(starts_year, starts_year + 1)


def house_label(label: str) -> str:
    """Return a mutualist year as we write it; what names none stays as it is.

    >>> [house_label(label) for label in ("2021 ", "2020/2021", "2020 – 21", "abc")]
    ['2021', '2020-2021', '2020-2021', 'abc']
    """
    return "-".join(map(str, years_named(label))) or label


def count_problems(sections: int | None, households: int | None) -> list[Problem]:
    """Return what is wrong with the counts; None is what nobody could read.

    >>> [problem.field for problem in count_problems(3, 2)], count_problems(3, None)
    (['sections'], [])
    """
    if sections is None or households is None or sections <= households:
        return []
    return [Problem("sections", "Il y a plus de sections que de ménages.")]


def year_problems(label: str | None, starts_year: int | None, last_year: int) -> list[Problem]:
    """Return what is wrong with how a year is named; None is what nobody could read.

    ``last_year`` is the last that is over.

    >>> [problem.field for problem in year_problems("abc", 2031, 2024)]
    ['label', 'starts_year']
    >>> year_problems("2021", 2023, 2024)[0].message
    'L’année mutualiste 2021 commence en 2021, pas en 2023.'
    """
    named = years_named(label or "")
    problems = []
    if label is not None and not named:
        sentence = (
            f"« {label[:20]} » n’est pas une année mutualiste : écrivez 2021, ou 2020-2021 pour "
            "une année à cheval sur deux."
        )
        problems.append(Problem("label", sentence))
    if starts_year is None:
        return problems
    if not FIRST_YEAR <= starts_year <= last_year:
        sentence = f"L’année doit être comprise entre {FIRST_YEAR} et {last_year}."
        problems.append(Problem("starts_year", sentence))
    elif named and named[0] != starts_year:
        sentence = f"L’année mutualiste {label} commence en {named[0]}, pas en {starts_year}."
        problems.append(Problem("starts_year", sentence))
    elif named and named[-1] > last_year:
        problems.append(Problem("label", f"L’année mutualiste {label} n’est pas finie."))
    return problems
