"""Scripts run spoken: real audio through the whole engine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voicebot.audio.wav import write_wav
from voicebot.engine import Engine
from voicebot.events import CallerTurnTaken, PromptFinished, PromptStarted, SpeechStarted
from voicebot.testing.loading import LoadedScript
from voicebot.testing.outcome import Door, ScriptResult, Status
from voicebot.testing.running import RunSettings, run_script
from voicebot.testing.timeline import page

Load = Callable[..., list[LoadedScript]]
Speak = Callable[..., ScriptResult]


@pytest.fixture
def speak(load: Load, chinese_engine: Engine) -> Speak:
    def runner(text: str, **more: object) -> ScriptResult:
        [loaded] = load(text)
        return run_script(loaded, Door.SPOKEN, engine=chinese_engine, **more)  # type: ignore[arg-type]

    return runner


SCORE = """
name: 分降了
echo: {echo}
turns:
  - caller: 我的芝麻分怎么突然降了
  - caller: 对
    when: [confirm]
  - bot: {{act: answer, question: zhima_lowered, not: {{events: [PromptStopped]}}}}
  - caller: 没有了
ends: {{outcome: self_service, located: zhima_lowered}}
"""


def test_on_a_speakerphone_the_bot_does_not_hear_itself(speak: Speak) -> None:
    quiet, loud = speak(SCORE.format(echo="false")), speak(SCORE.format(echo="true"))
    for result in (quiet, loud):
        assert result.status is Status.PASSED, page(result)
    assert sum(isinstance(record.event, CallerTurnTaken) for record in loud.records) == quiet.turns


def test_the_echo_is_there_and_is_kept_with_the_call(speak: Speak, tmp_path: Path) -> None:
    from voicebot.audio.wav import open_recording

    text = "name: x\necho: {echo}\nturns:\n  - hangup: end+0.5s\nends: {{outcome: agent}}\n"
    heard = []
    for echo in ("false", "true"):
        result = speak(text.format(echo=echo), settings=RunSettings(out=str(tmp_path / echo)))
        heard.append(open_recording(Path(result.audio) / "call.wav").caller_samples().any())
    assert heard == [False, True]


def test_a_recording_is_played_and_its_expectations_held(speak: Speak, chinese_engine: Engine, tmp_path: Path) -> None:
    first = speak("name: x\nturns:\n  - caller: 转人工\n    at: end+0.4s\n  - bot: {act: brief}\nends: {outcome: agent}\n",
                  settings=RunSettings(out=str(tmp_path / "kept")))  # fmt: skip
    from voicebot.audio.wav import open_recording

    caller = open_recording(Path(first.audio) / "call.wav").caller_samples()
    write_wav(tmp_path / "caller.wav", caller)
    turns = "turns:\n  - bot: {act: ask}\n  - bot: {act: brief}\n"
    script = f"name: y\nrecording: caller.wav\nhung_up: true\n{turns}ends: {{outcome: abandoned}}\n"
    again = speak(script)
    assert again.status is Status.PASSED, page(again)
    assert [r for r in again.records if isinstance(r.event, CallerTurnTaken | PromptStarted)] == [
        r for r in first.records if isinstance(r.event, CallerTurnTaken | PromptStarted)
    ]


def test_hold_music_sounds_and_the_greeting_goes_on(speak: Speak) -> None:
    result = speak("name: x\nturns:\n  - noise: {kind: music, seconds: 3, snr: 0}\n    at: prompt+0.3s\n  - hangup: end+0.1s\n")
    assert any(isinstance(record.event, SpeechStarted) for record in result.records)
    assert any(isinstance(record.event, PromptFinished) for record in result.records)
