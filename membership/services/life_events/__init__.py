"""What happens to the people of a household: birth, arrival, death, marriage, departure.

Each event is dated, checked, and leaves a row in the household's timeline; nobody is erased: who
leaves keeps the record, with the day and the reason. The numbers declared at an enrolment and
what it owes do not move with them (docs/decisions/0004): rights follow the people, by the rule.
"""

from membership.services.life_events.arrivals import add_dependant, record_birth
from membership.services.life_events.heads import name_new_head
from membership.services.life_events.leavings import record_death, record_departure

__all__ = [
    "add_dependant",
    "name_new_head",
    "record_birth",
    "record_death",
    "record_departure",
]
