"""Whose the figures of a past year are: the confederation's, or the federation's own.

The years 2013 to 2019 were published for the whole network (PAMUSAB, rapport 2019, tableau 1),
by the promoters whose mutuelles the federations carry on. CONAMUS keeps these, and whatever
else it brings in: no federation's import adds to them or corrects them.
"""

#: First calendar years of the mutualist years published for the whole network.
OF_NETWORK = range(2013, 2020)


def is_of_network(starts_year: int) -> bool:
    """Tell whether a past year is one that was published for the whole network.

    >>> is_of_network(2013), is_of_network(2019), is_of_network(2012), is_of_network(2020)
    (True, True, False, False)
    """
    return starts_year in OF_NETWORK
