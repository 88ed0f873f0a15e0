"""The shipped population keeps its floors in the callers that are drawn from it; mistakes in a file are told with their lines."""

from importlib.resources import files
from statistics import median, quantiles

import pytest

from voicebot.errors import PackError
from voicebot.simulation.population import Population, load_population
from voicebot.types import OTHER

CALLERS = 3000


@pytest.fixture(scope="module")
def callers(cast):
    return [cast.caller(5, number) for number in range(CALLERS)]


def _share(callers, holds):
    return sum(map(holds, callers)) / len(callers)


def test_floors(callers):
    assert _share(callers, lambda c: c.profile_kind == "informative") <= 0.50
    assert _share(callers, lambda c: c.profile_kind == "misleading") >= 0.15
    assert _share(callers, lambda c: c.persona.vague) >= 0.25
    assert _share(callers, lambda c: c.persona.agent_first) >= 0.05
    assert _share(callers, lambda c: c.goal.question == OTHER) >= 0.08
    assert _share(callers, lambda c: c.persona.early) >= 0.20
    snr = [c.line.snr_db for c in callers]
    assert median(snr) <= 15
    assert quantiles(snr, n=4)[0] <= 10


def test_profiles_are_what_they_are_called(callers, cast):
    pointing = cast.hotline.prior.events
    for caller in callers:
        events = caller.profile.get("events", [])
        if caller.profile_kind == "informative":
            assert caller.goal.question in pointing[events[0]]
        elif caller.profile_kind == "misleading":
            assert caller.goal.question not in pointing[events[0]]
        else:
            assert not events


def test_every_question_is_asked_by_somebody(callers, cast):
    assert {c.goal.question for c in callers} == {*cast.hotline.questions, OTHER}


def test_a_caller_is_the_same_whoever_asks(cast):
    one, same, other = cast.caller(7, 40), cast.caller(7, 40), cast.caller(8, 40)
    for part in ("goal", "profile", "persona", "voice", "line"):
        assert getattr(one, part) == getattr(same, part)
    assert (one.persona.patience, one.line) != (other.persona.patience, other.line)


def test_every_value_names_its_source():
    def sources(model):
        for name in type(model).model_fields:
            value = getattr(model, name)
            if hasattr(value, "source"):
                yield f"{type(model).__name__}.{name}", value.source
            elif hasattr(type(value), "model_fields"):
                yield from sources(value)

    found = dict(sources(load_population()))
    assert len(found) > 40
    assert all(len(source) >= 7 for source in found.values())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("share: 0.10", "share: 1.7"), ":4: `share:`"),
        (("outside:", "ouside:"), "did you mean"),
        (("noise: {weights: {babble", "noise: {weights: {bable"), "is no noise"),
        (("median: 5.0", "median: 0.5"), "must lie between"),
        (("informative: {share: 0.48", "informative: {share: 0.98"), "more than 1 together"),
    ],
)
def test_mistakes_are_told_with_their_lines(tmp_path, change, complaint):
    text = (files("voicebot.simulation") / "population.yaml").read_text("utf8")
    assert change[0] in text
    path = tmp_path / "population.yaml"
    path.write_text(text.replace(*change, 1), encoding="utf8")
    with pytest.raises(PackError) as error:
        load_population(path)
    assert complaint in str(error.value)
    assert str(path) in str(error.value)


def test_the_shipped_file_is_valid():
    assert isinstance(load_population(), Population)
