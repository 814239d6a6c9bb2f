"""What members say: surveys of their satisfaction, and complaints."""

from claims.fence import claim_wall
from claims.fence.narrowing import added, changing, once
from federations.rules.roles import Permission, permitted_roles
from federations.tenancy.declarations import Policy, Table, side
from federations.tenancy.guards import directory_kept_by, written_by

_SURVEY = directory_kept_by(permitted_roles(Permission.MANAGE_SURVEYS))
_ASKED = written_by(permitted_roles(Permission.RECORD_SURVEYS))
_INTERVIEWS = (*_ASKED, added("in_own_name", claim_wall.own_hand("entered_by_user_id")))
_READINGS = (
    *written_by(permitted_roles(Permission.SEE_SURVEYS)),
    added("in_own_name", claim_wall.own_hand("read_by_user_id")),
)
_HEARD = written_by(permitted_roles(Permission.RECORD_COMPLAINTS))

TABLES = (
    # CONAMUS's questionnaires and campaigns are the network's; a version is never changed.
    Table(
        "claims_questionnaire",
        Policy.DIRECTORY,
        side("SI", facility="S"),
        guards=_SURVEY,
        history=False,
    ),
    Table(
        "claims_question", Policy.DIRECTORY, side("SI", facility="S"), guards=_SURVEY, history=False
    ),
    Table("claims_surveycampaign", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
    Table("claims_surveyfacility", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
    Table("claims_surveyinterview", Policy.TENANT, side("SI"), guards=_INTERVIEWS, history=False),
    Table("claims_surveyanswer", Policy.TENANT, side("SI"), guards=_ASKED, history=False),
    Table("claims_interviewreading", Policy.TENANT, side("SI"), guards=_READINGS, history=False),
    Table("claims_publishedscore", Policy.DIRECTORY, side("SI"), guards=_SURVEY, history=False),
    # What was said stays; that it was written by error is told once.
    Table(
        "claims_complaint",
        Policy.TENANT,
        side("SIU"),
        columns=changing("cancelled_on", "cancelled_by", "cancelled_because"),
        guards=(
            *once("cancelled_on"),
            *_HEARD,
            added("in_own_name", claim_wall.own_hand("recorded_by_user_id")),
        ),
        history=False,
    ),
    Table(
        "claims_complaintanswer",
        Policy.TENANT,
        side("SI"),
        guards=(*_HEARD, added("in_own_name", claim_wall.in_own_name("answered_by"))),
        history=False,
    ),
)
