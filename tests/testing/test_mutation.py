"""Mutants: each breaks one thing and leaves no trace; scripts that look notice, scripts that do not are told apart."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.dialogue.states import TABLE, State, Trigger
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.testing.batch import collect
from voicebot.testing.mutants import OPERATORS, mutants
from voicebot.testing.mutation import Mutation
from voicebot.testing.outcome import Door
from voicebot.testing.running import RunSettings

Write = Callable[..., Path]

WATCHFUL = """
name: x
rows:
  - {words: 我这花呗一直还款失败, question: repay_failed, answer: 核对银行卡余额}
  - {words: 我要把花呗提前还掉, question: repay_early, answer: 在还款页选提前还款}
turns:
  - caller: ${words}
  - bot: {act: confirm, question: "${question}"}
  - caller: 对
  - bot: {act: answer, says~: "${answer}"}
  - caller: 没有了
  - bot: {act: goodbye}
"""

BLIND = "name: y\nturns:\n  - caller: 我这花呗一直还款失败\n  - caller: 对\n  - bot: {act: answer}\n"


def figures(write: Write, pack: Path, text: str, jobs: int = 1) -> dict[str, dict[str, object]]:
    batch = collect([str(write(text))], [Door.TYPED], RunSettings(hotline=str(pack)))
    mutation = Mutation(batch.tasks, jobs)
    steps = list(mutation.run())
    assert steps[-1][0] == steps[-1][1] == len(mutation.fates)
    return mutation.figures()


def test_scripts_that_look_notice_and_what_they_do_not_look_at_is_named(write: Write, pack: Path) -> None:
    found = figures(write, pack, WATCHFUL, jobs=2)
    assert tuple(found) == OPERATORS
    dropped = found["examples dropped"]
    assert dropped["k"] == 2
    assert [str(name).split(" (")[0] for name in dropped["unnoticed"]] == ["zh-CN card_unbind", "zh-CN card_lost"]  # type: ignore[attr-defined]
    swapped = found["answers swapped"]
    assert swapped["k"] == 2
    removed = found["transition removed"]
    assert removed["k"] == removed["n"] == 4, "new opened, open evidence, confirm affirm, clear done"
    inverted = found["yes and no inverted"]
    assert (inverted["k"], inverted["n"]) == (1, 1)


def test_a_blind_script_notices_little(write: Write, pack: Path) -> None:
    found = figures(write, pack, BLIND)
    assert found["answers swapped"]["k"] == 0
    assert found["answers swapped"]["unnoticed"] == ["zh-CN repay_failed, repay_early (changes y)"]


def test_a_script_that_fails_unbroken_stops_it(write: Write, pack: Path) -> None:
    with pytest.raises(VoicebotError, match=r"x.call.yaml:1: y fails as it is"):
        figures(write, pack, BLIND.replace("answer", "clarify"))


def test_the_table_is_whole_again_after_each_mutant(small: Engine) -> None:
    before = {state: dict(row) for state, row in TABLE.items()}
    for mutant in mutants({("small", "zh-CN"): small}):
        with mutant.table():
            pass
    assert before == TABLE


def test_mutants_change_what_they_say(small: Engine) -> None:
    found = {(mutant.operator, mutant.what): mutant for mutant in mutants({("small", "zh-CN"): small})}
    without = found["examples dropped", "zh-CN card_lost"].engine(small)
    assert "card_lost" not in without.nlu.model.likelihoods("我要挂失银行卡")
    assert "card_lost" in small.nlu.model.likelihoods("我要挂失银行卡")
    swapped = found["answers swapped", "zh-CN repay_failed, repay_early"].engine(small).hotline.questions
    assert swapped["repay_failed"].answer == small.hotline.questions["repay_early"].answer
    assert found["threshold moved", "noinputs -0.2"].engine(small).hotline.thresholds == {"noinputs": 2.8}
    with found["transition removed", "confirm deny"].table():
        assert Trigger.DENY not in TABLE[State.CONFIRM]
    with found["yes and no inverted", "confirm"].table():
        assert TABLE[State.CONFIRM][Trigger.AFFIRM] == "reject"
