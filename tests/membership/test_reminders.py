"""Reminders by text message: whom, which words, sent once, told when they fail; off by default."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils import timezone

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.models import Job, Unit
from federations.services.jobs import run_job
from membership.models import Beneficiary, Enrolment, Household, Reminder
from membership.rules.text_messages import LONGEST, as_sent, filled, is_mobile, length
from membership.services.reminders import (
    MODELS,
    OFF,
    prepare_reminders,
    request_reminders,
    retry_reminders,
)
from membership.sms import (
    GatewayProvider,
    ProviderUnreachable,
    SendingFailed,
    provider_in_use,
)
from tests.membership.money import owing, paid

PAY, RENEW = Reminder.Purpose.PAY, Reminder.Purpose.RENEW
PHONES = {"UMU-1001": "79100101", "UMU-1002": "61100102", "UMU-1003": "22251003"}


class Gateway(HTTPServer):
    """A gateway on this machine: keeps what it was sent, answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.received: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.refused_phones: set[str] = set()
        self.answer: tuple[int, dict[str, str], bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/messages?plan=1"


class _Answer(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        message = json.loads(body)
        self.server.authorizations.append(self.headers["Authorization"])
        self.server.received.append({"path": self.path, **message})
        status, headers, content = self.server.answer or (
            (422, {}, b"{}")
            if message["to"][-8:] in self.server.refused_phones
            else (201, {}, json.dumps({"data": [{"id": len(self.server.received)}]}).encode())
        )
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Keep quiet."""


@contextmanager
def _running() -> Iterator[Gateway]:
    server = Gateway()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    """Run a gateway, and configure it as the provider."""
    with _running() as server:
        settings.SMS = {
            **settings.SMS,
            "provider": "http",
            "url": server.url,
            "token": "secret",
            "sender": "UMUCO",
            "reference_field": "data.0.id",
            "timeout_seconds": 2.0,
            "may_be_private": True,
        }
        yield server


@pytest.fixture
def console(settings) -> None:
    """Configure the demonstration's provider."""
    settings.SMS = {**settings.SMS, "provider": "console"}


def _late(world, as_actor, **phones: str) -> None:
    """Make the households of section 1 owe 30,000, reached by these telephones."""
    with as_actor(world.system("UMUCO")):
        for number, phone in (phones or PHONES).items():
            owing(number)
            Household.objects.filter(number=number).update(phone=phone)


def _asked(**changes: Any) -> dict[str, Any]:
    return {"purpose": PAY, "year": 2025, "unit_id": None, "text": MODELS[PAY], **changes}


def _prepared(world, as_actor, username: str = "amina", **changes: Any):
    actor = world.actor(username)
    with as_actor(actor):
        return prepare_reminders(actor=actor, **_asked(**changes))


def _request(world, as_actor, username: str = "amina", **changes: Any) -> Job:
    actor = world.actor(username)
    with as_actor(actor):
        return request_reminders(actor=actor, **_asked(**changes))


def _rows(world, as_actor) -> list[Reminder]:
    with as_actor(world.system("UMUCO")):
        return list(Reminder.objects.order_by("pk"))


def _job(world, as_actor, job: Job) -> Job:
    with as_actor(world.system("UMUCO")):
        return Job.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    ("phone", "can"),
    [("79123456", True), ("61000000", True), ("29000000", True), ("60123456", False),
     ("73123456", False), ("31123456", False), ("22251010", False), ("7912345", False),
     ("791234567", False), ("", False), ("+25779123456", False)],
)  # fmt: skip
def test_only_mobile_numbers_receive_a_text(phone: str, can: bool) -> None:
    assert is_mobile(phone) is can


def test_accents_that_a_telephone_lacks_are_written_without() -> None:
    assert as_sent("Ménage à Muyinga, où ?") == "Ménage à Muyinga, où ?"
    assert as_sent("fête, reçu, cœur, Noël, « oui »") == 'fete, recu, coeur, Noel, " oui "'
    assert length("€") == 2
    assert length(as_sent("ê" * 160)) == 160


def test_the_usual_words_fit_in_one_message() -> None:
    facts = {
        "federation": "Tugarukiramagara",
        "menage": "TUG-100234",
        "annee": "2026",
        "reste": "35\u202f000\u00a0FBu",
        "telephone": "22 25 10 10",
    }
    for model in MODELS.values():
        text = filled(model, facts)
        assert length(text) <= LONGEST, text
        assert "{" not in text


def test_a_late_payer_is_told_number_amount_and_whom_to_call(world, as_actor) -> None:
    _late(world, as_actor)
    with as_actor(world.system("UMUCO")):
        paid(
            world.actor("amina"),
            Enrolment.objects.get(household__number="UMU-1001", year_id=2025),
            amount_francs=10_000,
        )
        Unit.objects.filter(code="UMU-S1").update(phone="22 40 00 01")
    batch = _prepared(world, as_actor)
    told = {one.number: one for one in batch.messages}
    assert set(told) == {"UMU-1001", "UMU-1002"}
    assert told["UMU-1001"].phone == "79100101"
    assert told["UMU-1001"].text == (
        "Umuco : ménage UMU-1001, cotisation 2025 en retard de 20 000 FBu. Payez à votre mutuelle "
        "pour garder vos droits. Info : 22 40 00 01"
    )
    assert (batch.left_out.total, batch.left_out.without_mobile) == (3, 1)


def test_who_is_not_enrolled_again_is_asked_to_renew_by_the_heads_phone(world, as_actor) -> None:
    with as_actor(world.system("UMUCO")):
        Beneficiary.objects.filter(number="UMU-2003-0").update(phone="71200300")
        Household.objects.filter(number="UMU-2001").update(
            phone="79200100", closed_on="2025-03-01", closed_because="departed"
        )
    batch = _prepared(world, as_actor, purpose=RENEW, year=2026, text=MODELS[RENEW])
    assert [(one.number, one.phone) for one in batch.messages] == [("UMU-2003", "71200300")]
    assert "n'est pas encore inscrit pour 2026" in batch.messages[0].text
    assert batch.messages[0].text.endswith("Info : au bureau")


def test_one_telephone_has_one_message(world, as_actor) -> None:
    _late(world, as_actor, **{"UMU-1001": "79100101", "UMU-1002": "79100101"})
    batch = _prepared(world, as_actor)
    assert [one.number for one in batch.messages] == ["UMU-1001"]
    assert batch.left_out.same_phone == 1


def test_who_has_paid_is_left_alone(world, as_actor) -> None:
    _late(world, as_actor)
    with as_actor(world.system("UMUCO")):
        enrolment = Enrolment.objects.get(household__number="UMU-1001", year_id=2025)
        paid(world.actor("amina"), enrolment, amount_francs=30_000)
    assert [one.number for one in _prepared(world, as_actor).messages] == ["UMU-1002"]


@pytest.mark.parametrize(
    ("changes", "field", "why"),
    [
        ({"text": "  "}, "text", "vide"),
        ({"text": "Ménage {numero}"}, "text", "{numero}"),
        ({"text": "Ménage {menage"}, "text", "accolade"),
        ({"text": "x" * 161}, "text", "161 caractères"),
        ({"text": "€" * 81}, "text", "162 caractères"),
        ({"purpose": "chat"}, "purpose", "objet"),
        ({"purpose": RENEW, "text": "{reste}"}, "text", "{reste}"),
    ],
)
def test_a_text_that_cannot_go_out_is_refused(changes, field, why, world, as_actor) -> None:
    _late(world, as_actor)
    with pytest.raises(DomainError) as refusal:
        _prepared(world, as_actor, **changes)
    assert refusal.value.field == field
    assert why in refusal.value.message


def test_an_agent_reminds_only_their_unit_and_nobody_another_federation(world, as_actor) -> None:
    _late(world, as_actor, **PHONES, **{"UMU-2001": "79200101"})
    assert {one.number for one in _prepared(world, as_actor, "agnes").messages} == {
        "UMU-1001",
        "UMU-1002",
    }
    assert len(_prepared(world, as_actor, unit_id=world.units["UMU-S2"]).messages) == 1
    for username, unit in (("agnes", "UMU-S2"), ("agnes", "INE-S1"), ("amina", "INE-S1")):
        with pytest.raises(NotFound):
            _prepared(world, as_actor, username, unit_id=world.units[unit])
    assert _prepared(world, as_actor, "bernard").messages == []


@pytest.mark.parametrize("username", ["albert", "arthur", "annick", "fabrice", "clara"])
def test_who_may_not_remind(username, world, as_actor, console) -> None:
    actor = world.actor(username)
    with as_actor(actor):
        for call in (prepare_reminders, request_reminders):
            with pytest.raises(NotAllowed):
                call(actor=actor, **_asked())
        with pytest.raises(NotAllowed):
            retry_reminders(actor=actor)


def test_nothing_is_sent_nor_written_while_it_is_off(world, as_actor, sign_in) -> None:
    _late(world, as_actor)
    assert provider_in_use() is None
    with pytest.raises(DomainError, match="désactivé"):
        _request(world, as_actor)
    assert _rows(world, as_actor) == []
    agnes = sign_in("agnes")
    for address in (reverse("reminders"), reverse("reminder_send")):
        assert OFF in agnes.get(address).content.decode()
    page = agnes.post(reverse("reminder_send"), _typed(preview="1"))
    assert "2 messages à envoyer" in page.content.decode()
    assert 'name="send"' not in page.content.decode()
    refused = agnes.post(reverse("reminder_send"), _typed(send="1", seen="2"))
    assert refused.status_code == 422
    assert "désactivé" in refused.content.decode()
    assert _rows(world, as_actor) == []


def test_an_unknown_provider_is_no_silent_off(settings) -> None:
    settings.SMS = {**settings.SMS, "provider": "pigeon"}
    with pytest.raises(ImproperlyConfigured):
        provider_in_use()


def test_messages_go_out_through_the_gateway_once(own_database, as_actor, gateway) -> None:
    world = own_database
    _late(world, as_actor)
    job = _request(world, as_actor, expected=2, key="k")
    assert _request(world, as_actor, expected=2, key="k").pk == job.pk
    assert [row.state for row in _rows(world, as_actor)] == ["waiting", "waiting"]
    run_job(job.pk)
    first = gateway.received[0]
    assert first == {
        "path": "/v1/messages?plan=1",
        "to": "+25779100101",
        "text": _rows(world, as_actor)[0].text,
        "from": "UMUCO",
    }
    assert gateway.authorizations == ["Bearer secret", "Bearer secret"]
    rows = _rows(world, as_actor)
    assert [(row.state, row.provider_reference, row.provider) for row in rows] == [
        ("sent", "1", "passerelle HTTP"),
        ("sent", "2", "passerelle HTTP"),
    ]
    assert all(row.sent_at and row.asked_by == "Amina Nduwimana" for row in rows)
    assert _job(world, as_actor, job).result["message"] == "2 messages envoyés."
    with as_actor(world.system("UMUCO")):
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    run_job(job.pk)
    assert len(gateway.received) == 2
    with pytest.raises(DomainError, match="Aucun message"):
        _request(world, as_actor)
    assert _prepared(world, as_actor).left_out.already_today == 2


def test_a_failure_says_why_and_can_be_sent_again(own_database, as_actor, gateway) -> None:
    world = own_database
    _late(world, as_actor)
    gateway.refused_phones = {"61100102"}
    job = _request(world, as_actor)
    run_job(job.pk)
    failed = _rows(world, as_actor)[1]
    assert (failed.state, failed.sent_at) == ("failed", None)
    assert failed.error == "La passerelle a refusé le message (réponse 422)."
    assert "1 échec" in _job(world, as_actor, job).result["message"]
    gateway.refused_phones = set()
    amina = world.actor("amina")
    with as_actor(amina):
        again = retry_reminders(actor=amina)
    run_job(again.pk)
    states = [(row.household_id, row.state) for row in _rows(world, as_actor)]
    household = world.households["UMU-1002"]
    assert states[1:] == [(household, "failed"), (household, "sent")]
    with as_actor(amina), pytest.raises(DomainError, match="Aucun message"):
        retry_reminders(actor=amina)


def test_who_has_paid_since_is_not_sent_the_failed_message(own_database, as_actor, gateway) -> None:
    world = own_database
    _late(world, as_actor)
    gateway.answer = (500, {}, b"")
    run_job(_request(world, as_actor).pk)
    amina = world.actor("amina")
    with as_actor(amina):
        enrolment = Enrolment.objects.get(household__number="UMU-1001", year_id=2025)
        paid(amina, enrolment, amount_francs=30_000)
        retry_reminders(actor=amina)
    waiting = [row for row in _rows(world, as_actor) if row.state == Reminder.State.WAITING]
    assert [row.household_id for row in waiting] == [world.households["UMU-1002"]]


def test_what_was_on_its_way_when_the_worker_died_is_not_sent_twice(
    own_database, as_actor, gateway
) -> None:
    world = own_database
    _late(world, as_actor)
    job = _request(world, as_actor)
    with as_actor(world.system("UMUCO")):
        Reminder.objects.filter(phone="79100101").update(sent_at=timezone.now())
    run_job(job.pk)
    assert [one["to"] for one in gateway.received] == ["+25761100102"]
    told = _rows(world, as_actor)[0]
    assert told.state == Reminder.State.FAILED
    assert "on ne sait pas" in told.error


def test_a_gateway_that_does_not_answer_is_not_tried_for_ever(
    own_database, as_actor, gateway, settings
) -> None:
    world = own_database
    phones = {f"UMU-{n}00{h}": f"7910{n}00{h}" for n in (1, 2) for h in (1, 2, 3)}
    _late(world, as_actor, **phones)
    job = _request(world, as_actor)
    gateway.shutdown()
    gateway.server_close()
    run_job(job.pk)
    errors = [row.error for row in _rows(world, as_actor)]
    assert errors[:3] == ["La passerelle est injoignable."] * 3
    assert errors[3:] == ["Pas essayé : la passerelle ne répondait plus."] * 3


def test_what_a_lost_job_left_waiting_hinders_nobody(own_database, as_actor, gateway) -> None:
    world = own_database
    _late(world, as_actor)
    _request(world, as_actor)
    with as_actor(world.system("UMUCO")):
        Reminder.objects.update(asked_at=timezone.now() - timedelta(days=2))
    _request(world, as_actor)
    states = [row.state for row in _rows(world, as_actor)]
    assert states == ["failed", "failed", "waiting", "waiting"]


def test_another_number_than_was_shown_is_shown_first(world, as_actor, console) -> None:
    _late(world, as_actor)
    with pytest.raises(DomainError, match="relisez"):
        _request(world, as_actor, expected=5)
    assert _rows(world, as_actor) == []


def _provider(gateway: Gateway, **changes: Any) -> GatewayProvider:
    return GatewayProvider(
        **{"url": gateway.url, "may_be_private": True, "timeout_seconds": 1.0, **changes}
    )


def test_a_redirection_is_not_followed(gateway) -> None:
    with _running() as inside:
        gateway.answer = (307, {"Location": inside.url}, b"")
        with pytest.raises(SendingFailed, match="autre adresse"):
            _provider(gateway).send("79100101", "Bonjour")
        assert inside.received == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"])
def test_a_private_address_is_refused_unless_it_is_allowed(host, gateway) -> None:
    provider = GatewayProvider(url=f"https://{host}:{gateway.server_port}/", timeout_seconds=1.0)
    with pytest.raises(SendingFailed, match="réseau privé"):
        provider.send("79100101", "Bonjour")
    assert gateway.received == []


@pytest.mark.parametrize(
    "url", ["http://passerelle.exemple.bi/", "ftp://exemple.bi/", "passerelle", ""]
)
def test_an_address_in_clear_is_refused_at_once(url) -> None:
    with pytest.raises(ValueError, match="https"):
        GatewayProvider(url=url)


def test_a_gateway_that_hangs_is_given_up(gateway) -> None:
    release = threading.Event()
    gateway.RequestHandlerClass = type(
        "Slow", (_Answer,), {"do_POST": lambda self: release.wait(5) and None}
    )
    try:
        with pytest.raises(ProviderUnreachable, match="à temps"):
            _provider(gateway, timeout_seconds=0.3).send("79100101", "Bonjour")
    finally:
        release.set()


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"id": {}}', b'{"other": 1}'])
def test_an_answer_without_reference_is_still_sent(content, gateway) -> None:
    gateway.answer = (200, {}, content)
    assert _provider(gateway).send("79100101", "Bonjour") == ""


def test_the_secret_is_not_in_what_is_shown_of_a_provider(gateway) -> None:
    assert "s3cr3t" not in repr(_provider(gateway, token="s3cr3t"))


def _typed(**changes: Any) -> dict[str, Any]:
    return {"unit": "", "year": 2025, "text": MODELS[PAY], **changes}


def test_the_page_previews_sends_and_logs(own_database, as_actor, console, sign_in) -> None:
    world = own_database
    _late(world, as_actor)
    agnes = sign_in("agnes")
    page = agnes.get(reverse("reminder_send")).content.decode()
    assert "aucun téléphone ne sonne" in page
    assert "Section Umuco 2" not in page
    seen = agnes.post(reverse("reminder_send"), _typed(preview="1"))
    text = seen.content.decode()
    assert seen.status_code == 200
    assert "3 ménages à rappeler, 2 messages à envoyer." in text
    assert "1 sans numéro de téléphone mobile" in text
    assert 'name="seen" value="2"' in text
    assert _rows(world, as_actor) == []
    stale = agnes.post(reverse("reminder_send"), _typed(send="1", seen="1"))
    assert stale.status_code == 422
    sent = agnes.post(reverse("reminder_send"), _typed(send="1", seen="2"))
    assert sent.status_code == 302
    with as_actor(world.system("UMUCO")):
        job = Job.objects.get(kind="reminders")
    run_job(job.pk)
    assert "2 messages envoyés." in agnes.get(sent["Location"]).content.decode()
    log = agnes.get(reverse("reminders"), {"state": "sent", "q": "UMU-1001"}).content.decode()
    assert "79100101" in log
    assert "61100102" not in log
    assert "Aujourd’hui : 2 envoyés" in log
    assert "79100101" not in sign_in("beatrice").get(reverse("reminders")).content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"year": "1999"}, {"unit": "x"}, {"text": ""}, {"text": "{qui}"}, {"text": "x" * 301}],
)
def test_what_is_wrong_is_told_beside_its_field(changes, world, sign_in, console) -> None:
    answer = sign_in("agnes").post(reverse("reminder_send"), _typed(preview="1", **changes))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == set(changes)


def test_a_unit_of_others_cannot_be_chosen(world, sign_in, console) -> None:
    for username, unit in (("agnes", "UMU-S2"), ("amina", "INE-S1")):
        typed = _typed(preview="1", unit=world.units[unit])
        answer = sign_in(username).post(reverse("reminder_send"), typed)
        assert "unit" in answer.context["form"].errors


def test_failures_are_offered_again_on_the_log(own_database, as_actor, gateway, sign_in) -> None:
    world = own_database
    _late(world, as_actor)
    gateway.answer = (503, {}, b"")
    run_job(_request(world, as_actor).pk)
    agnes = sign_in("agnes")
    assert "Renvoyer les échecs du jour (2)" in agnes.get(reverse("reminders")).content.decode()
    export = agnes.get(reverse("reminders"), {"export": "csv"}).content.decode()
    assert "échoué : La passerelle a refusé le message (réponse 503)." in export
    assert "passerelle HTTP" in export
    assert "Amina Nduwimana" in export
    gateway.answer = None
    made = agnes.post(reverse("reminder_retry"))
    assert made.status_code == 302
    assert "Renvoyer les échecs" not in agnes.get(reverse("reminders")).content.decode()
    again = agnes.post(reverse("reminder_retry"), follow=True)
    assert "Aucun message à envoyer" in again.content.decode()
    assert agnes.get(reverse("reminder_retry")).status_code == 405
