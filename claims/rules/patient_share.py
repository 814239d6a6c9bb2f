"""What the patient will pay of the agreed price, told before the care (ticket modérateur).

By the rates that the package has for this person at this facility; ceilings and conditions come
on top, act by act. Whoever another payer covers wholly there pays nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from claims.rules.package import OtherPayer, Package, Rate
from claims.rules.sentences.figures import percent
from claims.rules.targets import Scene, closeness, is_about_act, is_about_scene
from claims.rules.words import Family


def patient_share_told(package: Package, scenes: Sequence[Scene]) -> str:
    """Return the sentence for one person at one facility, for each kind of care it gives.

    >>> from claims.rules.package import Target
    >>> from claims.rules.words import CareKind
    >>> rates = (
    ...     Rate(Fraction(4, 5), Target(ownership="public")),
    ...     Rate(Fraction(1, 2), Target(ownership="private")),
    ...     Rate(Fraction(3, 5), Target(ownership="public", family=Family.MEDICINE)),
    ... )
    >>> public = Scene("CDS", "public", CareKind.OUTPATIENT, "F", 30)
    >>> patient_share_told(Package(2025, rates), [public]).replace("\\u202f", " ")
    'Ticket modérateur : de 20 % à 40 % selon le soin.'
    >>> private = Scene("CDS", "private", CareKind.OUTPATIENT, "F", 30)
    >>> patient_share_told(Package(2025, rates), [private]).replace("\\u202f", " ")
    'Ticket modérateur : 50 %.'
    >>> free = OtherPayer("État", target=Target(age_to=4))
    >>> child = Scene("CDS", "public", CareKind.OUTPATIENT, "F", 3)
    >>> patient_share_told(Package(2025, rates, other_payers=(free,)), [child])
    'Ticket modérateur : rien, État paie.'
    """
    payers = [_payer_of_all(package.other_payers, scene) for scene in scenes]
    if payers and all(payers):
        return f"Ticket modérateur : rien, {payers[0]} paie."
    shares = {1 - share for scene in scenes for share in _shares(package.rates, scene)}
    if not shares:
        return ""
    least, most = min(shares), max(shares)
    if least == most:
        return f"Ticket modérateur : {percent(least)}."
    return f"Ticket modérateur : de {percent(least)} à {percent(most)} selon le soin."


def _payer_of_all(payers: Iterable[OtherPayer], scene: Scene) -> str:
    """Return who pays all care of the scene, whatever it is for; empty: nobody."""
    whole = (
        payer.name
        for payer in payers
        if payer.share == 1 and not _is_narrowed(payer) and is_about_scene(payer.target, scene)
    )
    return next(whole, "")


def _is_narrowed(payer: OtherPayer) -> bool:
    """Whether it pays for some care, or for some households, only."""
    target = payer.target
    return bool(target.act or target.family or payer.is_maternity or payer.other_cover)


def _shares(rates: Iterable[Rate], scene: Scene) -> Iterator[Fraction]:
    """The mutuelle's share of each family, by the closest rate, and of acts with a rate."""
    near = [rate for rate in rates if is_about_scene(rate.target, scene)]
    yield from (rate.share for rate in near if rate.target.act)
    whole = [rate for rate in near if not rate.target.act]
    for family in Family:
        own = [rate for rate in whole if is_about_act(rate.target, "", family)]
        if own:
            yield max(own, key=lambda rate: closeness(rate.target)).share
