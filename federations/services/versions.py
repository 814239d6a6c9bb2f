"""What two writers of one row are told: the second has not read what the first wrote."""

from typing import Any

from conamus.kernel.errors import Conflict


class ChangedMeanwhile(Conflict):
    """Somebody changed ``thing`` in the meantime; ``current`` is what stands there now."""

    #: The thing in French, with its demonstrative: « cette dépense ».
    thing: str

    def __init__(self, current: Any) -> None:
        super().__init__(
            f"Quelqu’un a modifié {self.thing} entre-temps : ce qu’il a enregistré est montré "
            "ci-dessous. Votre saisie est gardée ; enregistrer de nouveau la met à la place."
        )
        self.current = current
