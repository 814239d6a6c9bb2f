"""What is said of an import's rows comes back row by row from its short form."""

from membership.rules.imports import RowOutcome, pack_findings, unpack_findings


def test_notes_come_back_among_words_that_look_like_their_keys() -> None:
    lines = [(number, [""]) for number in range(2, 15)]
    notes = {
        2: [('"1": [', '"1": ', '\\"1": "'), ("Nom", "", '"12": [["faux"]]')],
        3: [("Colline", "Kibasi", "Rubamvyi")],
        14: [('"0": ', "", "x\ny")],
    }
    outcomes = {number: RowOutcome.CREATED for number, _ in lines} | {3: RowOutcome.CHANGED}
    found = unpack_findings(pack_findings(lines, outcomes, notes))
    told = {number: found.notes(rank) for rank, (number, _) in enumerate(lines)}
    assert {number: [tuple(one) for one in said] for number, said in told.items() if said} == notes
    assert [found.outcome(rank) for rank in range(2)] == [RowOutcome.CREATED, RowOutcome.CHANGED]
    assert found.ranks(RowOutcome.CHANGED) == [1]


def test_a_part_that_was_not_looked_at_says_nothing() -> None:
    assert unpack_findings(b"").notes(0) == ()
