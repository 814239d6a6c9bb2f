"""What a long-lived process does for its memory once it is loaded."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def settle_loaded() -> None:
    """Leave what is loaded by now out of the collector's rounds, for ever.

    Modules, models and forms are half a million objects that nothing frees. A batch of claims made
    Python look through them again and again: a third of its time.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def without_collector() -> Iterator[None]:
    """Spare a part the collector's looks at its many small objects: none is in a circle."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
