"""One call on the page: its facts, its audio, its lanes, and what was said line by line."""

from collections.abc import Iterator, Sequence
from typing import Any

from voicebot.events import Record
from voicebot.metrics.audio_clip import AudioClip
from voicebot.metrics.call_record import CallRecord
from voicebot.metrics.html import Html, both, element, fragment
from voicebot.metrics.report.lanes import believed_questions, lanes
from voicebot.metrics.report.marks import Mark, Titles, mark, marks
from voicebot.metrics.report.names import OUTSIDE
from voicebot.metrics.terms import OUTCOMES, SYSTEMS, term
from voicebot.metrics.timeline import SpokenPrompt, Timeline, Utterance, timeline
from voicebot.metrics.transcript import transcript_line
from voicebot.types import OTHER

LANES_SECONDS = 600.0
"""The lanes show this much of a call; the words all of it."""

UNDERSTOOD = 0.3
"""Likelihood from which a turn's question is shown."""

PARTIALS_SHOWN = 60


def call_view(
    records: Sequence[Record],
    call: CallRecord,
    anchor: str,
    titles: Titles,
    clip: AudioClip | None,
    link: str | None,
    opened: bool,
) -> Html:
    """A section that opens. `link`: address of the recording beside the page, where there is one."""
    line_up = timeline(records)
    return element(
        "details",
        element("summary", _title(call)),
        element(
            "div",
            _facts(call, titles),
            _audio(clip, link, call),
            lanes(line_up, marks(records, titles), clip, LANES_SECONDS),
            _cut_short(line_up),
            _legend(line_up, titles),
            element("ol", *_talk(records, line_up, titles, seek=clip is not None or link is not None), class_="talk"),
            class_="inside",
        ),
        id=anchor,
        class_="call",
        open=opened,
    )


def _title(call: CallRecord) -> Html:
    outcome = element("span", both(*term(OUTCOMES, call.outcome)), class_="tag")
    return fragment(element("b", call.name), " ", outcome, " ", element("span", f"{call.seconds:.0f} s", class_="quiet"))


def _facts(call: CallRecord, titles: Titles) -> Html:
    rows: list[tuple[str, str, Html | str]] = [
        ("系统", "system", both(*term(SYSTEMS, call.system))),
        ("热线", "hotline", f"{call.hotline} · {call.language}"),
        ("真正的问题", "true question", _question(call.true_question, titles)),
        ("定位到", "located", _question(call.located, titles)),
        ("用户确认", "confirmed", both("是", "yes") if call.confirmed else both("否", "no")),
        ("轮数", "turns", f"{call.turns} / {call.total_turns}"),
    ]
    return element(
        "dl", *(element("div", element("dt", both(zh, en)), element("dd", value)) for zh, en, value in rows), class_="facts"
    )


def _question(question: str | None, titles: Titles) -> Html:
    if question == OTHER:
        return both(*OUTSIDE)
    return fragment(titles(question) if question else "–")


def _audio(clip: AudioClip | None, link: str | None, call: CallRecord) -> Html:
    source = clip.data_uri if clip is not None else link
    beside = element("a", both("双声道原录音", "the stereo recording"), href=link) if link is not None else None
    if source is None:
        return element("p", both("这通电话旁边没有录音。", "There is no recording beside this log."), class_="quiet")
    named = f"{call.name}"
    player = element("audio", controls=True, preload="none", src=source, aria_label=named)
    note = None
    if clip is not None and clip.seconds < call.seconds - 1:
        note = both(f"只含前 {clip.seconds:.0f} 秒；", f"the first {clip.seconds:.0f} s only; ")
    hint = both(
        "点时间轴或下面的时间即可跳到该处。",
        "Click the lanes, or a time below, to jump there.",
    )
    return element("div", player, element("p", note, hint, " ", beside, class_="quiet noprint"), class_="player")


def _cut_short(line_up: Timeline) -> Html | None:
    if line_up.seconds <= LANES_SECONDS:
        return None
    minutes = f"{LANES_SECONDS / 60:.0f}"
    return element("p", both(f"时间轴只画前 {minutes} 分钟。", f"The lanes show the first {minutes} minutes."), class_="quiet")


def _legend(line_up: Timeline, titles: Titles) -> Html | None:
    """The colours of the belief lane."""
    coloured = believed_questions(line_up)
    if not coloured:
        return None
    items = [(f"s{series}", fragment(titles(question))) for question, series in coloured.items()]
    items.append(("s-other", both("目录外", "something else")))
    return element(
        "ul",
        element("li", both("信念：", "Belief:")),
        *(
            element("li", element("svg", element("rect", width=12, height=12, rx=3, class_=class_), width=12, height=12,
                                  class_="swatch", aria_hidden="true"), name)
            for class_, name in items
        ),
        class_="legend",
    )  # fmt: skip


# ---------------------------------------------------------------- what was said


def _talk(records: Sequence[Record], line_up: Timeline, titles: Titles, seek: bool) -> Iterator[Html]:
    """Lines of both legs and the notes between them, in the order of the log."""
    prompts = {(prompt.start, prompt.text): prompt for prompt in line_up.prompts}
    utterances = {t: utterance for utterance in line_up.utterances for t in utterance.handed_over}
    for record in records:
        said, noted = transcript_line(record), mark(record, titles)
        if noted is not None:
            yield _note_line(noted, seek)
        elif said is None:
            continue
        elif said["leg"] == "bot":
            yield _bot_line(said, prompts.get((record.seconds, said["text"])), seek)
        elif said["leg"] == "caller":
            yield _caller_line(said, utterances.get(record.seconds), titles, seek)
        elif said["kind"] == "discarded":
            yield _discarded_line(said, seek)


def _line(class_: str, t: float, seek: bool, *content: Html | str | None) -> Html:
    clock = f"{int(t // 60)}:{t % 60:04.1f}"
    time = (
        element("button", clock, type="button", class_="time", data_t=float(t))
        if seek
        else element("span", clock, class_="time", data_t=float(t))
    )
    return element("li", time, element("div", *content, class_="said"), class_=class_)


def _bot_line(said: dict[str, Any], prompt: SpokenPrompt | None, seek: bool) -> Html:
    what = []
    if prompt is not None:
        kinds = {quiet.kind for quiet in prompt.quiet}
        if "hush" in kinds:
            what.append(both("压低", "hushed"))
        if "pause" in kinds:
            what.append(both("暂停", "paused"))
        if prompt.resumed:
            what.append(both("恢复", "resumed"))
        if prompt.stopped is not None:
            what.append(both(f"在 {prompt.stopped:.1f} 秒被打断", f"interrupted at {prompt.stopped:.1f} s"))
    extra = [element("span", word, class_="tag") for word in what]
    return _line(
        "bot", said["t"], seek, element("span", both("机器人", "bot"), class_="who"), element("bdi", said["text"]), *extra
    )


def _caller_line(said: dict[str, Any], utterance: Utterance | None, titles: Titles, seek: bool) -> Html:
    meaning = [*said["acts"][:2]]
    if said["question"] and said["probability"] >= UNDERSTOOD:
        meaning.append(f"{titles(said['question'])} {said['probability']:.2f}")
    words = f"[{said['text']}]" if said["keys"] else said["text"]
    text = element("bdi", words) if words else element("i", both("（没有识别出词）", "(nothing recognised)"))
    meant = element("span", " · ".join(meaning), class_="meant") if meaning else None
    cut_in = element("span", both("打断", "barge-in"), class_="tag") if said["interrupted"] else None
    start = utterance.start if utterance is not None and not said["keys"] else said["t"]
    who = element("span", both("用户", "caller"), class_="who")
    return _line("caller", start, seek, who, text, meant, cut_in, None if said["keys"] else _partials(utterance))


def _partials(utterance: Utterance | None) -> Html | None:
    if utterance is None or not utterance.partials:
        return None
    shown = [
        element("li", element("span", f"{t:.2f}", class_="time"), " ", element("bdi", text))
        for t, text in utterance.partials[:PARTIALS_SHOWN]
    ]
    return element("details", element("summary", both("识别过程", "partial results")), element("ol", *shown), class_="partials")


def _discarded_line(said: dict[str, Any], seek: bool) -> Html:
    words = element("bdi", said["text"]) if said["text"] else None
    reason = {"noise": both("噪声", "noise"), "backchannel": both("附和", "backchannel")}.get(said["reason"], said["reason"])
    return _line("note", said["t"], seek, both("不算一轮：", "no turn: "), reason, " " if words else None, words)


def _note_line(mark: Mark, seek: bool) -> Html:
    why = element("span", mark.why, class_="meant") if mark.why else None
    return _line(f"note {mark.kind}", mark.t, seek, both(*mark.words), " " if why else None, why)
