"""What ends a process inside Vosk is refused before it gets there."""

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from voicebot.asr.library import Decoder, VoskModel
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.errors import ModelError


@pytest.fixture(scope="module")
def model(model_folder: Path) -> VoskModel:
    return VoskModel(model_folder)


@pytest.mark.parametrize(
    "grammar", [[], "", "是", ["", "是"], [" "], ["魑魅"], ["是  的"], ["<eps>"], ["#0"], ["是\0"], [UNKNOWN_WORD + "x"]]
)
def test_a_bad_grammar_is_refused(model: VoskModel, grammar: list[str]) -> None:
    with pytest.raises(ValueError, match="grammar"):
        Decoder(model, grammar)


@pytest.mark.parametrize("word", ["<eps>", "[unk]", "#0", "!SIL", "", "\0", "魑魅", "的\0", "\ud800"])
def test_signs_and_strangers_are_not_known(model: VoskModel, word: str) -> None:
    assert not model.knows(word)


def test_words_are_known(model: VoskModel) -> None:
    assert model.knows("的")
    assert model.knows_unknown


def test_a_finished_decoder_takes_nothing_more(model: VoskModel) -> None:
    decoder = Decoder(model)
    decoder.accept(np.zeros(320, np.int16))
    decoder.final()
    for call in (decoder.final, decoder.partial, lambda: decoder.accept(np.zeros(320, np.int16))):
        with pytest.raises(RuntimeError, match="finished"):
            call()


def test_a_second_thread_is_turned_away(model: VoskModel) -> None:
    decoder = Decoder(model)
    noise = np.random.default_rng(0).normal(0, 3000, 160_000).astype(np.int16)
    started, refused = threading.Event(), []

    def decode() -> None:
        started.set()
        decoder.accept(noise)

    thread = threading.Thread(target=decode)
    thread.start()
    started.wait()
    while thread.is_alive() and not refused:
        try:
            decoder.partial()
        except RuntimeError as error:
            refused.append(error)
    thread.join()
    assert refused
    decoder.final()


def test_a_folder_vosk_refuses_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot load"):
        VoskModel(tmp_path)


def test_nothing_is_printed(model_folder: Path) -> None:
    code = "import sys; from pathlib import Path; from voicebot.asr.probe import main; sys.exit(main(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(model_folder)], capture_output=True, check=True)
    assert done.stdout == b""
    assert done.stderr == b""
