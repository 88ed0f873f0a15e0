"""The training scripts stand outside the package and import each other by name."""

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

for folder in (SCRIPTS, SCRIPTS / "train"):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
