"""Pages of rights: the check on a small screen, and the printed list of valid members."""

import gzip
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from conamus.kernel.errors import DomainError, NotAllowed
from federations.models import Job, StoredFile
from federations.services.jobs import run_job
from membership.models import Household
from membership.services.valid_members import request_valid_members
from tests.membership.asking import MOST, have_asked

MOST_BYTES = 15_000


def _post(client, **typed):
    return client.post("/droits/", typed)


@pytest.mark.parametrize("username", ["fabrice", "agnes", "albert", "annick", "medard"])
def test_the_check_answers_in_words(username, world, sign_in) -> None:
    answer = _post(sign_in(username), text="INE-1003-0")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "OUI" in text
    assert "NON" not in text
    assert "Droits ouverts du 01/01/2025 au 31/12/2025" in text
    assert "Inezaa Kéza" in text
    assert len(gzip.compress(answer.content)) < MOST_BYTES


def test_a_household_is_told_person_by_person(world, sign_in, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Household.objects.filter(number="UMU-1001").update(
            closed_on="2025-06-01", closed_because="departed"
        )
    text = _post(sign_in("fabrice"), text="UMU-1001").content.decode()
    assert "3 personnes, dont 0 avec des droits ouverts." in text
    assert text.count("NON") == 3
    assert "Ménage fermé le 01/06/2025." in text


def test_a_name_of_several_is_chosen_by_hand(world, sign_in) -> None:
    client = sign_in("fabrice")
    page = _post(client, text="umucoc kéza", birth_year="2012", on="2025-05-02")
    text = page.content.decode()
    assert text.count("C’est cette personne") == 4
    for kept in ("OUI", "NON", "UMU-1001-2</", "Droits ouverts"):
        assert kept not in text
    token = re.search(r'name="choice" value="([^"]+)"', text)[1]
    answer = _post(client, choice=token, on="2025-05-02", born_on="").content.decode()
    assert "OUI" in answer
    assert "2 mai 2025" in answer
    assert "UMU-1001-2" in answer
    traces = sign_in("amina").get("/droits/verifications/").content.decode()
    assert traces.count("rien sur les droits") == 1
    for forged in (f"{token}x", "UMU-1001-2", ""):
        refused = _post(client, choice=forged)
        assert refused.status_code == 422
        assert "OUI" not in refused.content.decode()


def test_nobody_found_says_what_to_do(world, sign_in) -> None:
    text = _post(sign_in("fabrice"), text="UMU-9999").content.decode()
    assert "Personne n’a été trouvé" in text
    assert "Vérifiez le numéro" in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"text": ""}, "obligatoire"),
        ({"text": "Umucoa Kéza"}, "année de naissance"),
        ({"text": "Umucoa", "birth_year": "1980"}, "nom et le prénom entiers"),
        ({"text": "Umucoa Kéza", "birth_year": "80"}, "1900"),
        ({"text": "UMU-1001", "on": "hier"}, "date"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(typed, words, world, sign_in) -> None:
    answer = _post(sign_in("fabrice"), **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_page_is_light_and_in_the_menu_of_a_facility(world, sign_in) -> None:
    client = sign_in("fabrice")
    page = client.get("/droits/")
    assert len(gzip.compress(page.content)) < MOST_BYTES
    assert 'href="/droits/"' in client.get("/").content.decode()
    assert "Listes à imprimer" not in page.content.decode()


def test_a_page_says_that_it_is_too_much_and_its_trace_stays(
    world, sign_in, behind_the_wall
) -> None:
    client = sign_in("fabrice")
    assert _post(client, text="UMU-1003-0").status_code == 200
    with behind_the_wall():
        have_asked(world.actor("fabrice"), MOST - 1)
    answer = _post(client, text="UMU-1001")
    text = answer.content.decode()
    assert "Vous avez fait 60 vérifications en 5 minutes" in text
    assert "OUI" not in text
    assert "Umucoa" not in text
    traces = sign_in("amina").get("/droits/verifications/").content.decode()
    assert "refusé : trop de vérifications" in traces


def test_names_are_escaped(world, sign_in) -> None:
    text = _post(sign_in("fabrice"), text="<script>1").content.decode()
    assert "<script>1" not in text


def _list(world, as_actor, username: str, **given) -> Job:
    actor = world.actor(username)
    asked = {"facility_id": None, "communes": [world.places["N-GI-01"]], **given}
    with as_actor(actor):
        return request_valid_members(actor=actor, **asked)


def _text(own_database, as_actor, username: str, job: Job) -> str:
    with as_actor(own_database.actor(username)):
        job = Job.objects.get(pk=job.pk)
        assert job.state == Job.State.DONE, job.reason
        file = StoredFile.objects.get(pk=job.result["file_id"])
    pages = PdfReader(BytesIO(bytes(file.content))).pages
    return "\n".join(page.extract_text() for page in pages)


def test_the_printed_list_holds_who_has_open_rights(own_database, as_actor) -> None:
    world = own_database
    with as_actor(world.system("UMUCO")):
        Household.objects.filter(number="UMU-1003").update(
            closed_on="2025-06-01", closed_because="departed"
        )
    job = _list(world, as_actor, "amina", facility_id=world.facilities["FS-T001"])
    run_job(job.pk)
    text = _text(world, as_actor, "amina", job)
    assert "CDS Mutoyi" in text
    assert "UMU-1001-0" in text
    assert "UMU-2003-0" in text
    assert "UMU-1003-0" not in text
    assert "INE-" not in text
    assert "31/12/25" in text
    assert text.index("UMU-1001-0") < text.index("UMU-1001-1")


def test_a_list_of_some_units_and_of_an_agent(own_database, as_actor) -> None:
    world = own_database
    one = _list(world, as_actor, "amina", units=[world.units["UMU-S2"]])
    agents = _list(world, as_actor, "agnes")
    for job in (one, agents):
        run_job(job.pk)
    of_unit = _text(world, as_actor, "amina", one)
    assert "UMU-2001-0" in of_unit
    assert "UMU-1001-0" not in of_unit
    of_agent = _text(world, as_actor, "agnes", agents)
    assert "UMU-1001-0" in of_agent
    assert "UMU-2001-0" not in of_agent


def test_a_list_that_runs_twice_is_one_file(own_database, as_actor) -> None:
    world = own_database
    job = _list(world, as_actor, "amina")
    run_job(job.pk)
    with as_actor(world.actor("amina")):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    run_job(job.pk)
    with as_actor(world.actor("amina")):
        assert StoredFile.objects.filter(name__startswith="droits-ouverts").count() == 1


def test_the_pages_of_the_list(world, sign_in) -> None:
    client = sign_in("agnes")
    page = client.get(f"/droits/listes/?formation={world.facilities['FS-T001']}")
    text = page.content.decode()
    assert "sa commune, Bugendana, est cochée" in text
    made = client.post("/droits/listes/", {"communes": [str(world.places["N-GI-01"])]})
    assert made.status_code == 302
    assert "attend son tour" in client.get(made["Location"]).content.decode()
    assert sign_in("beatrice").get(made["Location"]).status_code == 404
    assert client.get(f"{made['Location']}fichier/").status_code == 404
    refused = client.post("/droits/listes/", {})
    assert refused.status_code == 422


def test_who_may_not_ask_for_a_list(world, as_actor) -> None:
    for username in ("fabrice", "medard", "arthur"):
        with pytest.raises((NotAllowed, DomainError)):
            _list(world, as_actor, username)


def test_the_traces_are_read_by_who_reads_the_history(world, sign_in) -> None:
    _post(sign_in("fabrice"), text="INE-1003-0")
    text = sign_in("arthur").get("/droits/verifications/").content.decode()
    assert "INE-1003-0 : droits ouverts" in text
    assert "CDS Mutoyi" in text
    assert "INE-1003-0" not in sign_in("bernard").get("/droits/verifications/").content.decode()
    assert sign_in("fabrice").get("/droits/verifications/").status_code == 403
    exported = sign_in("amina").get("/droits/verifications/?export=csv&asked_by=manirakiza")
    assert "droits ouverts" in exported.content.decode("utf-8-sig")
