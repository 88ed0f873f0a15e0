"""What sound libraries say of their troubles does not run through the screen; what we say does."""

import subprocess
import sys

CODE = """
import os, sys
from voicebot.live.quiet import quiet_libraries

print("before", file=sys.stderr)
with quiet_libraries():
    os.write(2, b"ALSA lib pcm.c: underrun occurred\\n")
    print("the call waits", file=sys.stderr)
os.write(2, b"after\\n")
print("the end", file=sys.stderr)
"""


def test_libraries_are_not_heard_and_we_are() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines() == ["before", "the call waits", "after", "the end"]


def test_where_standard_error_is_closed_or_somebody_elses_nothing_changes() -> None:
    for stolen in ("None", "__import__('io').StringIO()"):
        code = CODE.replace('print("before", file=sys.stderr)', f"sys.stderr = {stolen}")
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert "after" in done.stderr
