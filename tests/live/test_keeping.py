"""A kept call replays to the same decisions, byte for byte of its event log."""

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tests.live.soft_line import SoftLine, frames, silence
from voicebot.audio.levels import mix, scale
from voicebot.audio.wav import open_recording
from voicebot.call import NOTHING, Call
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import CallEnded, CallOpened, EventLog, Record, VoiceLate, read_log, to_json_line
from voicebot.hotlines import load_profile
from voicebot.live.keeping import CallKeeper, Circumstances
from voicebot.live.session import LiveCall
from voicebot.replay import ReplaySettings, find_recordings, replay_one
from voicebot.testing.loading import load_script
from voicebot.types import Frame

PATIENCE = 120.0


def spoken_call() -> list[Frame]:
    """A question over faint noise, a pause, and a question that cuts into the answer."""
    clips = [open_recording(path).caller_samples() for path in sorted((FIXTURES / "zh-plain").glob("*.wav"))]
    rng = np.random.default_rng(1)
    told = [frame for clip in clips for frame in (*silence(4.0), *frames(clip))]
    return [(frame + rng.normal(0, 6, len(frame))).astype(np.int16) for frame in [*told, *silence(30.0)]]


def kept(engine: Engine, folder: Path, caller: list[Frame], keys: dict[int, str], limit: float, **given) -> list[Record]:
    """Run and keep a live call; its records."""
    circumstances = Circumstances("hotline_95188", engine.hotline.language, given.get("profile", {}), 0, False, "bundled")
    keeper = CallKeeper(folder, circumstances)
    line = SoftLine(caller, before=lambda number: [live.press(key) for key in keys.get(number, "")])
    live = LiveCall(Call(engine, profile=given.get("profile")), line, keeper=keeper, limit_seconds=limit)
    live.start()
    assert live.wait(PATIENCE)
    keeper.finish(live.call.log)
    return live.call.log.records


def decisions(records: list[Record]) -> list[str]:
    """Everything in the log but its head, which names the fixture, and what only a live call knows."""
    return [to_json_line(record) for record in records if not isinstance(record.event, CallOpened | VoiceLate)]


def replayed(folder: Path) -> list[Record]:
    records: list[Record] = []
    (task,) = find_recordings([str(folder)], ReplaySettings(model="bundled"))
    replay_one(task, records.append)
    return records


def test_a_kept_call_replays_to_the_same_decisions(chinese_engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    profile = load_profile({"products": list(chinese_engine.hotline.products)[:1]}, chinese_engine.hotline)
    live = kept(chinese_engine, folder, spoken_call(), {600: "1", 605: "2#"}, 15.0, profile=profile)
    assert isinstance(live[-1].event, CallEnded)
    assert load_script(folder / "call.yaml").hung_up == (live[-1].event.by == "caller")
    assert len([record for record in live if type(record.event).__name__ == "CallerTurnTaken"]) >= 2
    assert decisions(replayed(folder)) == decisions(live)
    assert decisions(read_log((folder / "events.jsonl").read_text(encoding="utf8"))) == decisions(live)
    assert sorted(path.name for path in folder.iterdir()) == ["call.yaml", "caller.wav", "events.jsonl"]


def test_a_call_that_the_bot_ended_replays_to_its_end(chinese_engine: Engine, tmp_path: Path) -> None:
    live = kept(chinese_engine, tmp_path / "kept", silence(120), {}, 120.0)
    assert isinstance(live[-1].event, CallEnded)
    assert live[-1].event.by == "bot"
    assert decisions(replayed(tmp_path / "kept")) == decisions(live)


def test_a_speakerphone_call_replays_with_what_sounded_when(chinese_engine: Engine, tmp_path: Path) -> None:
    class SlowSpeaker(SoftLine):
        """Plays three frames late, from frame 100 on forty, and lets the bot be heard."""

        def receive(self, seconds: float) -> Frame | None:
            number = self.given - (3 if self.given < 100 else 40)
            self.played = number if 0 <= number < len(self.sent) else NOTHING
            frame = super().receive(seconds)
            return frame if frame is None or self.played == NOTHING else mix(frame, scale(self.sent[self.played], -12.0))

        def send(self, frame: Frame, number: int = NOTHING) -> None:
            self.sent.append(frame)

    keeper = CallKeeper(tmp_path / "kept", Circumstances("hotline_95188", "zh-CN", {}, 0, True, "bundled"))
    live = LiveCall(Call(chinese_engine, echo=True), SlowSpeaker(spoken_call()), keeper=keeper, limit_seconds=12.0)
    live.start()
    assert live.wait(PATIENCE)
    keeper.finish(live.call.log)
    script = load_script(tmp_path / "kept" / "call.yaml")
    assert [(jump.frame, jump.bot) for jump in script.played] == [(0, NOTHING), (3, 0), (100, 60)]
    assert decisions(replayed(tmp_path / "kept")) == decisions(live.call.log.records)


def test_the_script_says_what_came_of_the_call(chinese_engine: Engine, tmp_path: Path) -> None:
    live = kept(chinese_engine, tmp_path / "kept", spoken_call(), {3: "5"}, 2.0)
    script = load_script(tmp_path / "kept" / "call.yaml")
    assert script.recording == "caller.wav"
    assert [(pressed.frame, pressed.keys) for pressed in script.pressed] == [(3, "5")]
    assert script.hung_up
    assert script.ends.outcome == live[-1].event.outcome
    assert open_recording(tmp_path / "kept" / "caller.wav").seconds == pytest.approx(2.0)


def test_a_kept_call_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "call.yaml").write_text("name: mine\n")
    with pytest.raises(VoicebotError, match="holds a call already"):
        CallKeeper(tmp_path, Circumstances("h", "zh-CN", {}, 0, False, "m"))
    assert (tmp_path / "call.yaml").read_text() == "name: mine\n"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(VoicebotError, match="cannot be kept"):
        CallKeeper(tmp_path / "file" / "kept", Circumstances("h", "zh-CN", {}, 0, False, "m"))


def test_a_call_without_a_frame_leaves_nothing(tmp_path: Path) -> None:
    keeper = CallKeeper(tmp_path / "kept", Circumstances("h", "zh-CN", {}, 0, False, "m"))
    keeper.finish(EventLog())
    assert list((tmp_path / "kept").iterdir()) == []
