"""How long a document may be laid out: what takes longer is given up, and says so."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from conamus.kernel.errors import DomainError

#: Raised anew after so long: what calls back from a library may swallow the first.
_AGAIN_SECONDS = 1.0


@contextmanager
def at_most(seconds: float, *, refusal: str) -> Iterator[None]:
    """Raise DomainError in the midst of what lasts longer.

    By the alarm of the process, which only its main thread hears: a worker's, or a command's.
    Elsewhere nothing is limited. Nothing of the database belongs in it: a statement would be cut.
    """

    def give_up(_number: int, _frame: FrameType | None) -> None:
        raise DomainError(refusal)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
