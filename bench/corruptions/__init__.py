"""Second records of people, as another clerk would have written them: seeded, without a clock.

Written before the first run of the search it tries, without a look at how the rules fold and
match names, and not to be tuned to what a run shows: a rule is mended, this is not.
Pure: a register of ``Record`` in, ``Planted`` pairs out, each with the kinds it was given.

**Why somebody is there twice**, and where the second record then is (`WHERE`, in hundredths).
A household signs again as a new one, or a married daughter, a grandchild, a ward is declared by
two homes of one hill: another household of the same colline, 47. The other home is on the next
hill: a near colline of the same unit, 30. Somebody moved, or works elsewhere and pays there:
another unit of the federation, 15. A list typed twice, a newborn declared twice: the same
household, 8. None of this counts among the corruptions below.

**How many corruptions** (`HOW_MANY`): one 45, two 33, three 15, four 7. Most second records are
written by somebody who knows the person or holds a paper; a few are hearsay from end to end.

**Which** (`MIX`, in hundredths, drawn without repetition; one that the record gives no hold for
is drawn again):

- by ear, 35: names are asked aloud and Kirundi has no spelling that clerks share. l/r is one
  sound, 8; doubled letters (long vowels, French doubles) and -iye/-ie/-iyé, 5 each; y/i, 4;
  nz/z, sh/s, 3 each; w/u, vy/by (Burundi against Rwanda), c/k/qu, 2 each; ph/f, French names
  only, 1.
- accents, apostrophes, hyphens, 6: most keyboards have them, few clerks use them.
- the finger, 12: a wrong letter (a neighbour on the AZERTY keyboard) 5, one missing 4, two
  transposed 3.
- what a name is, 17: family and given name exchanged, 8, forms disagree on which comes first;
  a second given name more or fewer, 6; the given name an initial, 3, from lists that are narrow.
- the birth, 19: a day against a bare year, 8, the paper is at hand or is not (of those written
  as 1 January three in ten are not ticked as estimated); a year off, 6, age is counted in
  harvests; two years off, 3; day and month exchanged, 2.
- telephone and paper, 10: telephone left out, 3, another one given, 3, one where there was none,
  1; paper not shown, 3.
- sex, 1: rare, given names mostly tell it.

Spelling and typing touch the family name six times of ten, it is the longer one and the less
known, otherwise the given name; one place of it each time.
"""

from bench.corruptions.mix import HOW_MANY, MIX, WHERE, Kind, Where
from bench.corruptions.planting import corrupt, plant
from bench.corruptions.record import Planted, Record, Surroundings

__all__ = [
    "HOW_MANY", "MIX", "WHERE", "Kind", "Planted", "Record", "Surroundings", "Where", "corrupt",
    "plant",
]  # fmt: skip
