"""Mutants of packs: each is refused in located lines, or holds a conversation; none crashes, hangs or is silently ignored.

`VOICEBOT_FUZZ` sets how many (default 200): three of four of a small pack that uses everything, one of the hotline that ships.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.hotlines.mutants import CHANGES, DAMAGE, FILES, Mutator, everything
from voicebot.hotlines import find_hotline, load_hotline
from voicebot.nlu import Nlu

COUNT = int(os.environ.get("VOICEBOT_FUZZ", "200"))
TRAINED = 50
"""Of so many sound mutants of the small pack, one trains the classifier."""


def _mutate(mutator: Mutator, chance: random.Random) -> str:
    path = chance.choice(mutator.files)
    match chance.randrange(10):
        case 0:
            kind = chance.choice(list(FILES))
            mutator.spoil(path, kind, chance)
        case 1 | 2 | 3:
            kind = chance.choice(list(DAMAGE))
            mutator.damage(path, kind, chance)
        case _:
            kind = chance.choice(list(CHANGES))
            path, at = chance.choice(mutator.all_fields)
            mutator.change(path, at, kind, chance)
    return f"{path.name}: {kind}"


@pytest.mark.parametrize(("pack", "share"), [("small", 0.75), ("hotline_95188", 0.25)])
def test_no_mutant_of_a_pack_passes_unseen(tmp_path: Path, pack: str, share: float) -> None:
    chance = random.Random(95188)
    if pack == "small":
        folder = everything(tmp_path)
    else:
        folder = tmp_path / pack
        shutil.copytree(find_hotline(pack), folder, ignore=shutil.ignore_patterns("scripts", "*.npz"))
    mutator = Mutator(folder)
    refused = sound = 0
    for number in range(round(COUNT * share)):
        what = _mutate(mutator, chance)
        try:
            good, said = mutator.judge(chance)
        except Exception as error:
            raise AssertionError(f"mutant {number}: {what}") from error
        refused += bool(said)
        sound += not said
        if good and pack == "small" and sound % TRAINED == 0:
            Nlu.for_hotline(good[0])
        mutator.mend()
    print(f"{pack}: {refused} refused, {sound} sound")
    assert refused
    assert sound
    assert all(load_hotline(str(folder), language) == before for language, before in mutator.sound.items())
