"""Turn taking: one `Observation` a frame in, `TurnAction`s out. Joins onset, endpointer, floor and the noinput clock."""

import math
from collections import deque
from dataclasses import dataclass

from voicebot.turntaking.barge_in import Floor, FloorEvent, FloorState
from voicebot.turntaking.endpointing import Endpointer
from voicebot.types import FRAME_SECONDS, Bargein, Completion, Expectation, Hearing, Observation, TurnAction


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """Named thresholds, in seconds of audio and probabilities. Set on the development half of the clips (docs/turn-taking.md)."""

    onset: float = 0.06
    """Speech within `onset_window` that makes a first evidence: an utterance begins, the bot hushes."""
    onset_window: float = 0.10
    least_voiced: float = 0.16
    """Speech before which nothing but a key takes the floor."""
    voiced_weight: float = 2.0
    """What a second of speech adds to the log odds that the caller wants the floor (`TurnTaking.evidence`): a sign of listening
    is short."""
    words_weights: tuple[float, ...] = (0.5, 2.0, 2.5, 6.0)
    """What a partial adds that holds more than backchannels, by how much was said (`Observation.said`: 1, 2, 3, 4 and more): one
    syllable may be a misheard sign of listening (退 for 对, "for" for "oh")."""
    hotword_weight: float = 6.0
    """What a partial adds that is a command while nothing is asked."""
    command_intent: float = 0.2
    """P(turn) from which a command that was all that was said is taken for one."""
    answer_weight: float = 9.0
    """What a partial adds that answers the question being asked, or is a command meanwhile, however much it sounds like a sign of
    listening."""
    talk: float = 0.8
    """Speech that takes the floor however it sounds, once `talk_said` was recognised in it that is no sign of listening."""
    talk_said: int = 3
    likely: float = 3.0
    """Log odds at which the bot pauses for a moment."""
    sure: float = 6.5
    """Log odds at which it stops."""
    doubt: float = 0.70
    """How long such a pause lasts unless something confirms it."""
    backchannel_voiced: float = 1.50
    """Speech after which even a row of backchannels takes the floor."""
    fade: float = 0.24
    """Silence after which an unconfirmed sound over a prompt was nothing."""
    fade_asked: float = 0.48
    """The same while a question is asked and nothing was recognised yet: a short answer's word comes 0.4–0.6 s late."""
    fade_taken: float = 0.48
    """Silence after which a sign of listening that stopped the bot is over, and the bot goes on."""
    going_on: float = 1.2
    """Silence after a sound that was nothing so far, in which the next one is taken for its going on: "so …", "my loan …", a
    number in groups. Its speech counts as one with the first."""
    unheard_voiced: float = 0.90
    """Speech without a recognised word that is still handed over (as a nomatch); less is noise."""
    silence_after_false_stop: float = 1.5
    """How long the bot waits before it speaks up again (as for noinput) after it withdrew an answer for what turned out to be
    nothing."""
    rejoin: float = 0.70
    """How soon after the hand-over speech counts as the same turn going on."""
    rejoin_voiced: float = 0.10
    """Speech it takes for that."""


class TurnTaking:
    """Step it once a frame; tell it what the bot does."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self.settings = settings or TurnSettings()
        self.end_reason = ""
        """Why the last utterance ended or was discarded."""
        self._floor = Floor()
        self._endpointer = Endpointer()
        self._recent: deque[bool] = deque(maxlen=round(self.settings.onset_window / FRAME_SECONDS))
        self._bargein: Bargein = "speech"
        self._prompt_asks = True
        self._asks = True
        """The utterance under way may be an answer: it did not begin before the question."""
        self._quiet = 0.0
        """Seconds of noinput so far."""
        self._waiting = False
        """The bot has finished and waits for the caller."""
        self._stopped = False
        """The bot was stopped for the utterance under way."""
        self._since_turn: float | None = None
        """Seconds since a turn was handed over; None when it is too long ago to be joined."""
        self._age = 0.0
        """Seconds since the first part of the turn began."""
        self._again = 0.0
        self._weighed = False
        """This sound has already made the bot fall silent for a moment."""
        self._doubt = 0.0
        """Seconds of that."""
        self._before = 0.0
        """Seconds of speech in the sounds just before this one that were nothing so far."""
        self._since_sound = math.inf
        """Seconds since the last of them."""
        self._pending: tuple[TurnAction, ...] = ()
        """What a prompt's start asks for, carried out with the next frame."""

    # ------------------------------------------------------------ what the bot does

    def prompt_started(self, bargein: Bargein, asks: bool) -> None:
        """A prompt begins to sound; `asks`: the caller is expected to answer."""
        self._bargein, self._prompt_asks = bargein, asks
        self._waiting = False
        self._pending += self._floor.on(FloorEvent.PROMPT_STARTED)

    def prompts_finished(self) -> None:
        """The bot has nothing more to say: from now on silence is the caller's."""
        self._floor.on(FloorEvent.PROMPTS_FINISHED)
        self._waiting = True
        self._quiet = 0.0

    def expect(self, expectation: Expectation) -> None:
        """What the caller is expected to say sets the timeouts."""
        self._endpointer.expectation = expectation

    @property
    def speaking(self) -> bool:
        """An utterance of the caller is under way."""
        return self._floor.listening

    # ------------------------------------------------------------ one frame

    def step(self, observation: Observation) -> tuple[TurnAction, ...]:
        """Let one frame pass."""
        pending, self._pending = self._pending, ()
        actions = pending + self._step(observation)
        if TurnAction.STOP in actions:
            self._waiting, self._quiet = True, 0.0
            self._stopped = self._floor.listening
        elif self._stopped and not self._floor.listening:
            self._after_stop(actions)
        return actions

    def _after_stop(self, actions: tuple[TurnAction, ...]) -> None:
        """The bot was stopped. When it was for nothing, and it does not go on, it must not leave the caller in silence."""
        self._stopped = False
        if TurnAction.TAKE_UP in actions:
            self._waiting = False
        elif TurnAction.DISCARD in actions:
            self._quiet = max(0.0, self._endpointer.expectation.timeouts.noinput - self.settings.silence_after_false_stop)

    def _step(self, observation: Observation) -> tuple[TurnAction, ...]:
        self._recent.append(observation.speech)
        if observation.key:
            self._quiet, self._since_turn = 0.0, None
            self.end_reason = "key"
            return self._floor.on(FloorEvent.KEY)
        if self._floor.listening:
            return self._follow(observation)
        return self._wait(observation)

    def _wait(self, observation: Observation) -> tuple[TurnAction, ...]:
        """Nobody but the bot speaks, so far."""
        self._since_sound += FRAME_SECONDS
        if self._since_turn is not None:
            self._since_turn += FRAME_SECONDS
            self._age += FRAME_SECONDS
            self._again = self._again + FRAME_SECONDS if observation.speech else 0.0
            if self._again + 1e-9 >= self.settings.rejoin_voiced:
                return self._begin(FloorEvent.WENT_ON)
            if self._since_turn > self.settings.rejoin and self._again == 0.0:
                self._since_turn = None
        elif sum(self._recent) * FRAME_SECONDS + 1e-9 >= self.settings.onset:
            protected = self._bargein != "speech" and self._floor.state is FloorState.BOT
            return self._begin(FloorEvent.SOUND_UNDER if protected else FloorEvent.SOUND)
        return self._count_noinput()

    def _begin(self, event: FloorEvent) -> tuple[TurnAction, ...]:
        heard = sum(self._recent) * FRAME_SECONDS
        self._recent.clear()
        self._since_turn, self._again = None, 0.0
        self._age = self._age if event is FloorEvent.WENT_ON else 0.0
        self._weighed = False
        self._before = self._before if self._since_sound <= self.settings.going_on else 0.0
        self._asks = self._prompt_asks or self._floor.state is not FloorState.BOT
        self._endpointer.start(voiced=heard)
        return self._floor.on(event)

    def _follow(self, observation: Observation) -> tuple[TurnAction, ...]:
        """The caller makes a sound: do they want the floor, are they done, was it nothing?"""
        self._age += FRAME_SECONDS
        reason = self._endpointer.process(FRAME_SECONDS, observation.speech, observation.completion)
        match self._floor.state:
            case FloorState.CALLER:
                return self._finish(reason, observation) if reason else self._count_noinput_in_noise(observation)
            case FloorState.TAKEN:
                return self._finish(reason, observation) if reason else self._doubt_stop(observation)
            case FloorState.UNDER:
                if self._bargein == "hotword" and observation.hearing is Hearing.HOTWORD:
                    return self._floor.on(FloorEvent.CONFIRMED)
                return self._finish(reason, observation) if reason else ()
        if self._wants_floor(observation):
            return self._floor.on(FloorEvent.CONFIRMED)
        if weighed := self._weigh(observation):
            return weighed
        if self._endpointer.silence + 1e-9 >= self._fade(observation) or reason == "maxspeech":
            if self._commanded(observation):
                return self._floor.on(FloorEvent.CONFIRMED)
            self._before += self._endpointer.voiced
            self._since_sound = self._endpointer.silence
            return self._fade_away("backchannel" if observation.hearing is Hearing.BACKCHANNEL else "noise")
        return ()

    def _fade_away(self, reason: str) -> tuple[TurnAction, ...]:
        """It was nothing."""
        self.end_reason = reason
        return self._floor.on(FloorEvent.FADED)

    def _doubt_stop(self, observation: Observation) -> tuple[TurnAction, ...]:
        """The bot was stopped: was it for a sign of listening, recognised too late, or for a noise that goes on?"""
        if self._murmured(observation) and self._endpointer.silence + 1e-9 >= self.settings.fade_taken:
            return self._fade_away("backchannel")
        return self._count_noinput_in_noise(observation)

    def _murmured(self, observation: Observation) -> bool:
        """All that was recognised is signs of listening, and not a long row of them; where nothing is asked, one word beside
        them, that by itself means nothing, is one misheard (位是的 for 对是的, "all I understand" for "ah, I understand")."""
        if self._endpointer.voiced + 1e-9 >= self.settings.backchannel_voiced:
            return False
        if observation.hearing is Hearing.WORDS and observation.beside_signs and not self._asks:
            return observation.said <= 1 and observation.completion is not Completion.COMPLETE
        return observation.hearing is Hearing.BACKCHANNEL

    def _commanded(self, observation: Observation) -> bool:
        """All that was said is a command, and it does not sound like a noise: "agent" is short and said like a murmur."""
        whole = observation.hearing is Hearing.HOTWORD and observation.completion is Completion.COMPLETE
        return whole and observation.intent >= self.settings.command_intent

    def _fade(self, observation: Observation) -> float:
        """Silence after which an unconfirmed sound was nothing."""
        unheard = self._asks and observation.hearing is Hearing.NOTHING
        return self.settings.fade_asked if unheard else self.settings.fade

    def _weigh(self, observation: Observation) -> tuple[TurnAction, ...]:
        """Not sure yet: is it likely enough to fall silent for a moment?"""
        murmured = observation.hearing is Hearing.BACKCHANNEL
        if self._floor.state is FloorState.PAUSED:
            self._doubt += FRAME_SECONDS
            return self._floor.on(FloorEvent.UNSURE) if murmured or self._doubt + 1e-9 >= self.settings.doubt else ()
        if self._weighed or murmured or not observation.speech or self.evidence(observation) < self.settings.likely:
            return ()
        self._weighed, self._doubt = True, 0.0
        return self._floor.on(FloorEvent.LIKELY)

    def _wants_floor(self, observation: Observation) -> bool:
        if _only_signs(observation) and self._endpointer.voiced + 1e-9 < self.settings.backchannel_voiced:
            return False
        return self.evidence(observation) >= self.settings.sure

    def evidence(self, observation: Observation) -> float:
        """Log odds that whoever sounds wants the floor: how it sounds, how long it has lasted, what was recognised so far."""
        voiced, settings = self._endpointer.voiced, self.settings
        if voiced + 1e-9 < settings.least_voiced:
            return -math.inf
        intent = min(max(observation.intent, 1e-4), 1.0 - 1e-4)
        odds = math.log(intent / (1.0 - intent)) + settings.voiced_weight * (voiced + self._before)
        if observation.hearing not in (Hearing.WORDS, Hearing.HOTWORD):
            return odds
        if voiced >= settings.talk and observation.said >= settings.talk_said:
            return math.inf
        words = settings.words_weights[min(observation.said, len(settings.words_weights)) - 1] if observation.said else 0.0
        if observation.hearing is Hearing.HOTWORD:
            words = max(words, settings.answer_weight if self._asks else settings.hotword_weight)
        return odds + words

    def _finish(self, reason: str, observation: Observation) -> tuple[TurnAction, ...]:
        if self._floor.state is FloorState.TAKEN and self._murmured(observation):
            return self._fade_away("backchannel")
        if observation.hearing is Hearing.NOTHING and self._endpointer.voiced < self.settings.unheard_voiced:
            return self._fade_away("noise")
        self.end_reason = reason
        endless = self._age >= self._endpointer.expectation.timeouts.maxspeechtimeout  # a television: not joined for ever
        self._since_turn, self._quiet = None if endless else 0.0, 0.0
        self._recent.clear()
        return self._floor.on(FloorEvent.OVER)

    def _count_noinput(self) -> tuple[TurnAction, ...]:
        if not self._waiting or self._floor.state is not FloorState.QUIET:
            return ()
        self._quiet += FRAME_SECONDS
        if self._quiet < self._endpointer.expectation.timeouts.noinput:
            return ()
        self._quiet = 0.0
        return (TurnAction.NOINPUT,)

    def _count_noinput_in_noise(self, observation: Observation) -> tuple[TurnAction, ...]:
        """A sound without words does not stop the clock, or a noisy line would hold the call for ever."""
        if observation.hearing is not Hearing.NOTHING or not self._waiting:
            return ()
        noinput = self._endpointer.expectation.timeouts.noinput
        self._quiet += FRAME_SECONDS
        if self._quiet < noinput or self._endpointer.voiced < noinput / 2:
            return ()
        self._quiet = 0.0
        if self._floor.state is FloorState.TAKEN:
            self._floor.on(FloorEvent.UNSURE)
        return (*self._fade_away("noise"), TurnAction.NOINPUT)


def _only_signs(observation: Observation) -> bool:
    """What was recognised is signs of listening, or may still become one."""
    return observation.hearing is Hearing.BACKCHANNEL or (observation.hearing is Hearing.WORDS and observation.said == 0)
