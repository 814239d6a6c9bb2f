"""An interview by itself: corrected by who entered it on the day, read by who leads the survey.

A correction is a new interview in the place of the old one, which counts no more. Nobody else reads
the interviews of an anonymous survey one by one: among few, sex, age and answers tell a person.
"""

from django.db import transaction

from claims.models import InterviewReading, SurveyCampaign, SurveyInterview
from claims.selectors.surveys import campaign_by_id, correctable_interviews, readable_interviews
from claims.services.holding import hold
from claims.services.surveys import NewInterview, check_interview, known_interview, write_interview
from conamus import clock
from conamus.kernel.errors import NotFound
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor


@transaction.atomic
def correct_interview(
    *, actor: Actor, interview_id: int, interview: NewInterview
) -> SurveyInterview:
    """Write an interview in the place of one that the same person entered today."""
    require(actor, Permission.RECORD_SURVEYS)
    campaign = campaign_by_id(actor, interview.campaign_id)
    known = known_interview(actor, interview)
    if known is not None:
        return known
    return write_interview(
        actor,
        campaign,
        interview,
        check_interview(campaign, interview),
        replaces=_hold_own(actor, campaign, interview_id),
    )


def _hold_own(actor: Actor, campaign: SurveyCampaign, interview_id: int) -> SurveyInterview:
    hold(actor.tenant_id, "interviews", interview_id)
    own = correctable_interviews(actor, campaign, clock.today())
    found = own.filter(pk=interview_id).first()
    if found is None:
        raise NotFound(
            "Un entretien se corrige le jour de sa saisie, par qui l’a saisi ; ensuite, plus."
        )
    return found


@transaction.atomic
def read_interview(*, actor: Actor, campaign: SurveyCampaign, interview_id: int) -> SurveyInterview:
    """Return one interview to who may read it by itself; that somebody else's was read is kept."""
    require(actor, Permission.SEE_SURVEYS)
    today = clock.today()
    found = readable_interviews(actor, campaign, today).filter(pk=interview_id).first()
    if found is None:
        raise NotFound("Cet entretien n’est pas de ceux que vous lisez un à un.")
    is_own = correctable_interviews(actor, campaign, today).filter(pk=found.pk).exists()
    if campaign.is_anonymous and not is_own:
        InterviewReading.objects.create(
            tenant_id=found.tenant_id,
            interview=found,
            read_by=actor.name,
            read_by_user_id=actor.user_id,
            read_as=actor.role.value,
        )
    return found
