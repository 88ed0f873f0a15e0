"""Rendering is a pure function of text, voice and rate, with the real espeak-ng."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from voicebot.audio.levels import active_level_db
from voicebot.errors import SpeechSynthesisError
from voicebot.tts.renderer import LEVEL_DBFS, Renderer

TEXTS = [
    ("您好，请问您想问花呗还款失败的问题吗？", "cmn", 200),
    ("这样清楚了吗？", "cmn+f3", 180),
    ("您的余额是三百五十元。", "cmn", 200),
    ("Hello, how can I help you?", "en-us", 160),
    ("Is that clear?", "en-us+m3", 190),
    ("Your refund arrives in three to five days.", "en-us", 160),
]


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def _rendered(order: list[int]) -> dict[int, bytes]:
    renderer = Renderer()
    return {index: renderer.render(*TEXTS[index]).samples.tobytes() for index in order}


def test_samples_do_not_depend_on_order_or_process(renderer: Renderer) -> None:
    forward = _rendered(list(range(len(TEXTS))))
    backward = _rendered(list(range(len(TEXTS)))[::-1] * 2)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        elsewhere = pool.map(_rendered, [[3, 1, 3, 0], [5, 4, 2]])
    assert forward == backward
    assert {**elsewhere[0], **elsewhere[1]} == forward


def test_threads_may_share_a_renderer(renderer: Renderer) -> None:
    alone = [renderer.render(*text).samples.tobytes() for text in TEXTS]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda text: renderer.render(*text).samples.tobytes(), TEXTS))
    assert alone == together


@pytest.mark.parametrize("text", TEXTS)
def test_prompts_are_equally_loud_and_marked(renderer: Renderer, text: tuple[str, str, int]) -> None:
    speech = renderer.render(*text)
    assert speech.samples.dtype == np.int16
    assert abs(active_level_db(speech.samples) - LEVEL_DBFS) < 3.0
    starts = [mark.sample for mark in speech.marks]
    assert starts == sorted(starts)
    assert all(0 <= mark.start < mark.end <= len(text[0]) and mark.sample <= len(speech.samples) for mark in speech.marks)


@pytest.mark.parametrize(
    ("text", "voice", "rate", "says"),
    [
        ("你好", "nobody", 170, "unknown voice 'nobody'"),
        ("你好", "cmn+nobody", 170, "unknown voice variant 'nobody'"),
        ("你好", "cmn+../../cmn", 170, "unknown voice variant"),
        (" \n\t", "cmn", 170, "no text"),
        ("好" * 2001, "cmn", 170, "too long to speak"),
        ("你好", "cmn", 20, "20 words a minute"),
    ],
)
def test_what_cannot_be_spoken_is_said_in_one_line(renderer: Renderer, text: str, voice: str, rate: int, says: str) -> None:
    with pytest.raises(SpeechSynthesisError, match=says) as caught:
        renderer.render(text, voice, rate)
    assert "\n" not in str(caught.value)


def test_control_characters_and_a_very_long_word_do_no_harm(renderer: Renderer) -> None:
    assert renderer.render("a\x00b\x07c", "en-us", 160).seconds > 0
    assert renderer.render("a" * 2000, "en-us", 160).seconds > 0


def test_a_killed_process_is_replaced() -> None:
    renderer = Renderer()
    before = renderer.render(*TEXTS[0]).samples
    assert renderer._process is not None
    os.kill(renderer._process.pid, signal.SIGKILL)
    assert np.array_equal(renderer.render(*TEXTS[0]).samples, before)
