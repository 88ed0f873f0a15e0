"""Single key presses from the terminal, without Enter."""

import os
import select
import sys
import time
from types import TracebackType

if sys.platform == "win32":
    import msvcrt

    class Keyboard:
        """A context in which `read` gives keys as they go down; gives none when standard input is no terminal."""

        def __enter__(self) -> "Keyboard":
            return self

        def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
            """Nothing was changed."""

        def read(self, seconds: float) -> str:
            """The keys that went down; waits up to `seconds` for the first."""
            until = time.monotonic() + seconds
            while not (sys.stdin.isatty() and msvcrt.kbhit()):
                if time.monotonic() >= until:
                    return ""
                time.sleep(0.02)
            return msvcrt.getwch()

else:
    import termios
    import tty

    class Keyboard:
        """A context in which `read` gives keys as they go down; gives none when standard input is no terminal."""

        def __init__(self) -> None:
            self._terminal = sys.stdin.fileno() if sys.stdin is not None and sys.stdin.isatty() else None

        def __enter__(self) -> "Keyboard":
            if self._terminal is not None:
                self._before = termios.tcgetattr(self._terminal)
                tty.setcbreak(self._terminal)
            return self

        def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
            if self._terminal is not None:
                termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._before)

        def read(self, seconds: float) -> str:
            """The keys that went down; waits up to `seconds` for the first."""
            if self._terminal is None:
                time.sleep(seconds)
                return ""
            ready, _, _ = select.select([self._terminal], [], [], seconds)
            if not ready:
                return ""
            typed = os.read(self._terminal, 64)
            if not typed:  # the terminal is gone: nothing more will come, and it must not be asked in a tight loop
                self._terminal = None
            return typed.decode("utf8", errors="ignore")
