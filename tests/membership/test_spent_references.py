"""A transaction that an operator's statement accounts for pays nothing else, by hand or by file."""

import pytest

from conamus.kernel.errors import DomainError
from membership.models import Payment, StatementLine
from membership.selectors.statements import spent_lines
from membership.services.payments import reverse_payment
from membership.services.statement_lines import release_line
from membership.services.statements import bring_statement
from tests.membership.importing import csv_of, loaded, outcomes, told
from tests.membership.money import TODAY, owing, paid

_STATEMENT = """Référence;Date;Entrée;Sortie;Téléphone
QQ1;30/06/2025;21 000;;79 12 34 56
OUT1;30/06/2025;;1 000;79 00 00 01
NEW1;30/06/2025;3 000;;79 00 00 02
"""


@pytest.fixture
def first(amina) -> Payment:
    """A receipt without a reference, which a statement's line was found to be by telephone."""
    payment = paid(
        amina, owing("UMU-1001"), method="lumicash", amount_francs=21_000,
        payer_phone="79 12 34 56",
    )  # fmt: skip
    brought = bring_statement(
        actor=amina, method="lumicash", name="releve.csv", content=_STATEMENT.encode()
    )
    states = dict(brought.statement.lines.values_list("reference", "state"))
    assert states == {"QQ1": "matched", "OUT1": "set_aside", "NEW1": "unknown"}
    return payment


def _pay(amina, reference: str, **changes) -> Payment:
    asked = {"method": "lumicash", "amount_francs": 1_000, "reference": reference, **changes}
    return paid(amina, owing("UMU-1002"), **asked)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("QQ1", "ligne de relevé du 30/06/2025 rapprochée : reçu UMU-S1-2025-00001"),
        ("qq 1", "rapprochée : reçu UMU-S1-2025-00001"),
        ("OUT1", "ligne de relevé du 30/06/2025 écartée"),
    ],
)
def test_by_hand(amina, first, reference, words):
    with pytest.raises(DomainError, match=words) as refused:
        _pay(amina, reference)
    assert [one.field for one in refused.value.each()] == ["reference"]
    assert Payment.objects.count() == 1


def test_what_waits_or_is_another_operators_pays(amina, first):
    assert _pay(amina, "NEW1", amount_francs=3_000)
    assert _pay(amina, "QQ1", method="ecocash")


def test_freed_with_its_line(amina, first):
    """A cancelled receipt's line waits again; a line taken up again too."""
    reverse_payment(actor=amina, payment_id=first.pk, reason="Autre ménage")
    assert _pay(amina, "QQ1", amount_francs=21_000)
    aside = StatementLine.objects.get(reference="OUT1")
    release_line(actor=amina, line_id=aside.pk)
    assert spent_lines(amina.tenant_id, ["OUT1"]) == []
    assert _pay(amina, "OUT1")


def test_by_file(amina, first, tmp_path):
    """The very payment is recognised by its line's reference; another of it is refused."""
    titles = ("N° ménage", "Montant", "Date", "Moyen", "Référence")
    cells = ("UMU-1001", "21 000", f"{TODAY:%d/%m/%Y}", "Lumicash", "QQ1")
    same = dict(zip(titles, cells, strict=True))
    rows = [
        same,
        same | {"N° ménage": "UMU-1002", "Montant": "5 000"},
        same | {"Montant": "1 000", "Référence": "OUT1"},
    ]
    owing("UMU-1002")
    run = loaded(amina, tmp_path, csv_of(rows, titles), kind="payments", choice="good_rows")
    assert outcomes(run) == {"unchanged": 1, "refused": 2}, told(run)
    assert "a déjà servi : reçu UMU-S1-2025-00001, 21" in told(run)[0]
    assert "a déjà servi : ligne de relevé écartée, 1" in told(run)[1]
    assert Payment.objects.count() == 1
