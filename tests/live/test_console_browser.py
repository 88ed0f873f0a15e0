"""The console's page in a real browser: talking, interrupting, typing, keys alone, listening again, on desk and phone."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tests.live.browser import browsing, missing_browser
from tests.live.conftest import REQUIRE
from tests.live.console import Console, serving
from voicebot.audio.wav import open_recording, write_wav
from voicebot.types import SAMPLE_RATE, Samples

SILENT = 0.01
"""Peak below which the loudspeaker is silent: full scale is 1."""


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    if why := missing_browser():
        if os.environ.get(REQUIRE) == "1":
            pytest.fail(f"{REQUIRE}=1, but {why}")
        pytest.skip(why)


def caller(path: Path, *parts: str | float) -> Path:
    """A WAV of recorded words (by path below the fixtures) and silences (in seconds)."""
    pieces: list[Samples] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(open_recording(FIXTURES / part).caller_samples())
        else:
            pieces.append(np.zeros(round(part * SAMPLE_RATE), np.int16))
    write_wav(path, np.concatenate(pieces))
    return path


def test_a_call_by_microphone_reaches_the_answer_and_an_interruption_silences_the_bot(console: Console, tmp_path: Path) -> None:
    words = caller(tmp_path / "caller.wav", 4.5, "zh-interrupting/1.wav", 7.0, "zh-interrupting/3.wav", 60.0)
    with browsing(microphone=words) as tab:
        tab.page.goto(console.address)
        tab.page.uncheck("#record")
        tab.page.click("#start")
        tab.see("#this-call", "更换手机号")
        tab.see("#transcript", "回答 更换手机号")
        tab.wait("window.heard.slice(-100).some(([, peak]) => peak > 0.05)")
        tab.wait("[...document.querySelectorAll('#transcript li.bot')].some(line => /更换手机号.*被打断/s.test(line.innerText))")
        stopped = tab.page.evaluate("performance.now()")
        tab.page.wait_for_timeout(900)
        heard = tab.page.evaluate("window.heard")
        assert max(peak for at, peak in heard if at < stopped) > 0.05
        after = [peak for at, peak in heard if stopped + 300 < at < stopped + 800]
        assert len(after) > 10
        assert max(after) < SILENT, "the loudspeaker is silent 0.3 s after the bot was told to stop"
        tab.page.click("#hangup")
        tab.page.wait_for_selector("#listen", state="visible")
        length = tab.page.evaluate("new Promise(done => { audio.onloadedmetadata = () => done(audio.duration); audio.load(); })")
        assert length > 10


def test_keys_alone_are_enough(console: Console) -> None:
    with browsing(locale="en-US") as tab:
        keys = tab.page.keyboard
        tab.page.goto(console.address)
        tab.page.wait_for_selector("#start", state="visible")
        tab.tab_to("input[name=doing]")
        keys.press("ArrowDown")
        assert tab.page.is_checked("input[value=keyboard]")
        if tab.page.is_visible("#record"):
            tab.tab_to("#record")
            keys.press("Space")
        tab.tab_to("#start")
        keys.press("Enter")
        tab.wait("document.activeElement.id === 'words'")
        tab.see("#transcript", "automated assistant")
        keys.type("my refund has not arrived")
        keys.press("Enter")
        tab.see("#this-call", "a missing refund")
        tab.page.locator("#words").focus()
        keys.press("Shift+Tab")
        keys.press("Shift+Tab")
        tab.tab_to("#pad-toggle, #hangup")
        tab.page.locator("#pad-toggle").focus()
        keys.press("Enter")
        tab.wait("document.activeElement.closest('#pad') !== null")
        keys.press("0")
        keys.press("Escape")
        tab.wait("document.activeElement.id === 'pad-toggle'")
        tab.tab_to("#hangup")
        keys.press("Enter")
        tab.wait("document.activeElement.id === 'leave'")
        assert "ended" in tab.text("#state-now")
        keys.press("Enter")
        tab.page.wait_for_selector("#start", state="visible")
    console.wait_for(lambda state: state["running"] == 0)


def test_typed_turns_need_no_sound(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        tab.page.check("input[value=chat]")
        tab.page.click("#start")
        tab.page.fill("#words", "花呗还款失败了")
        tab.page.press("#words", "Enter")
        tab.see("#belief", "花呗还款失败")
        tab.page.fill("#words", "清楚了")
        tab.page.press("#words", "Enter")
        tab.see("#this-call", "是")
        tab.page.fill("#words", "没有了")
        tab.page.press("#words", "Enter")
        tab.see("#this-call", "自助完成")
        assert tab.text("#state-now") == "结束"
        assert "now" in (tab.page.get_attribute(".state:last-child", "class") or "")
        assert tab.page.evaluate("window.heard") == []


def test_closing_the_tab_ends_the_call(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        tab.page.check("input[value=keyboard]")
        tab.page.click("#start")
        console.wait_for(lambda state: state["running"] == 1)
        tab.page.close()
        console.wait_for(lambda state: state["running"] == 0)


def test_without_a_microphone_the_page_says_what_to_do_instead(console: Console) -> None:
    with browsing(allowed=False) as tab:
        tab.page.goto(console.address)
        tab.page.click("#start")
        tab.see("#alert", "打字代替说话")
        assert tab.page.is_visible("#start")
        assert console.get("/api/state")["running"] == 0


def test_a_past_call_can_be_opened_and_listened_to(console: Console) -> None:
    with browsing(locale="en-US") as tab:
        tab.page.goto(console.address + "#library")
        tab.page.fill("#find-call", "en-plain")
        tab.page.click("#calls li:first-child button >> nth=0")
        tab.page.wait_for_selector("#stage", state="visible")
        tab.see("#transcript", "a missing refund")
        assert tab.page.evaluate("canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(v => v)")
        tab.page.click("#transcript li.caller >> nth=0 >> button.time")
        tab.wait("audio.currentTime > 0.5 && !audio.paused")
        tab.page.click("#leave")
        tab.page.wait_for_selector("#calls li", state="visible")
        assert tab.page.evaluate("audio.paused")


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_sticks_out_on_a_phone_and_every_control_has_a_name(console: Console, locale: str) -> None:
    with browsing(phone=True, locale=locale) as tab:
        tab.page.goto(console.address)
        for view in ("call", "watch", "library", "questions", "figures"):
            tab.page.goto(f"{console.address}#{view}")
            tab.page.wait_for_selector(f"#view-{view}", state="visible")
            tab.page.wait_for_timeout(400)
            assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view
            nameless = """[...document.querySelectorAll('button, input, select, audio, [role=log], [role=group], nav')]
                .filter(node => node.checkVisibility() && node.tagName !== 'AUDIO'
                    && !(node.textContent.trim() || node.ariaLabel || node.labels?.[0]?.textContent.trim()))
                .map(node => node.outerHTML)"""
            assert tab.page.evaluate(nameless) == [], view
        tab.page.goto(f"{console.address}#call")
        tab.page.check("input[value=chat]")
        tab.page.click("#start")
        tab.page.wait_for_selector("#hangup", state="visible")
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.page.click("#hangup")
        tab.page.wait_for_selector("#leave", state="visible")


FORMING = """async (words) => {
  const { Call } = await import('/page/model.js');
  const call = new Call();
  call.take({ frame: 0, event: 'SpeechStarted', preroll: 0 });
  call.take({ frame: 9, event: 'PartialHeard', text: words });
  return call.utterances[0].partial;
}"""


def test_words_are_written_as_people_write_them_while_they_form(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        assert tab.page.evaluate(FORMING, "我 换了 新的 手机号") == "我换了新的手机号"
        assert tab.page.evaluate(FORMING, "my new phone") == "my new phone"


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_what_may_be_typed_is_said_in_whole_on_a_phone(console: Console, locale: str) -> None:
    cut = """() => {
        const field = document.getElementById('words');
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(field).font;
        const style = getComputedStyle(field);
        const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return pen.measureText(field.placeholder).width - room;
    }"""
    with browsing(phone=True, locale=locale) as tab:
        for doing in ("chat", "keyboard"):
            tab.page.goto(console.address)
            tab.page.check(f"input[value={doing}]")
            if tab.page.is_visible("#record") and tab.page.is_enabled("#record"):
                tab.page.uncheck("#record")
            tab.page.click("#start")
            tab.page.wait_for_selector("#words", state="visible")
            assert tab.page.evaluate(cut) <= 0, doing
            tab.page.click("#hangup")
            tab.page.wait_for_selector("#leave", state="visible")
            tab.page.click("#leave")


def test_language_and_theme_are_kept(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        tab.see("#start", "拨打")
        tab.page.click("#language")
        tab.see("#start", "Call")
        tab.page.click("#theme")
        tab.page.click("#theme")
        tab.page.reload()
        tab.see("#start", "Call")
        assert tab.page.evaluate("[document.documentElement.dataset.theme, document.documentElement.lang]") == ["dark", "en"]


def test_with_a_token_the_page_asks_for_it(private_cache: None) -> None:
    token = "a-token-of-this-test"
    arguments = ("--token", token, "--workers", "1", "--lang", "en-US", "--model", "bundled")
    with serving(*arguments) as guarded, browsing(locale="en-US") as tab:
        address = guarded.address.partition("?")[0]
        tab.page.goto(address)
        tab.page.fill("input[name=token]", "another-token-of-this-test")
        tab.page.press("input[name=token]", "Enter")
        tab.see(".wrong", "Not the token")
        tab.page.fill("input[name=token]", token)
        tab.page.press("input[name=token]", "Enter")
        tab.page.wait_for_selector("#start", state="visible")
        tab.page.check("input[value=chat]")
        tab.page.click("#start")
        tab.see("#transcript", "automated assistant")
        assert tab.page.evaluate("document.cookie") == "", "no script can read it"
        tab.complaints = [complaint for complaint in tab.complaints if "403" not in complaint]


RESAMPLED = """async ([from, to, hertz]) => {
  const { Resampler } = await import('/page/resample.js');
  const convert = new Resampler(from, to);
  const out = [];
  for (let block = 0; block < 200; block += 1) {
    const input = Float32Array.from({ length: 128 }, (_, i) => 0.5 * Math.sin(2 * Math.PI * hertz * (128 * block + i) / from));
    out.push(...convert.push(input));
  }
  return out;
}"""


RATES = [(48_000, 16_000), (44_100, 16_000), (16_000, 48_000), (16_000, 44_100), (16_000, 16_000)]


def test_the_pages_resampler_keeps_speech_and_length_and_folds_nothing_back(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        for rate, to in RATES:
            out = np.array(tab.page.evaluate(RESAMPLED, [rate, to, 1000]))
            assert abs(len(out) - 200 * 128 * to / rate) < 200
            middle = out[len(out) // 4 : -len(out) // 4]
            t = np.arange(len(middle)) / to
            basis = np.stack([np.sin(2 * np.pi * 1000 * t), np.cos(2 * np.pi * 1000 * t)], axis=1)
            fit, *_ = np.linalg.lstsq(basis, middle, rcond=None)
            assert abs(np.hypot(*fit) - 0.5) < 0.005, "as loud as before"
            assert 20 * np.log10(np.std(middle - basis @ fit) / np.std(middle)) < -60
            if to < rate:
                alias = np.array(tab.page.evaluate(RESAMPLED, [rate, to, 12_000]))
                assert 20 * np.log10(np.abs(alias[len(alias) // 4 : -len(alias) // 4]).max() / 0.5) < -60


WORKLET = """async () => {
  // The worklet's processor outside of any sound card: 48 kHz, blocks of 128 samples, driven by hand.
  const sent = [];
  globalThis.sampleRate = 48000;
  globalThis.AudioWorkletProcessor = class { port = { postMessage: (data) => sent.push(data) }; };
  const made = await new Promise((done) => {
    globalThis.registerProcessor = (name, kind) => done(kind);
    import('/page/worklet.js');
  });
  const line = new made();
  let played = [];
  const run = (seconds, block = null) => {  // so much of the sound card's time
    for (let i = 0; i < seconds * 48000 / 128; i += 1) {
      const out = new Float32Array(128);
      line.process(block ? [[block]] : [[]], [[out]]);
      played.push(out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
    }
  };
  const frame = (loud) => line.port.onmessage({ data: new Float32Array(320).fill(loud) });
  const figures = () => ({ gaps: line.gaps, skipped: line.skipped, waiting: line.waiting.length });
  const found = {};

  run(1, new Float32Array(128).fill(0.25));
  found.recorded = sent.filter((data) => data.frame).map((data) => new Int16Array(data.frame)[160]);

  for (let i = 0; i < 3; i += 1) frame(0.5);
  played = [];
  run(0.1);
  found.before = Math.max(...played);  // three frames are not enough to begin with
  for (let i = 0; i < 50; i += 1) { frame(0.5); run(0.02); }
  found.steady = { ...figures(), loud: Math.max(...played) };

  run(0.3);  // nothing comes while the bot speaks
  found.stalled = figures();
  for (let i = 0; i < 10; i += 1) frame(0.5);
  for (let i = 0; i < 20; i += 1) frame(0);  // then everything at once: ten loud frames and a long silence
  for (let i = 0; i < 60; i += 1) { frame(0); run(0.02); }
  found.after = figures();

  for (let i = 0; i < 200; i += 1) frame(0.5);
  run(0.02);
  found.flooded = figures();

  line.port.onmessage({ data: "hush" });
  run(0.02);
  played = [];
  run(0.1);
  found.hushed = { ...figures(), loud: Math.max(...played) };
  return found;
}"""


def test_the_jitter_buffer_waits_bridges_and_catches_up(console: Console) -> None:
    with browsing() as tab:
        tab.page.goto(console.address)
        found = tab.page.evaluate(WORKLET)
    recorded = found["recorded"]
    assert 48 <= len(recorded) <= 50, "a second is fifty frames"
    assert abs(recorded[-1] - 8192) < 90
    assert found["before"] == 0, "it waits for four frames before it begins"
    assert (found["steady"]["gaps"], found["steady"]["skipped"]) == (0, 0)
    assert abs(found["steady"]["loud"] - 0.5) < 0.1
    assert found["stalled"]["gaps"] == 1, "one hole, however long"
    assert found["after"]["skipped"] >= 10
    assert found["after"]["waiting"] <= 9, "back on time by leaving silence out"
    assert found["flooded"]["waiting"] <= 75
    assert found["hushed"]["loud"] < 0.001, "interrupted: what was queued is not said any more"
    assert found["hushed"]["gaps"] == found["flooded"]["gaps"], "which is no hole"
