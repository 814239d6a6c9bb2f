"""The rules of membership as cases name them; the words of each are in docs/cases.md."""

from conamus.cases.registry import Rule
from membership.cases.cards import card
from membership.cases.coverage import rights
from membership.cases.households import household
from membership.cases.identity import likeness, spelling
from membership.cases.money import instalments, numbers, sharing
from membership.cases.newborns import newborn
from membership.cases.renewals import renewal
from membership.cases.scale import scale, supplement

RULES: dict[str, Rule] = {
    "barème": scale,
    "supplément": supplement,
    "répartition": sharing,
    "échéances": instalments,
    "numéros": numbers,
    "droits": rights,
    "nouveau-né": newborn,
    "renouvellement": renewal,
    "ménage": household,
    "ressemblance": likeness,
    "orthographe": spelling,
    "carte": card,
}
