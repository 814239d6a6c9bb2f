"""What patients whose rights are checked pay at the facility that asks: three queries for all."""

from collections.abc import Sequence

from claims.rules.patient_share import patient_share_told
from claims.rules.targets import Scene
from claims.rules.words import CareKind
from claims.selectors.packages import packages_in_force
from conamus.kernel.periods import age_on
from federations.models import HealthFacility
from federations.rules.standings import Standing
from federations.selectors.standings import standing_on
from federations.tenancy.actor import Actor
from membership.services.rights_answers import PersonAnswer, RightsAnswer


def patient_shares(actor: Actor, answer: RightsAnswer) -> dict[int, str]:
    """Return, by record, what is told of people whose rights are open; nothing away from a desk.

    By the package of the person's own federation, at the facility of who asks.
    """
    covered = [one for one in answer.people if one.is_open]
    here = HealthFacility.objects.filter(pk=actor.facility_id or 0).first()
    if not covered or here is None:
        return {}
    packages = packages_in_force({one.tenant_id for one in covered}, [answer.on.year])
    found, then = {}, standing_on(here, answer.on)
    for one in covered:
        version = packages.of(one.tenant_id, answer.on)
        if version is not None:
            scenes = _scenes(then, one, answer)
            found[one.beneficiary_id] = patient_share_told(version.package, scenes)
    return found


def _scenes(here: Standing, person: PersonAnswer, answer: RightsAnswer) -> Sequence[Scene]:
    age = age_on(person.birth_date, answer.on)
    return [Scene(*here, kind, person.sex, age) for kind in CareKind]
