"""Sound libraries write to standard error whatever happens to a device, dozens of lines at once, straight through the screen."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

STANDARD_ERROR = 2


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Meanwhile what native libraries write to standard error goes nowhere, and what Python writes there still arrives."""
    ours = sys.stderr
    try:
        is_real = ours.fileno() == STANDARD_ERROR
    except (AttributeError, OSError, ValueError):  # none, closed, or somebody else's
        is_real = False
    if not is_real:
        yield
        return
    ours.flush()
    kept = os.dup(STANDARD_ERROR)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STANDARD_ERROR)
    os.close(nowhere)
    try:
        with open(kept, "w", buffering=1, encoding=ours.encoding, errors=ours.errors, closefd=False) as sys.stderr:
            yield
    finally:
        sys.stderr = ours
        os.dup2(kept, STANDARD_ERROR)
        os.close(kept)
