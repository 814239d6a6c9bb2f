"""A CSV of any size from the page: streamed to disk, kept in parts, checked by its job."""

import resource
from collections.abc import Iterator
from io import RawIOBase

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from federations.models import Job
from federations.services.jobs import run_job
from federations.tenancy.scope import open_scope
from membership.models import ImportPart, MemberImport
from membership.services.imports import staging
from tests.membership.importing import TITLES, child, csv_of, head, outcomes, told

BOUNDARY = "limite-du-fichier"
#: A remark that nobody reads makes a register of few households as heavy as the country's.
REMARK = "carnet relu au centre ; " * 85
HOUSEHOLDS = 15_000
SYLLABLES = ("ba", "de", "fi", "go", "ku", "ma", "ne", "pi", "to", "zu")
LEAST_BYTES = 60 * 1024 * 1024
#: Parts being written or checked, never the file.
MOST_GROWN_KILOBYTES = 120 * 1024


class Streamed(RawIOBase):
    """A request's body made as it is read, so that the test holds no more than the server."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._left = pieces, b""

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size and (piece := next(self._pieces, b"")):
            self._left += piece
        taken, self._left = self._left[:size], self._left[size:]
        return taken


def part(name: str, value: str) -> bytes:
    said = f'Content-Disposition: form-data; name="{name}"'
    return f"--{BOUNDARY}\r\n{said}\r\n\r\n{value}\r\n".encode()


def named(rank: int) -> str:
    """Return a family name of its own: nobody in the file is like anybody else."""
    return "".join(SYLLABLES[int(digit)] for digit in f"{rank:05d}")


def register() -> Iterator[bytes]:
    """Yield a CSV of households of two, each row with its remark."""
    titles = (*TITLES, "Remarque")
    yield csv_of([], titles)
    for rank in range(HOUSEHOLDS):
        known = {"number": f"REG-{rank:07d}", "key": "", "family": named(rank)}
        day = f"{1 + rank % 28:02d}/{1 + rank // 28 % 12:02d}"
        years = rank // 336 % 45
        rows = [
            head(**known, birth=f"{day}/{1945 + years}"),
            child(**known, birth=f"{day}/{1975 + years}"),
        ]
        yield csv_of([{**row, "Remarque": REMARK} for row in rows], titles).split(b"\r\n", 1)[1]


def body(name: str, content: Iterator[bytes]) -> Iterator[bytes]:
    yield part("kind", "members") + part("year", "2025")
    yield part("backdating_reason", "Carnets rentrés tard")
    said = f'Content-Disposition: form-data; name="file"; filename="{name}"'
    yield f"--{BOUNDARY}\r\n{said}\r\nContent-Type: text/csv\r\n\r\n".encode()
    yield from content
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def send(client: Client, body: Iterator[bytes], length: int):
    environ = {
        "wsgi.input": Streamed(body),
        "CONTENT_LENGTH": str(length),
        "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
    }
    return client.generic("POST", reverse("import_add"), **environ)


def length_of(pieces: Iterator[bytes]) -> int:
    return sum(map(len, pieces))


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def test_sixty_megabytes_are_kept_and_checked_in_flat_memory(world, sign_in):
    client = sign_in("amina")
    length = length_of(body("pays.csv", register()))
    assert length > LEAST_BYTES
    before = memory()
    answer = send(client, body("pays.csv", register()), length)
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    with open_scope(world.actor("amina"), source="essai"):
        row = MemberImport.objects.get()
        job = Job.objects.get(kind="import_check")
        assert row.rows == 2 * HOUSEHOLDS
        kept = ImportPart.objects.filter(member_import=row)
        assert kept.count() > 2 * HOUSEHOLDS // staging.ROWS_A_PART
    run_job(job.pk)
    assert memory() - before < MOST_GROWN_KILOBYTES
    with open_scope(world.actor("amina"), source="essai"):
        row.refresh_from_db()
        assert row.state == "checked"
        assert outcomes(row) == {"created": 2 * HOUSEHOLDS}, told(row)[:5]
    page = client.get(reverse("import_detail", args=[row.pk])).content.decode()
    assert "30\u202f000" in page


def test_half_a_gigabyte_of_spreadsheet_is_refused_in_a_sentence(world, sign_in):
    def booby_trap() -> Iterator[bytes]:
        yield b"PK\x03\x04"
        for _ in range(500):
            yield bytes(1024 * 1024)

    length = length_of(body("piege.xlsx", booby_trap()))
    before = memory()
    answer = send(sign_in("amina"), body("piege.xlsx", booby_trap()), length)
    assert answer.status_code == 422
    assert "enregistrez-le en CSV" in answer.content.decode()
    assert memory() - before < MOST_GROWN_KILOBYTES
    with open_scope(world.actor("amina"), source="essai"):
        assert not MemberImport.objects.exists()


def test_a_large_body_from_nobody_is_not_read(db):
    def unread() -> Iterator[bytes]:
        pytest.fail("the body was read")
        yield b""

    client = Client(enforce_csrf_checks=True)
    client.get("/compte/login/")
    answer = send(client, unread(), settings.ANONYMOUS_UPLOAD_MAX_SIZE + 1)
    assert answer.status_code == 413


def test_the_proxy_lets_a_register_through_and_nothing_else_large():
    rules = (settings.BASE_DIR / "deploy" / "Caddyfile").read_text()
    assert f"@register path {reverse('import_add')}\n" in rules
    assert f"@others not path {reverse('import_add')}\n" in rules
    assert rules.count("request_body @") == rules.count("request_body") == 2
