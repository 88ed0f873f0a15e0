"""Speech to text for one call: Vosk, with a grammar where one is in force and the open model always.

A pure function of the utterance: what was recognised, cancelled or read as a partial before changes nothing, because every
utterance gets fresh decoders (see `Decoder`).
"""

import numpy as np

from voicebot.asr.confidence import Calibration, fitted
from voicebot.asr.library import Decoder
from voicebot.asr.model import AcousticModel
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.phrases import PhraseSet
from voicebot.asr.result import Heard
from voicebot.types import FRAME_SAMPLES, SAMPLE_RATE, Recognition, Samples

ALTERNATIVES = 5
"""Length of the n-best lists asked for; 10 cost the same, 1 saves nothing."""

OPEN_STRIDE = SAMPLE_RATE // 5
"""Beside a grammar the open model follows in steps of 0.2 s: no backlog to decode at the end of the turn, and less overhead."""

LONGEST = 120 * SAMPLE_RATE
"""Samples of one utterance that are decoded; turn taking ends an utterance long before (`maxspeechtimeout`), and Vosk's lattice
grows with every second. What comes after is left out, and the feature `truncated` says so."""


class VoskRecognizer:
    """`voicebot.types.Recognizer` over a shared `AcousticModel`. One a call; one thread at a time, or `RuntimeError`."""

    def __init__(self, model: AcousticModel, *, partial_stride: int = 1, calibration: Calibration | None = None) -> None:
        """`partial_stride`: frames of new audio before `partial` asks Vosk again instead of repeating itself.

        `calibration`: None takes the one that was fitted for the model, or for any model of its language.
        """
        self._model = model
        self._calibration = calibration or fitted(model.name, model.language)
        self._stride = max(1, partial_stride) * FRAME_SAMPLES
        self._open: Decoder | None = None
        self._grammar: Decoder | None = None
        self._phrases: PhraseSet | None = None
        self._audio: list[Samples] = []
        self._length = 0
        self._behind = 0
        """Samples that the open decoder has not had yet: the last of `_audio`."""
        self._partial = ""
        self._partial_at = 0
        self._truncated = False

    def begin(self, phrases: tuple[str, ...] | None, loop: tuple[str, ...] = ()) -> None:
        """Start an utterance, forgetting one under way.

        `phrases` puts a grammar in force, None (or none of them) does not; `loop` adds words that may be said in any number
        and order, as digits are.
        """
        self.cancel()
        self._phrases = self._model.phrase_set(tuple(phrases or ()), tuple(loop)) if phrases or loop else None
        self._grammar = self._model.decoder(self._phrases, ALTERNATIVES) if self._phrases else None
        self._open = self._model.decoder(None, ALTERNATIVES)

    def accept(self, samples: Samples) -> None:
        """Take more of the utterance: int16, shape (n,), 16 kHz, any n. Raises `TypeError`/`ValueError` on anything else."""
        if self._open is None:
            raise RuntimeError("no utterance has begun: call begin() first")
        _check(samples)
        if self._length >= LONGEST:
            self._truncated = self._truncated or len(samples) > 0
            return
        samples = np.array(samples)  # a copy: the caller may reuse its buffer
        self._audio.append(samples)
        self._length += len(samples)
        self._behind += len(samples)
        if self._grammar is not None:
            self._grammar.accept(samples)
        if self._grammar is None or self._behind >= OPEN_STRIDE:
            self._catch_up(self._open)

    @property
    def partial(self) -> str:
        """The words so far, joined by spaces. In a grammar, its words; once they hold speech outside it, the open model's."""
        if self._open is None:
            return ""
        if self._length - self._partial_at >= self._stride:
            self._partial_at = self._length
            self._partial = self._read_partial(self._open)
        return self._partial

    def finish(self) -> Recognition:
        """Close the utterance and return what was heard. `RuntimeError` when none has begun."""
        if self._open is None:
            raise RuntimeError("no utterance has begun: call begin() first")
        self._catch_up(self._open)
        heard = Heard(
            samples=np.concatenate(self._audio) if self._audio else np.zeros(0, np.int16),
            open=self._open.final(),
            grammar=self._grammar.final() if self._grammar else None,
            phrases=self._phrases,
            truncated=self._truncated,
        )
        self.cancel()
        return heard.recognition(self._calibration)

    def cancel(self) -> None:
        """Forget the utterance; nothing happens when there is none."""
        self._open = self._grammar = self._phrases = None
        self._audio = []
        self._length = self._behind = self._partial_at = 0
        self._partial = ""
        self._truncated = False

    def uncovered(self, phrases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Of `phrases`, those with words this model cannot hear, and those words."""
        return self._model.uncovered(phrases)

    def _catch_up(self, decoder: Decoder) -> None:
        """Give the open decoder what it has not had."""
        pieces: list[Samples] = []
        index = len(self._audio)
        while self._behind > 0:
            index -= 1
            pieces.append(self._audio[index])
            self._behind -= len(self._audio[index])
        if pieces:
            decoder.accept(np.concatenate(pieces[::-1]) if len(pieces) > 1 else pieces[0])

    def _read_partial(self, decoder: Decoder) -> str:
        if self._grammar is not None:
            words = self._grammar.partial()
            if UNKNOWN_WORD not in words:
                return " ".join(words)
            self._catch_up(decoder)
        return " ".join(word for word in decoder.partial() if word != UNKNOWN_WORD)


def _check(samples: Samples) -> None:
    if not isinstance(samples, np.ndarray) or samples.dtype != np.int16:
        kind = samples.dtype if isinstance(samples, np.ndarray) else type(samples).__name__
        raise TypeError(f"audio must be an int16 array, this is {kind}")
    if samples.ndim != 1:
        raise ValueError(f"audio must be mono, shape (n,), this is {samples.shape}")
