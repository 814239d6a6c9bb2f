"""Characters that nobody sees, pasted or exported: gone at every door, so a name is one name."""

import sys
import unicodedata

import pytest

from conamus.kernel.text import without_unseen_characters
from membership.models import Beneficiary
from membership.services.households import PossibleDuplicates, register_household
from tests.membership.families import family, head
from tests.membership.importing import csv_of, loaded, outcomes
from tests.membership.importing import head as row_of_head

RIGHT_TO_LEFT, ZERO_WIDTH = "\u202e", "\u200b"


def test_all_that_unicode_calls_format_characters_go_and_letters_stay() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    unseen = [one for one in every if unicodedata.category(one) == "Cf"]
    assert [one for one in unseen if without_unseen_characters(one)] == []
    letters = [one for one in every if unicodedata.category(one)[0] in "LM"]
    assert "".join(letters) == without_unseen_characters("".join(letters))


def test_a_name_that_is_written_at_the_desk(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        made = register_household(
            actor=amina, facts=family(world, head(given_name=f"Je{ZERO_WIDTH}an{RIGHT_TO_LEFT}"))
        )
        one = made.members.get()
        assert (one.given_name, one.given_key.split()[0]) == ("Jean", "jean")
        with pytest.raises(PossibleDuplicates):
            register_household(actor=amina, facts=family(world, head(given_name="Jean")))


@pytest.mark.parametrize("kind", ["csv", "cp1252"])
def test_names_and_numbers_of_a_file(kind, world, as_actor, tmp_path) -> None:
    """A telephone copied from a message has marks of direction; an old export, hyphens unseen."""
    amina = world.actor("amina")
    unseen = "\u00ad" if kind == "cp1252" else ZERO_WIDTH
    rows = [
        row_of_head(given=f"Je{unseen}an", phone=f"{unseen}79123456{unseen}", link=f"chef{unseen}")
    ]
    content = csv_of(rows)
    if kind == "cp1252":
        content = content.decode("utf-8-sig").encode("cp1252")
    with as_actor(amina):
        assert outcomes(loaded(amina, tmp_path, content)) == {"created": 1}
        one = Beneficiary.objects.latest("pk")
        assert (one.given_name, one.phone) == ("Jean", "79123456")
        assert one.search_key.split()[-1] == "jean"
        again = csv_of([row_of_head(phone="79123456")])
        assert outcomes(loaded(amina, tmp_path, again)) == {"unchanged": 1}
