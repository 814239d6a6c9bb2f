"""The reasons why rights are open or not, and who can change the answer."""

from enum import StrEnum


class ReasonCode(StrEnum):
    """Why rights are open, or not; the value is stable, the label is on the screen."""

    OPEN = "open"
    NO_YEAR = "no_year"
    BEFORE_YEAR = "before_year"
    AFTER_YEAR = "after_year"
    NOT_BORN_YET = "not_born_yet"
    DEAD = "dead"
    LEFT = "left"
    NOT_JOINED_YET = "not_joined_yet"
    NOT_ARRIVED_YET = "not_arrived_yet"
    STRUCK_OFF = "struck_off"
    HOUSEHOLD_CLOSED = "household_closed"
    NOT_ENROLLED = "not_enrolled"
    CANCELLED = "cancelled"
    NEWBORN_UNDECLARED = "newborn_undeclared"
    PROMISE_BROKEN = "promise_broken"
    PROMISE_TO_COME = "promise_to_come"
    UNPAID = "unpaid"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        """The reason in a few French words."""
        return _LABELS[self]


_LABELS = {
    ReasonCode.OPEN: "droits ouverts",
    ReasonCode.NO_YEAR: "aucune année mutualiste",
    ReasonCode.BEFORE_YEAR: "avant l’année mutualiste",
    ReasonCode.AFTER_YEAR: "après l’année mutualiste",
    ReasonCode.NOT_BORN_YET: "avant la naissance",
    ReasonCode.DEAD: "décès",
    ReasonCode.LEFT: "sortie du ménage",
    ReasonCode.NOT_JOINED_YET: "avant l’entrée dans le ménage",
    ReasonCode.NOT_ARRIVED_YET: "avant l’arrivée dans la fédération",
    ReasonCode.STRUCK_OFF: "ménage radié",
    ReasonCode.HOUSEHOLD_CLOSED: "ménage fermé",
    ReasonCode.NOT_ENROLLED: "pas d’adhésion pour l’année",
    ReasonCode.CANCELLED: "adhésion annulée",
    ReasonCode.NEWBORN_UNDECLARED: "nouveau-né non déclaré",
    ReasonCode.PROMISE_BROKEN: "promesse non tenue",
    ReasonCode.PROMISE_TO_COME: "échéance de promesse à venir",
    ReasonCode.UNPAID: "cotisation non payée",
    ReasonCode.WAITING: "délai de carence",
}


class Contact(StrEnum):
    """Who can change the answer."""

    NOBODY = "nobody"
    MUTUELLE = "mutuelle"
    FEDERATION = "federation"

    @property
    def label(self) -> str:
        """The French name of whom to call; empty for nobody."""
        return _CONTACT_LABELS[self]


_CONTACT_LABELS = {
    Contact.NOBODY: "",
    Contact.MUTUELLE: "la mutuelle du ménage",
    Contact.FEDERATION: "la fédération du ménage",
}
NOBODY_HELPS = frozenset(
    {ReasonCode.OPEN, ReasonCode.BEFORE_YEAR, ReasonCode.NOT_BORN_YET, ReasonCode.WAITING}
)
FEDERATION_DECIDES = frozenset({ReasonCode.NO_YEAR, ReasonCode.STRUCK_OFF})
