"""Surveys: interviews written once, scores by group, small groups hidden, files, walls."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from claims.models import Questionnaire, SurveyAnswer, SurveyFacility, SurveyInterview
from claims.rules.questionnaires import QuestionnaireKind
from claims.rules.survey_file import question_row
from claims.selectors.questionnaires import questionnaire_in_force, questions_of
from claims.selectors.surveys import (
    GroupBy,
    interview_readings,
    listed_campaigns,
    scores_by_band,
    scores_by_federation,
    scores_by_section,
    scores_by_type,
    survey_scores,
)
from claims.services.interviews import correct_interview, read_interview
from claims.services.survey_files import Brought, bring_interviews, read_questionnaire
from claims.services.surveys import NewInterview
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.tenancy.scope import open_scope
from tests.claims.surveying import GOOD, POOR, QUESTIONS, answer, answer_many, launch
from tests.claims.visiting import publish
from tests.federations.sheet_samples import as_ods, as_xlsx
from tests.world import World

SEXES = {"F": "femme", "M": "homme"}
HEAD = "Formation sanitaire;Date;Sexe;Âge;Q1;Q2;Q3;Q4;Q5"


def _scores(world: World, campaign: Any, by: str = "amina") -> Any:
    with open_scope(world.actor(by), source="essai"):
        return survey_scores(campaign)


def _bring(world: World, campaign: Any, *rows: str, by: str = "agnes") -> Brought:
    actor = world.actor(by)
    with open_scope(actor, source="essai"):
        content = "\n".join([HEAD, *rows]).encode()
        return bring_interviews(actor=actor, campaign_id=campaign.pk, content=content)


class TestQuestionnaires:
    """Versions, published once and for all."""

    def test_the_latest_begun_version_is_in_force(self, world: World) -> None:
        kind = QuestionnaireKind.QUALITY
        first, second = (publish(world, kind, *QUESTIONS) for _ in range(2))
        with open_scope(world.actor("amina"), source="essai"):
            found = questionnaire_in_force(world.tenants["UMUCO"], kind.value, date(2025, 1, 1))
            assert found is not None
            assert (found.pk, found.version) == (second, 2)
            assert found.pk != first
            before = questionnaire_in_force(world.tenants["UMUCO"], kind.value, date(2020, 1, 1))
            assert before is None

    def test_a_published_version_is_never_changed(self, world: World) -> None:
        publish(world, QuestionnaireKind.QUALITY, *QUESTIONS)
        for table in ("questionnaire", "question"):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                open_scope(world.actor("clara"), source="essai"),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE claims_{table} SET id = id")

    def test_a_version_comes_back_as_the_file_that_brings_it(self, world: World) -> None:
        pk = publish(world, QuestionnaireKind.QUALITY, *QUESTIONS)
        with open_scope(world.actor("amina"), source="essai"):
            rows = [question_row(one.facts) for one in questions_of(pk)]
        head = "Section;Question;Type;Choix;Poids;Obligatoire"
        lines = [";".join(f'"{cell}"' for cell in row.values()) for row in rows]
        assert read_questionnaire("\n".join([head, *lines]).encode()) == QUESTIONS

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            (";;oui ou non;;;", "Ligne 2 : écrivez la question"),
            ("A;?;devinette;;;", "Ligne 2 : le type est l’un de"),
            ("A;?;oui ou non;;99;", "Ligne 2 : le poids est de 1 à 20"),
            ("A;?;oui ou non;bon;;", "Ligne 2 : seul le type « choix »"),
            ("A;?;choix;bon = 100;;", "Ligne 2 : écrivez au moins deux choix"),
            ('A;?;choix;"bon = 101; mal = 0";;', "Ligne 2 : les points vont de 0 à 100"),
            ("A;?;texte libre;;;", "Aucune question n’a de points"),
        ],
    )
    def test_a_file_that_is_no_questionnaire(self, row: str, told: str) -> None:
        head = "Section;Question;Type;Choix;Poids;Obligatoire"
        with pytest.raises(DomainError) as refused:
            read_questionnaire(f"{head}\n{row}".encode())
        assert told in refused.value.each()[0].message


class TestCampaigns:
    """Launching a survey."""

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"title": " "}, "title"),
            ({"ends_on": date(2025, 4, 1)}, "ends_on"),
            ({"wanted": 0}, "wanted"),
            ({"codes": ("FS-T001", "FS-9999")}, "codes"),
            ({"codes": ()}, "drawn"),
            ({"kind": "visit"}, "kind"),
            ({"starts_on": date(2023, 1, 1)}, "kind"),
        ],
    )
    def test_what_cannot_be_launched(self, world: World, told: dict, field: str) -> None:
        with pytest.raises(DomainError) as refused:
            launch(world, **told)
        assert field in {one.field for one in refused.value.each()}

    def test_facilities_drawn_by_a_seed_that_is_kept(self, world: World) -> None:
        campaign = launch(world, codes=(), drawn=1)
        assert campaign.seed
        with open_scope(world.actor("clara"), source="essai"):
            assert SurveyFacility.objects.filter(campaign=campaign).count() == 1

    def test_only_managers_and_advisers_launch(self, world: World) -> None:
        for username in ("agnes", "annick", "arthur"):
            with pytest.raises(NotAllowed):
                launch(world, username)


class TestInterviews:
    """Interviews are of nobody by name, and written once."""

    def test_sent_twice_it_is_one(self, world: World) -> None:
        campaign = launch(world)
        made = {answer(world, campaign, reference="clé").pk for _ in range(2)}
        with open_scope(world.actor("agnes"), source="essai"):
            assert len(made) == SurveyInterview.objects.count() == 1
            assert SurveyAnswer.objects.count() == len(GOOD)

    @pytest.mark.parametrize(
        ("answers", "told", "field"),
        [
            ({}, {}, "q1"),
            ({1: "6"}, {}, "q1"),
            ({1: "4", 2: "peut-être"}, {}, "q2"),
            ({1: "4", 3: "trop"}, {}, "q3"),
            ({1: "4", 4: "-1"}, {}, "q4"),
            ({1: "4", 5: "x" * 501}, {}, "q5"),
            ({1: "4"}, {"sex": ""}, "sex"),
            ({1: "4"}, {"age_band": "42"}, "age_band"),
            ({1: "4"}, {"taken_on": date(2025, 7, 1)}, "taken_on"),
            ({1: "4"}, {"taken_on": date(2025, 4, 30)}, "taken_on"),
        ],
    )
    def test_what_is_no_interview(
        self, world: World, answers: dict, told: dict, field: str
    ) -> None:
        campaign = launch(world)
        with pytest.raises(DomainError) as refused:
            answer(world, campaign, answers, **told)
        assert {one.field for one in refused.value.each()} == {field}

    def test_a_facility_that_is_not_asked(self, world: World) -> None:
        campaign = launch(world, codes=("FS-T002",))
        with pytest.raises(NotFound):
            answer(world, campaign)


class TestScores:
    """What scores are, and which are shown."""

    def test_missing_is_not_zero(self, world: World) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 5, answers=GOOD)
        answer_many(world, campaign, 5, answers=POOR, facility_id=world.facilities["FS-T002"])
        scores = _scores(world, campaign)
        found = {one.facility.code: one.score for one in scores.facilities}
        assert found == {"FS-T001": Fraction(3, 4), "FS-T002": Fraction(1, 4)}
        assert scores.mean == Fraction(1, 2)

    def test_the_mean_counts_each_facility_once(self, world: World) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 9, answers=GOOD)
        answer_many(world, campaign, 5, answers=POOR, facility_id=world.facilities["FS-T002"])
        with open_scope(world.actor("amina"), source="essai"):
            assert survey_scores(campaign).mean == Fraction(1, 2)
            by_type = {name: score for name, _, score in scores_by_type(survey_scores(campaign))}
            assert set(by_type.values()) == {Fraction(3, 4), Fraction(1, 4)}
            welcome = scores_by_section(campaign, survey_scores(campaign))[0]
            possible = 9 * 300 + 5 * 200
            assert welcome == ("Accueil", 23, Fraction(9 * 250 + 5 * 50, possible))

    def test_fewer_than_five_are_not_shown(self, world: World) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 4)
        [one, _] = _scores(world, campaign).facilities
        assert (one.interviews, one.score) == (4, None)

    def test_one_grid_of_quality_is_enough(self, world: World) -> None:
        campaign = launch(world, kind="quality")
        answer(world, campaign, sex="", age_band="")
        assert _scores(world, campaign).mean == Fraction(3, 4)

    def test_a_small_group_and_who_would_tell_it_are_hidden(self, world: World) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 6)
        answer_many(world, campaign, 2, sex="M", age_band="from_60")
        with open_scope(world.actor("amina"), source="essai"):
            rows = scores_by_band(survey_scores(campaign), GroupBy.SEX, SEXES)
        assert rows == [("femme", None, None), ("homme", None, None)]

    def test_compared_with_the_year_before(self, world: World, settings: Any) -> None:
        settings.BUSINESS_DATE = date(2026, 6, 30)
        before = launch(world)
        answer_many(world, before, 5, answers=POOR)
        year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "year": 2026}
        now = launch(world, title="Satisfaction 2026", **year)
        answer_many(world, now, 5, answers=GOOD, taken_on=date(2026, 6, 1))
        [one, _] = _scores(world, now).facilities
        assert (one.score, one.before, one.change) == (
            Fraction(3, 4),
            Fraction(1, 4),
            Fraction(1, 2),
        )


class TestWalls:
    """Interviews are their federation's; CONAMUS has sums."""

    def test_a_federation_meets_its_own_interviews(self, world: World, as_actor: Callable) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 5)
        answer_many(world, campaign, 6, by="beatrice", answers=POOR)
        for username, count, score in (("amina", 5, "3/4"), ("bernard", 6, "1/4")):
            with as_actor(world.actor(username)):
                assert SurveyInterview.objects.count() == count
                scores = survey_scores(campaign)
                assert scores.interviews == count
                assert scores.mean == Fraction(score)

    def test_conamus_has_sums_and_no_interview(self, world: World, as_actor: Callable) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 5)
        answer_many(world, campaign, 5, by="beatrice", answers=POOR)
        with as_actor(world.actor("clara")):
            assert (SurveyInterview.objects.count(), SurveyAnswer.objects.count()) == (0, 0)
            scores = survey_scores(campaign)
            federations = {name: score for name, _, score in scores_by_federation(scores)}
        assert scores.interviews == 10
        assert federations == {"Umuco": Fraction(3, 4), "Ineza": Fraction(1, 4)}

    def test_what_is_not_summed_is_not_had_by_subtracting(
        self, world: World, as_actor: Callable
    ) -> None:
        """Twelve women and two men: the total less the women's would be the men's."""
        campaign = launch(world)
        answer_many(world, campaign, 12)
        answer_many(world, campaign, 2, sex="M", age_band="from_60", answers=POOR)
        with as_actor(world.actor("agnes")):
            assert _summed(campaign, "facility") == {world.facilities["FS-T001"]: 14}
            assert _summed(campaign, "sex") == _summed(campaign, "age") == {}

    def test_nor_of_a_facility_nor_of_a_federation_within_one(
        self, world: World, as_actor: Callable
    ) -> None:
        """The sexes give the whole survey, each facility its federations together."""
        campaign = launch(world)
        hospital = world.facilities["FS-T002"]
        answer_many(world, campaign, 6)
        answer_many(world, campaign, 5, sex="M", by="beatrice")
        with as_actor(world.actor("clara")):
            told = {world.tenants["UMUCO"]: 6, world.tenants["INEZA"]: 5}
            assert _summed(campaign, "federation") == told
        answer_many(world, campaign, 2, by="beatrice", facility_id=hospital, answers=POOR)
        answer_many(world, campaign, 6, facility_id=hospital)
        with as_actor(world.actor("clara")):
            assert _summed(campaign, "sex") == {"F": 14, "M": 5}
            assert _summed(campaign, "facility") == {
                world.facilities["FS-T001"]: 11, hospital: 8
            }  # fmt: skip
            # At the hospital two and six: neither; at the health centre as before.
            assert _summed(campaign, "federation") == told
        # Ineza's own sight: five at one, two at the other.
        with as_actor(world.actor("bernard")):
            assert _summed(campaign, "facility") == {}

    def test_the_page_says_hidden_of_the_second(self, world: World, sign_in: Any) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 6)
        answer_many(world, campaign, 2, facility_id=world.facilities["FS-T002"])
        [first, second] = _scores(world, campaign).facilities
        assert {first.interviews, second.interviews} == {6, 2}
        assert (first.score, second.score) == (None, None)
        page = sign_in("amina").get(f"/soins/enquetes/{campaign.pk}/").content.decode()
        assert page.count('data-label="Score">masqué') >= 2
        assert "trop peu" not in page

    def test_the_sums_of_few_are_told_to_nobody(self, world: World, as_actor: Callable) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 4)
        with as_actor(world.actor("clara")), connection.cursor() as cursor:
            cursor.execute("SELECT sum(answers) FROM survey_sums(%s, 'facility')", [[campaign.pk]])
            assert cursor.fetchone() == (0,)

    @pytest.mark.parametrize("username", ["fabrice", "regine"])
    def test_facility_and_regulator_reach_none(
        self, username: str, world: World, as_actor: Callable
    ) -> None:
        for statement in (
            "SELECT count(*) FROM claims_surveyinterview",
            "SELECT * FROM survey_sums(ARRAY[1]::bigint[], 'facility')",
        ):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                as_actor(world.actor(username)),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    def test_an_answer_cannot_hang_on_anothers_interview(
        self, world: World, as_actor: Callable
    ) -> None:
        campaign = launch(world)
        interview = answer(world, campaign, POOR)
        question = questions_of_campaign(world, campaign)
        with pytest.raises(DatabaseError, match="foreign key"), as_actor(world.actor("bernard")):
            SurveyAnswer.objects.create(
                tenant_id=world.tenants["INEZA"],
                interview_id=interview.pk,
                question_id=question,
                value="x",
            )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def test_anothers_own_survey_is_not_found(self, world: World) -> None:
        campaign = launch(world, "bernard")
        with pytest.raises(NotFound):
            answer(world, campaign)


def _summed(campaign: Any, by_what: str) -> dict[Any, int]:
    """Return how many answers to the first question are summed, by group."""
    group = {"facility": "facility_id", "federation": "federation_id"}.get(by_what, "band")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.{group}, s.answers FROM survey_sums(%s, %s) s "
            "JOIN claims_question q ON q.id = s.question_id AND q.position = 1",
            [[campaign.pk], by_what],
        )
        return dict(cursor.fetchall())


def questions_of_campaign(world: World, campaign: Any) -> int:
    """Return the last question of a survey, by its number in the database."""
    with open_scope(world.actor("clara"), source="essai"):
        found = Questionnaire.objects.get(pk=campaign.questionnaire_id)
        return questions_of(found.pk)[-1].pk


def _correction(world: World, campaign: Any, **told: Any) -> NewInterview:
    values = {
        "campaign_id": campaign.pk,
        "facility_id": world.facilities["FS-T001"],
        "taken_on": date(2025, 6, 30),
        "sex": "F",
        "age_band": "from_25",
        "answers": POOR,
        "reference": "correction",
        **told,
    }
    return NewInterview(**values)


class TestOneByOne:
    """An interview by itself: corrected by its writer on the day, read by who leads the survey."""

    def _correct(self, world: World, campaign: Any, interview: Any, by: str, **told: Any) -> Any:
        actor = world.actor(by)
        with open_scope(actor, source="essai"):
            return correct_interview(
                actor=actor,
                interview_id=interview.pk,
                interview=_correction(world, campaign, **told),
            )

    def test_a_correction_counts_in_the_place_of_the_first(self, world: World) -> None:
        campaign = launch(world)
        answer_many(world, campaign, 4)
        wrong = answer(world, campaign, reference="faux")
        made = {self._correct(world, campaign, wrong, "agnes").pk for _ in range(2)}
        assert len(made) == 1
        scores = _scores(world, campaign)
        assert scores.interviews == 5
        assert scores.mean == Fraction((4 * 300 + 50), (4 * 400 + 200))
        with open_scope(world.actor("agnes"), source="essai"):
            assert SurveyInterview.objects.count() == 6
            [listed] = listed_campaigns(world.actor("agnes"))
        assert listed.taken == 5

    def test_corrected_once_more_by_its_correction_only(self, world: World) -> None:
        campaign = launch(world)
        wrong = answer(world, campaign)
        again = self._correct(world, campaign, wrong, "agnes")
        with pytest.raises(NotFound, match="jour de sa saisie"):
            self._correct(world, campaign, wrong, "agnes", reference="autre")
        last = self._correct(world, campaign, again, "agnes", reference="encore")
        assert last.replaces_id == again.pk

    @pytest.mark.parametrize("by", ["albert", "amina", "annick"])
    def test_nobody_else_corrects(self, by: str, world: World) -> None:
        campaign = launch(world)
        wrong = answer(world, campaign)
        with pytest.raises(NotFound):
            self._correct(world, campaign, wrong, by)

    def test_nor_on_another_day(self, world: World, settings: Any) -> None:
        campaign = launch(world)
        wrong = answer(world, campaign)
        settings.BUSINESS_DATE = date(2025, 7, 1)
        with pytest.raises(NotFound):
            self._correct(world, campaign, wrong, "agnes")

    def test_what_is_no_interview_is_no_correction(self, world: World) -> None:
        campaign = launch(world)
        wrong = answer(world, campaign)
        with pytest.raises(DomainError):
            self._correct(world, campaign, wrong, "agnes", sex="")

    def test_each_reading_of_who_leads_is_kept(self, world: World) -> None:
        campaign = launch(world)
        interview = answer(world, campaign)
        for username in ("amina", "amina", "agnes"):
            actor = world.actor(username)
            with open_scope(actor, source="essai"):
                read_interview(actor=actor, campaign=campaign, interview_id=interview.pk)
        amina = world.actor("amina")
        with open_scope(amina, source="essai"):
            kept = interview_readings(amina, campaign)
        assert [(one.read_by_user_id, one.read_as) for one in kept] == 2 * [
            (world.users["amina"], "federation_manager")
        ]

    @pytest.mark.parametrize("username", ["albert", "annick", "arthur"])
    def test_nobody_else_reads(self, username: str, world: World) -> None:
        campaign = launch(world)
        interview = answer(world, campaign)
        actor = world.actor(username)
        with open_scope(actor, source="essai"), pytest.raises(NotFound):
            read_interview(actor=actor, campaign=campaign, interview_id=interview.pk)

    def test_a_reading_that_was_kept_stays(self, world: World) -> None:
        campaign = launch(world)
        interview = answer(world, campaign)
        amina = world.actor("amina")
        with open_scope(amina, source="essai"):
            read_interview(actor=amina, campaign=campaign, interview_id=interview.pk)
        for statement in ("DELETE FROM", "UPDATE"):
            ends = " SET read_by = 'x'" if statement == "UPDATE" else ""
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                open_scope(amina, source="essai"),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"{statement} claims_interviewreading{ends}")


class TestFiles:
    """Interviews by file."""

    GOOD_ROW = "FS-T001;12/05/2025;femme;25 à 39 ans;4;oui;une partie;1,5;L’attente"

    def test_the_same_file_twice_writes_once(self, world: World) -> None:
        campaign = launch(world)
        twins = [self.GOOD_ROW] * 2
        brought = _bring(world, campaign, *twins)
        assert (brought.entered, brought.known, brought.refused) == (2, 0, 0)
        again = _bring(world, campaign, *twins, self.GOOD_ROW.replace(";4;", ";5;"))
        assert (again.entered, again.known, again.refused) == (1, 2, 0)

    @pytest.mark.parametrize(
        ("change", "column"),
        [
            (("FS-T001", "FS-9999"), "Formation sanitaire"),
            (("12/05/2025", "12 mai"), "Date"),
            (("12/05/2025", "12/05/2024"), "Date"),
            (("femme", "fille"), "Sexe"),
            (("25 à 39 ans", ""), "Âge"),
            ((";4;", ";6;"), "Q1"),
            ((";oui;", ";souvent;"), "Q2"),
        ],
    )
    def test_each_fault_at_its_place_and_the_rest_kept(
        self, world: World, change: tuple[str, str], column: str
    ) -> None:
        campaign = launch(world)
        bad = self.GOOD_ROW.replace(*change)
        brought = _bring(world, campaign, self.GOOD_ROW, bad)
        assert (brought.entered, brought.refused) == (1, 1)
        assert [(one.number, one.column) for one in brought.faults] == [(3, column)]

    @pytest.mark.parametrize("write", [as_xlsx, as_ods])
    def test_a_workbook_says_as_much_as_a_csv(self, write: Callable, world: World) -> None:
        """Days and numbers as a spreadsheet keeps them, a fault at its own row."""
        campaign = launch(world)
        day, hours = (date(2025, 5, 12), 1.5) if write is as_xlsx else ("12/05/2025", "1,5")
        row = ["FS-T001", day, "femme", "25 à 39 ans", 4, "oui", "une partie", hours]
        bad = ["FS-9999", *row[1:]]
        content = write([HEAD.split(";")[:-1], row, bad, row])
        actor = world.actor("agnes")
        with open_scope(actor, source="essai"):
            brought = bring_interviews(actor=actor, campaign_id=campaign.pk, content=content)
            again = bring_interviews(actor=actor, campaign_id=campaign.pk, content=content)
            answers = SurveyAnswer.objects.filter(question__position=4).values_list("value")
            days = set(SurveyInterview.objects.values_list("taken_on", flat=True))
            assert [told for (told,) in answers] == ["1.5", "1.5"]
        assert (brought.entered, brought.refused) == (2, 1)
        assert [(one.number, one.column) for one in brought.faults] == [(3, "Formation sanitaire")]
        assert (again.entered, again.known) == (0, 2)
        assert days == {date(2025, 5, 12)}

    def test_what_is_no_table(self, world: World) -> None:
        campaign = launch(world)
        actor = world.actor("agnes")
        for content in (b"", b"%PDF-1.4", b"bonjour"):
            with pytest.raises(DomainError), open_scope(actor, source="essai"):
                bring_interviews(actor=actor, campaign_id=campaign.pk, content=content)
