"""Every field of a pack that uses everything, changed in every way: a located message or a pack that converses, and no third."""

import random

import pytest

from tests.hotlines.mutants import CHANGES, DAMAGE, FILES, Mutator, everything

UNUSED = {("version",), ("title", "zh-CN"), ("title", "en-US")}
"""Fields that a call does not depend on: the pack's version, and a part's titles."""


TELLING = ("renamed", "doubled", "zero", "number", "text", "list", "mapping", "huge list", "negated", "path")
"""Changes that give a field a value that no default is."""


SHARE = 0.08


def _content(hotline):
    return {name: value for name, value in hotline if name != "sha256"}


@pytest.fixture(scope="module")
def pack(tmp_path_factory):
    return Mutator(everything(tmp_path_factory.mktemp("packs")))


@pytest.fixture
def mutator(pack):
    yield pack
    pack.mend()


@pytest.mark.parametrize("kind", CHANGES)
def test_every_field_of_every_file(mutator, kind):
    """Each change at some of the fields, so that a run is short; tests/fuzz takes the rest."""
    chance = random.Random(kind)
    refused = 0
    for path, at in mutator.fields():
        if chance.random() > SHARE:
            continue
        other = mutator.change(path, at, kind, chance)
        good, said = mutator.judge(chance)
        refused += bool(said)
        if other and not said and kind in TELLING and at not in UNUSED:
            assert any(_content(hotline) != _content(mutator.sound[hotline.language]) for hotline in good), (
                f"{path}: {at} is ignored"
            )
        mutator.mend()
    assert refused, "the change is caught somewhere"


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_text(mutator, kind):
    chance = random.Random(kind)
    for path in mutator.files * 3:
        mutator.damage(path, kind, chance)
        mutator.judge(chance)
        mutator.mend()


@pytest.mark.parametrize("kind", FILES)
def test_damaged_files(mutator, kind):
    chance = random.Random(kind)
    for path in mutator.files:
        mutator.spoil(path, kind, chance)
        mutator.judge(chance)
        mutator.mend()
