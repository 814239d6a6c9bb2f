"""Numbers of thousands of digits, typed or in an address: a sentence or nothing, never a fault.

Python reads no number of more than 4,300 digits, and pages read many: years, rows, keys.
"""

import pytest

from claims.rules.stubs import parse_stub
from claims.rules.visits import read_lines
from conamus.kernel.errors import DomainError

LONG = "9" * 5000
PAGES = (
    "/menages/", "/campagne/", "/droits/listes/", "/historique/", "/cotisations/retards/",
    "/cotisations/groupes/repartir/", "/indicateurs/", "/unites/", "/activites/", "/depenses/",
)  # fmt: skip
ASKED = (
    "annee", "year", "mois", "unit", "federation", "formation", "ligne", "person", "before", "page",
)  # fmt: skip


def test_in_an_address(sign_in) -> None:
    client = sign_in("amina")
    for address in PAGES:
        answer = client.get(address, dict.fromkeys(ASKED, LONG))
        assert answer.status_code == 200, address


@pytest.mark.parametrize(
    ("username", "address", "typed", "status"),
    [
        ("amina", "/annee/", {"year": LONG}, 302),
        ("amina", "/exports/", {"year": LONG}, 404),
        ("amina", "/activites/inscrire/", {"rows": LONG}, 422),
        ("amina", "/activites/inscrire/", {"rows": LONG, "add_row": "1"}, 200),
        ("amina", "/menages/inscrire/", {"rows": LONG, "unit": LONG}, 422),
        ("amina", "/menages/inscrire/", {"rows": LONG, "add_row": "1"}, 200),
        ("amina", "/doublons/1/", {"decision": f"keep-{LONG}"}, 404),
        ("amina", "/cartes/cles/", {"revoke": LONG}, 404),
        ("albert", "/soins/saisie/calcul/", {"facility_id": LONG}, 200),
    ],
)
def test_in_a_form(username, address, typed, status, sign_in) -> None:
    assert sign_in(username).post(address, typed).status_code == status


def test_in_what_a_rule_reads() -> None:
    for read, typed in ((parse_stub, f"KIN-{'0' * 19}1{LONG}"), (read_lines, f"2: {LONG}")):
        with pytest.raises(DomainError):
            read(typed)
