"""Whether two records are one person: the phonetic fold, the keys that bring records together,
and the weighing of what they have in common.

Burundian family names are personal: brothers and sisters differ, and a few hundred names are
shared by everybody. So a family name alone brings nobody together and proves nothing; names,
birth, place, telephone and papers are weighed together (``match``). ``fold`` spells names the one
way, ``keys`` finds candidates, ``search`` goes through a whole register in bounded memory.
"""

from membership.rules.identity.fold import fold_name, fold_word, phonetic_key
from membership.rules.identity.keys import blocking_keys
from membership.rules.identity.match import Match, Verdict, compare
from membership.rules.identity.person import Person
from membership.rules.identity.replacing import Aspect, corrected_since, replaced_by
from membership.rules.identity.search import Pair, find_pairs

__all__ = [
    "Aspect",
    "Match",
    "Pair",
    "Person",
    "Verdict",
    "blocking_keys",
    "compare",
    "corrected_since",
    "find_pairs",
    "fold_name",
    "fold_word",
    "phonetic_key",
    "replaced_by",
]
