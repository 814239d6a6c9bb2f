"""Asks for the year of care, once the network is in place."""

from django.conf import settings

from conamus.demo.care.notice import CARE_JOB, tell_loading
from conamus.demo.loading.run import SOURCE, demo_actor
from conamus.demo.network import CONFEDERATION
from federations.models import Federation, Job
from federations.services.jobs import request_job
from federations.tenancy.scope import open_scope

_TITLE = "Année de soins de la démonstration"


def request_care_year() -> bool:
    """Ask for the job unless it was asked for, or is not wanted; return whether it is asked now."""
    if not settings.DEMO_CARE_YEAR:
        return False
    actor = demo_actor(Federation.objects.get(code=CONFEDERATION.code).pk)
    with open_scope(actor, source=SOURCE):
        if Job.objects.filter(tenant_id=actor.tenant_id, kind=CARE_JOB).exists():
            return False
        request_job(actor=actor, kind=CARE_JOB, title=_TITLE, parameters={})
    tell_loading()
    return True
