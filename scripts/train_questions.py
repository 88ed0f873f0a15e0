"""Train the question classifiers of the packs that ship, into voicebot/data/questions.

    python scripts/train_questions.py

To be run after a change of a shipped pack's wordings or of the code that trains; tests/nlu/test_cache.py says when it was
forgotten. Without the files voicebot trains on first use, which takes seconds a pack.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from voicebot.hotlines import bundled_hotlines, load_hotline
from voicebot.nlu import Nlu
from voicebot.nlu.cache import classifier_key, shipped_folder
from voicebot.types import LANGUAGES


def main() -> None:
    """Train what is missing, and take away what no pack uses any more."""
    folder = shipped_folder()
    folder.mkdir(exist_ok=True)
    used = set()
    for name in bundled_hotlines():
        for language in LANGUAGES:
            data = Nlu.data_of(load_hotline(name, language))
            path = folder / f"{classifier_key(data)}.npz"
            used.add(path.name)
            if not path.exists():
                path.write_bytes(Nlu.train(data).to_bytes())
                print(f"{name} {language}: {path.stat().st_size / 1e6:.1f} MB")
    for path in folder.glob("*.npz"):
        if path.name not in used:
            path.unlink()


if __name__ == "__main__":
    main()
