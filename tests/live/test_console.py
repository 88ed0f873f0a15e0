"""The parts of the console, without sockets: the gate, limits, messages, callers, the catalogue."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebot.dialogue.states import TABLE, State, arrive
from voicebot.engine import Engine
from voicebot.errors import VoicebotError
from voicebot.events import CallEnded, CallerTurnTaken, CallOpened, QuestionLocated, Record
from voicebot.live.console.callers import WAITING_FRAMES, Hand, Microphone
from voicebot.live.console.catalogue import diagram, read_catalogue
from voicebot.live.console.limits import BEHIND_MESSAGES, Bucket
from voicebot.live.console.news import packed, titles_of, told, unpacked
from voicebot.live.console.orders import Order
from voicebot.live.console.protocol import read_said, read_start
from voicebot.live.console.settings import ConsoleSettings
from voicebot.live.console.watched import watched
from voicebot.live.console.wire import Kind, Message, peak, sound
from voicebot.metrics.call_record import call_record
from voicebot.types import FRAME_SAMPLES, SILENCE

START = {"type": "start", "doing": "talk", "hotline": "hotline_95188", "language": "zh-CN"}
TOKEN = "a-token-that-is-long-enough"


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"host": "0.0.0.0"}, "give a --token"),
        ({"host": "192.0.2.1"}, "give a --token"),
        ({"token": "short"}, "16 or more"),
        ({"workers": 0}, "--workers 0"),
        ({"max_calls": -1}, "--max-calls -1"),
        ({"port": 70000}, "--port 70000"),
        ({"certificate": Path("x.pem")}, "belong together"),
        ({"origins": ("console.example",)}, "--origin console.example"),
        ({"origins": ("https://console.example/page",)}, "--origin"),
        ({"hotline": "nothing_like_it"}, "nothing_like_it"),
        ({"model": "nothing-like-it"}, "nothing-like-it"),
    ],
)
def test_what_cannot_be_served_is_said_in_a_line(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(VoicebotError, match=why) as caught:
        ConsoleSettings(**wrong).check()
    assert "\n" not in str(caught.value).strip()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_no_token(host: str) -> None:
    ConsoleSettings(host=host).check()


def test_another_address_with_a_token_is_fine() -> None:
    ConsoleSettings(host="0.0.0.0", token=TOKEN).check()


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "{}",
        json.dumps(START | {"path": "/etc"}),
        json.dumps(START | {"seed": -1}),
        json.dumps(START | {"language": "fr"}),
    ],
)
def test_a_start_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(VoicebotError, match="not a start: "):
        read_start(wrong)


@pytest.mark.parametrize(
    "wrong",
    ["null", '{"type":"open"}', '{"type":"key","key":"x"}', '{"type":"say","text":"%s"}' % ("很" * 501), '{"type":"say"}'],
)
def test_a_message_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(VoicebotError, match="not understood: "):
        read_said(wrong)


def complaint(read: Callable[[str], Any], text: str) -> str:
    """What `read` says against `text`; empty when it takes it. Anything but a VoicebotError is a defect."""
    try:
        read(text)
    except VoicebotError as error:
        return str(error)
    return ""


@given(st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_whatever_a_page_sends_is_refused_in_a_line(text: str) -> None:
    for read in (read_start, read_said):
        said = complaint(read, text)
        assert said
        assert "\n" not in said


ODD = st.none() | st.integers() | st.text() | st.lists(st.text()) | st.dictionaries(st.text(), st.text())


@given(st.sampled_from(sorted(START)), ODD)
def test_a_start_with_one_field_changed_is_read_or_refused_in_a_line(name: str, value: Any) -> None:
    assert "\n" not in complaint(read_start, json.dumps(START | {name: value}))


def test_a_sound_message_holds_number_peaks_and_legs() -> None:
    bot = np.full(FRAME_SAMPLES, -32768, np.int16)
    both = sound(-3, bot, SILENCE, both=True)
    assert int.from_bytes(both[:4], "little", signed=True) == -3
    assert (both[4], both[5]) == (0, 255)
    assert both[8:648] == bot.tobytes()
    assert both[648:] == SILENCE.tobytes()
    assert len(sound(0, bot, SILENCE, both=False)) == 648
    assert peak(np.full(FRAME_SAMPLES, 16384, np.int16)) == 127


def test_a_message_is_read_as_it_was_packed() -> None:
    from voicebot.live.console.wire import receive

    async def run() -> list[Message | None]:
        reader = asyncio.StreamReader()
        reader.feed_data(Message(Kind.SAY, 7, "你好".encode()).pack() + Message(Kind.CLOSE, 8).pack() + b"\1\0")
        reader.feed_eof()
        return [await receive(reader) for _ in range(3)]

    assert asyncio.run(run()) == [Message(Kind.SAY, 7, "你好".encode()), Message(Kind.CLOSE, 8), None]


def test_an_event_is_told_with_what_a_report_would_note(chinese_engine: Engine) -> None:
    body = told(Record(50, QuestionLocated("huabei_repayment_failed", "confirmed", 0.9)), titles_of(chinese_engine.hotline))
    assert (body["frame"], body["event"], body["question"]) == (50, "QuestionLocated", "huabei_repayment_failed")
    assert "花呗还款失败" in body["mark"]["zh"]
    json.dumps(body)


def test_a_call_record_survives_the_wire() -> None:
    records = [
        Record(0, CallOpened("h", "zh-CN")),
        Record(50, CallerTurnTaken("话", 1)),
        Record(50, QuestionLocated("q", "confirmed", 0.9)),
        Record(90, CallEnded("abandoned", "caller")),
    ]
    record = call_record(records)
    assert unpacked(json.loads(json.dumps(packed(record)))) == record


# ---------------------------------------------------------------- limits


def test_a_bucket_allows_a_burst_and_no_more() -> None:
    bucket = Bucket(0.0, 3.0)
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]


def test_a_page_that_falls_behind_loses_its_line_and_no_memory() -> None:
    from voicebot.live.console.phone_line import Line

    sent: list[Kind] = []

    class Worker:
        def send(self, message: Message) -> None:
            sent.append(message.kind)

    async def run() -> Line:
        line = Line(1, Worker(), Order("talk", "hotline_95188", "zh-CN"))
        for _ in range(3 * BEHIND_MESSAGES):
            line.take(Message(Kind.SOUND, 1))
        return line

    line = asyncio.run(run())
    assert line.slow
    assert sent == [Kind.CLOSE]
    assert line.news.qsize() == BEHIND_MESSAGES + 1


# ---------------------------------------------------------------- callers


def test_a_microphone_keeps_what_may_wait_and_counts_what_is_lost() -> None:
    microphone = Microphone(Hand())
    for number in range(WAITING_FRAMES + 5):
        microphone.put(np.full(FRAME_SAMPLES, number, np.int16))
    first, _ = microphone.next(())
    assert (microphone.lost, first.frame[0]) == (5, 5)


def test_who_hung_up_is_not_waited_for() -> None:
    hand = Hand()
    microphone = Microphone(hand)
    hand.hang_up()
    turn, _ = microphone.next(())
    assert turn.hung_up


def test_typed_words_are_mixed_into_what_the_microphone_hears_one_after_the_other() -> None:
    hand = Hand()
    hand.say(np.full(FRAME_SAMPLES + 10, 1000, np.int16))
    hand.say(np.full(5, 2000, np.int16))
    hand.press("1")
    hand.press("#")
    heard = [hand.apply(np.full(FRAME_SAMPLES, 32000, np.int16)) for _ in range(4)]
    assert heard[0].keys == "1#"
    assert set(heard[0].frame) == {32767}, "no overflow"
    assert (heard[1].frame[9], heard[1].frame[10]) == (32767, 32000)
    assert (heard[2].frame[4], heard[2].frame[5]) == (32767, 32000)
    assert (heard[3].frame[0], heard[3].keys) == (32000, "")


def test_in_a_watched_script_with_echo_the_bots_voice_comes_back(tmp_path: Path, chinese_engine: Engine) -> None:
    script = tmp_path / "echo.call.yaml"
    script.write_text("name: echo\necho: true\nturns:\n  - caller: 你好\n    at: prompt+60s\n", "utf8")
    order = Order("watch", "hotline_95188", "zh-CN", source={"kind": "script", "path": str(script), "row": 0})
    who = watched(order, chinese_engine, chinese_engine.renderer)
    assert who.echo
    assert who.hear_bot is not None
    loud = np.full(FRAME_SAMPLES, 8000, np.int16)
    loud[::2] = -8000
    heard = []
    for _ in range(50):
        who.hear_bot(loud)
        heard.append(peak(who.caller.next_frame(()).frame))
    assert heard[0] == 0
    assert max(heard) > 2


# ---------------------------------------------------------------- the catalogue


def test_the_diagram_shows_every_state_and_only_moves_that_the_tables_allow() -> None:
    drawn = diagram()
    assert {state["id"] for state in drawn["states"]} == {str(state) for state in State}
    for move in drawn["moves"]:
        state = State(move["from"])
        assert any(
            _allowed(state, TABLE[state][trigger], State(move["to"])) for trigger in TABLE[state] if trigger in move["triggers"]
        ), move


def _allowed(state: State, reaction: str, to: State) -> bool:
    try:
        return arrive(state, reaction, to) is to
    except Exception:
        return False


def test_the_catalogue_offers_packs_callers_and_scripts_that_can_be_spoken() -> None:
    catalogue = read_catalogue((("hotline_95188", "zh-CN"), ("hotline_95188", "en-US")))
    assert catalogue.broken == ()
    shown = json.loads(json.dumps(catalogue.document()))
    (hotline,) = shown["hotlines"]
    assert set(hotline["languages"]) == {"zh-CN", "en-US"}
    assert hotline["profiles"]
    assert {script["language"] for script in shown["scripts"]} == {"zh-CN", "en-US"}
    assert all("path" not in script for script in shown["scripts"])


# ---------------------------------------------------------------- the gate


def knock(
    settings: ConsoleSettings, path: str = "/", *, kind: str = "http", method: str = "GET", **headers: str
) -> dict[str, Any]:
    """What the gate answers first; status 200 from what is behind it."""
    from voicebot.live.console.gate import Gate

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
        else:
            await send({"type": "websocket.accept"})

    path, _, query = path.partition("?")
    given = {"host": "127.0.0.1:8188", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    answers: list[dict[str, Any]] = []

    async def run() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": f"{kind}.connect"}

        async def send(message: Any) -> None:
            answers.append(message)

        await Gate(inside, settings)(scope, receive, send)

    asyncio.run(run())
    return answers[0]


LOCAL = ConsoleSettings()
GUARDED = ConsoleSettings(token=TOKEN)
OWN = "http://127.0.0.1:8188"


def test_the_page_itself_may_connect_and_nobody_else() -> None:
    pytest.importorskip("starlette")
    assert knock(LOCAL, "/ws", kind="websocket", origin=OWN)["type"] == "websocket.accept"
    for origin in ("http://evil.example", "http://127.0.0.1:9", "https://127.0.0.1:8188", "null", ""):
        assert knock(LOCAL, "/ws", kind="websocket", origin=origin)["type"] == "websocket.close"
    assert knock(LOCAL, "/ws", kind="websocket")["type"] == "websocket.close"
    assert knock(LOCAL, "/login", method="POST", origin="http://evil.example")["status"] == 403


def test_a_name_that_is_not_ours_is_refused() -> None:
    pytest.importorskip("starlette")
    assert knock(LOCAL, host="localhost:8188")["status"] == 200
    assert knock(LOCAL, host="evil.example")["status"] == 403
    assert knock(LOCAL, host="evil.example", origin="http://evil.example")["status"] == 403
    behind_a_proxy = ConsoleSettings(origins=("https://console.example",))
    assert knock(behind_a_proxy, host="console.example")["status"] == 200
    proxied = {"host": "console.example", "origin": "https://console.example"}
    assert knock(behind_a_proxy, "/ws", kind="websocket", **proxied)["type"] == "websocket.accept"


def test_with_a_token_nothing_is_shown_without_it() -> None:
    pytest.importorskip("starlette")
    assert knock(GUARDED)["status"] == 303
    assert knock(GUARDED, "/login")["status"] == 200
    for path in ("/api/console", "/api/library/x/audio", "/page/app.js"):
        assert knock(GUARDED, path)["status"] == 401
        assert knock(GUARDED, path, authorization="Bearer " + TOKEN)["status"] == 200
        assert knock(GUARDED, path, authorization="Bearer " + TOKEN[:-1])["status"] == 401
    assert knock(GUARDED, "/ws", kind="websocket", origin=OWN)["type"] == "websocket.close"
    assert knock(GUARDED, "/api/console", cookie="voicebot=" + TOKEN)["status"] == 401, "the cookie is not the token"


def test_every_answer_tells_the_browser_what_the_page_may_do() -> None:
    pytest.importorskip("starlette")
    headers = {name.decode(): value.decode() for name, value in knock(LOCAL)["headers"]}
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "'unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_tokens_cannot_be_guessed_at_leisure() -> None:
    pytest.importorskip("starlette")
    from voicebot.live.console.gate import Gate

    gate = Gate(None, GUARDED)  # type: ignore[arg-type]
    answers = [gate.right(f"wrong-{number}") for number in range(20)]
    assert answers[:10] == [False] * 10
    assert answers[-1] is None
    assert gate.right(TOKEN), "the right one still opens"


def test_the_token_is_not_printed_with_the_settings() -> None:
    assert TOKEN not in repr(GUARDED)
