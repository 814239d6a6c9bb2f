"""Another federation's keys, sent to every address and in every choice of every form.

Whoever signs in for Ineza asks for what is Umuco's: by address, with and without a form; then
sends own forms in which each choice is one of Umuco's rows. Nothing is shown, nothing is done.
"""

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest
from django.test import Client

from federations.models import (
    Activity,
    Expense,
    HistoryEvent,
    NarrativePicture,
    NarrativeSection,
    StoredFile,
)
from federations.services.jobs import request_job
from membership.models import Beneficiary, Enrolment
from tests.house.test_permissions import ROUTES
from tests.world import PASSWORD, World

DAY = date(2024, 5, 1)
#: What a name of an address stands for; ``pk`` is told by what stands before it.
NAMES = {"user_id", "assignment_id", "activity_id", "expense_id", "job_id", "household_id",
         "enrolment_id", "person_id", "picture_id"}  # fmt: skip
HOUSEHOLD_PAGES, UNIT_PAGES = "menages/<int:pk>/", "unites/<int:pk>/"
_NAMED = re.compile(r"<(?:\w+):(\w+)>")


@pytest.fixture
def theirs(world: World, as_actor: Callable) -> dict[str, object]:
    """Return keys of Umuco's rows, by the names that addresses give them."""
    amina = world.actor("amina")
    own = {"tenant_id": amina.tenant_id}
    unit_id, household_id = world.units["UMU-S1"], world.households["UMU-1001"]
    with as_actor(amina):
        section = NarrativeSection.objects.create(**own, year=2024, outline_key="essai")
        file = StoredFile.objects.create(
            **own, name="x", content_type="image/png", size_bytes=1, sha256="x", content=b"x"
        )
        return {
            "user_id": amina.user_id,
            "assignment_id": world.assignments["amina"],
            "household_id": household_id,
            "unit_id": unit_id,
            "partner_id": world.partners["Bailleur Umuco"],
            "person_id": Beneficiary.objects.filter(household=household_id).first().pk,
            "enrolment_id": Enrolment.objects.filter(household=household_id).latest("pk").pk,
            "activity_id": Activity.objects.create(
                **own, unit_id=unit_id, kind="meeting", starts_on=DAY, ends_on=DAY,
                chapter="quality", theme="x",
            ).pk,
            "expense_id": Expense.objects.create(
                **own, unit_id=unit_id, spent_on=DAY, heading="ACTIVITES", amount_francs=1,
                label="x",
            ).pk,
            "picture_id": NarrativePicture.objects.create(
                **own, section=section, file=file, caption="x"
            ).pk,
            "job_id": request_job(actor=amina, kind="x", title="x", parameters={}).pk,
        }  # fmt: skip


def _addresses(theirs: dict[str, object]) -> list[str]:
    """Fill the addresses whose every parameter is known with Umuco's keys."""
    found = []
    for path, _ in ROUTES:
        names = _NAMED.findall(path)
        known = {**theirs, "year": 2025}
        if path.startswith(HOUSEHOLD_PAGES):
            known["pk"] = theirs["household_id"]
        if names and set(names) & ({"pk"} | NAMES) and set(names) <= set(known):
            found.append("/" + re.sub(r"<\w+:(\w+)>", lambda m, k=known: str(k[m[1]]), path))
    return found


@pytest.mark.parametrize("username", ["bernard", "beatrice"])
def test_another_federations_rows_have_no_page(
    username: str, theirs: dict[str, object], sign_in: Callable, behind_the_wall: Callable
) -> None:
    client, addresses = sign_in(username), _addresses(theirs)
    assert len(addresses) > 40
    with behind_the_wall():
        last = HistoryEvent.objects.latest("pk").pk
    for address in addresses:
        for answer in (client.get(address), client.post(address, {"version": 0})):
            assert answer.status_code in (403, 404, 405), (address, answer.status_code)
            assert "no-store" in answer["Cache-Control"], address
    with behind_the_wall():
        assert not HistoryEvent.objects.filter(pk__gt=last).exists()


@pytest.mark.parametrize("username", ["amina", "medard"])
def test_a_number_that_no_row_has_is_no_fault(username: str, sign_in: Callable) -> None:
    """Longer than a key of the database, in each address that takes a number."""
    client = sign_in(username)
    paths = [path for path, _ in ROUTES if "<int:" in path]
    assert len(paths) > 100
    for path in paths:
        address = "/" + re.sub(r"<int:\w+>", str(2**63), path)
        if "<" not in address:
            assert client.get(address).status_code < 500, address


@pytest.mark.parametrize("action", ["modifier", "fermer", "zone"])
def test_another_federations_unit_is_read_only(
    action: str, theirs: dict[str, object], sign_in: Callable
) -> None:
    client, address = sign_in("bernard"), f"/unites/{theirs['unit_id']}/"
    assert client.get(address).status_code == 200
    assert client.post(f"{address}{action}/", {}).status_code in (403, 404, 405)


class _Forms(HTMLParser):
    """Reads a page's fields: what is written in them, and which of them are choices."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.choices: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a field's name and value."""
        field = dict(attrs)
        name = field.get("name")
        if not name:
            return
        if tag == "select":
            self.choices.append(name)
        elif tag in ("input", "textarea") and field.get("type") not in ("file", "checkbox"):
            self.values[name] = field.get("value") or "1"


#: Choices that name a row of the federation's own.
ROWS = {
    "unit": "unit_id", "parent": "unit_id", "management_centre": "unit_id", "replaces": "unit_id",
    "funder": "partner_id", "partner": "partner_id", "promoter": "partner_id",
    "household": "household_id",
}  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [path for path, _ in ROUTES if "<" not in path and not path.startswith("droits")],
)
def test_a_form_takes_no_choice_that_was_not_offered(
    path: str, theirs: dict[str, object], sign_in: Callable
) -> None:
    client = sign_in("bernard")
    page = client.get(f"/{path}")
    forms = _Forms()
    if "html" in page.get("Content-Type", ""):
        forms.feed(page.content.decode())
    for name in set(forms.choices) & ROWS.keys():
        forged = {**forms.values, name: str(theirs[ROWS[name]])}
        forged.pop("csrfmiddlewaretoken", None)
        answer = client.post(f"/{path}", forged)
        assert answer.status_code != 302, (path, name)
        shown = client.get(f"/{path}", {name: forged[name]})
        assert "UMU-1" not in shown.content.decode(), (path, name)


@pytest.mark.parametrize("host", ["ailleurs.example", "127.0.0.1.ailleurs.example"])
def test_a_mailed_link_never_follows_a_strangers_host(host: str, world: World) -> None:
    """Else a reset asked for in somebody's name would lead them to the asker's server."""
    answer = Client().post(
        "/compte/password/reset/", {"email": "amina@exemple.bi"}, headers={"host": host}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "address", ["https://ailleurs.example/", "//ailleurs.example", "/\\x.example"]
)
def test_signing_in_leads_to_no_other_site(address: str, world: World) -> None:
    client = Client()
    typed = {"login": "amina", "password": PASSWORD, "next": address}
    answer = client.post(f"/compte/login/?next={address}", typed)
    assert answer["Location"] == "/"


def test_every_page_is_sealed_against_frames_scripts_and_caches(sign_in: Callable) -> None:
    page = sign_in("amina").get("/menages/")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (page["X-Frame-Options"], page["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]


def test_the_sessions_cookie_is_kept_from_scripts_and_other_sites(world: World) -> None:
    client = Client()
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_session_changes_its_key_at_the_sign_in(world: World) -> None:
    """A key that somebody planted before is not the one that is signed in."""
    client = Client()
    client.get("/menages/")
    client.post("/compte/login/", {"login": "oda", "password": PASSWORD})
    before = client.cookies["sessionid"].value
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    client.post("/compte/logout/")
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    assert client.cookies["sessionid"].value != before
