"""When a caller's turn is over: by silence, and by whether what was said so far is a whole answer.

A plain class: seconds, flags and the NLU's word on the partial hypothesis go in, a reason comes out. Time is audio time.
"""

from voicebot.types import Completion, Expectation

BLIP_SECONDS = 0.05
"""Speech shorter than this inside a silence does not break it: a click, a breath."""

UNKNOWN_SHARE = 0.10
"""Where on the way from completetimeout to incompletetimeout the wait lies when the words could go either way."""

DIGITS_FACTOR = 1.6
"""Times incompletetimeout that is waited while digits may go on: people pause up to 1.2 s between groups of a number."""

NUMBER_FACTOR = 2.0
"""Times completetimeout that is waited when a number is asked for and has its length: one digit too many may have been heard."""

NUMBER_KINDS = frozenset({"digits", "phone", "card"})


class Endpointer:
    """One utterance at a time: `start`, then `process` every frame until it gives a reason."""

    def __init__(self, expectation: Expectation | None = None) -> None:
        self.expectation = expectation or Expectation()
        """What is being answered: its timeouts and its kind."""
        self.silence = 0.0
        """Seconds since the last speech."""
        self.voiced = 0.0
        """Seconds of speech in this utterance."""
        self._length = 0.0
        self._burst = 0.0

    def start(self, voiced: float = 0.0) -> None:
        """An utterance begins; `voiced` seconds of it have been heard already."""
        self.silence = self._burst = 0.0
        self.voiced = self._length = voiced

    def process(self, seconds: float, is_speech: bool, completion: Completion) -> str | None:
        """Let `seconds` of audio pass. Why the turn is over (complete, incomplete, maxspeech), None while it is not."""
        self._length += seconds
        if is_speech:
            self.voiced += seconds
            self._burst += seconds
            self.silence = 0.0 if self._burst >= BLIP_SECONDS or self.silence == 0.0 else self.silence + seconds
        else:
            self._burst = 0.0
            self.silence += seconds
        if self._length >= self.expectation.timeouts.maxspeechtimeout:
            return "maxspeech"
        if self.silence + 1e-9 < self.wait(completion):
            return None
        return "complete" if completion is Completion.COMPLETE else "incomplete"

    def wait(self, completion: Completion) -> float:
        """Seconds of silence after which the turn is over."""
        timeouts = self.expectation.timeouts
        complete, incomplete = timeouts.completetimeout, timeouts.incompletetimeout
        match completion:
            case Completion.COMPLETE:
                return complete * (NUMBER_FACTOR if self.expectation.kind in NUMBER_KINDS else 1.0)
            case Completion.INCOMPLETE:
                return incomplete
            case Completion.DIGITS:
                return incomplete * DIGITS_FACTOR
        return complete + UNKNOWN_SHARE * (incomplete - complete)
