"""The room's front door: `Nlu` turns what was heard into what was meant."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol, TypeAlias, TypeVar

import numpy as np

from voicebot.grammar import house_grammar
from voicebot.nlu.acts import ActReader
from voicebot.nlu.breath import cut
from voicebot.nlu.calibration import softmax
from voicebot.nlu.choices import choose
from voicebot.nlu.digit_words import digits_by_sound
from voicebot.nlu.fragments import Fragments
from voicebot.nlu.normalisation import normalise
from voicebot.nlu.partials import PartialReader
from voicebot.nlu.polar import TRUSTED, PolarReader
from voicebot.nlu.questions import QuestionModel
from voicebot.nlu.slots import SlotReader
from voicebot.nlu.training import train_questions
from voicebot.types import (
    OTHER,
    OTHER_SHARE,
    Completion,
    DialogueAct,
    Expectation,
    ExpectationKind,
    Hearing,
    Hypothesis,
    Language,
    Recognition,
    Understanding,
)

NBEST = 5
"""Hypotheses that are read."""

LEAST_WEIGHT = 0.02
"""Hypotheses with a smaller share of the n-best weight are not read."""

PAUSE_SECONDS = 0.25
"""A gap between two words that counts as a comma."""

UNTITLED = 0.03
"""Likelihood left to all other questions when a question's very title was said."""

LOOPS: dict[ExpectationKind, str] = {"digits": "digit", "phone": "digit", "card": "digit"}
"""Rules of the `spoken` grammar whose words may follow each other freely."""

ANSWER_HOLDS = 0.6
"""Least confidence in words of the open model that answer the yes/no they were asked. Of 40 such answers heard with less than
0.5, by simulated callers of a development seed, 29 were right about yes or no."""

SHARPNESS = 0.9
"""Power of the classifier's shares: it is surer of words unlike any example than it is right. Fitted together with `HOLDS` to the
likelihood of the true question after the first words of 1,060 callers of development seeds (audio and text tier)."""

HOLDS = 0.5
"""How much words that were surely misheard in part still say about the question: one wrong character leaves the others."""

HALF = 0.5
"""Weight from which an act or a question is what was said rather than not."""

CACHED = 512
"""Readings remembered, of partials and of whole turns: callers say the same short things again and again."""

GRAMMARS: dict[ExpectationKind, tuple[str, ...]] = {
    "yesno": ("yes_no", "closing", "command"),
    "choice": ("choice", "command"),
    "digits": ("value",),
    "phone": ("value",),
    "card": ("value",),
}
"""Rules of the `spoken` grammar for each kind; kinds that are not named are heard with the open model. Beside digits few words
are listened for: Vosk lets every word of a grammar follow every other, so each is one that a digit may be taken for."""


@dataclass(frozen=True)
class NluData:
    """All that understanding a hotline needs to know of it."""

    language: Language
    examples: Mapping[str, Sequence[str]]
    """Wordings of each question."""
    titles: Mapping[str, str] = field(default_factory=dict)
    out_of_scope: Sequence[str] = ()


_Read: TypeAlias = tuple[dict[DialogueAct, float], dict[str, float], dict[str, float], str]


class _Question(Protocol):
    @property
    def title(self) -> str: ...
    @property
    def examples(self) -> Sequence[str]: ...


class Hotline(Protocol):
    """What is read of a hotline's pack."""

    @property
    def language(self) -> Language: ...
    @property
    def questions(self) -> Mapping[str, _Question]: ...


class Nlu:
    """Understands one hotline. Made once, shared by its calls; answers depend on the arguments alone."""

    def __init__(self, data: NluData, model: QuestionModel | None = None, today: date | None = None) -> None:
        """`model`: trained before (`Nlu.train`); `today`: what "yesterday" is counted from, unless `understand` is told."""
        self.language = data.language
        self.model = model if model is not None else self.train(data)
        self._today = today
        self._acts = ActReader(data.language)
        self._slots = SlotReader(data.language)
        self._polar = PolarReader(data.language)
        self._partials = PartialReader(data.language, self._acts, self._slots, self.model)
        self._titles = {normalise(title, data.language): question for question, title in data.titles.items()}
        self._fragments = Fragments(_examples(data), data.language)
        self._hearings: _Memory[Hearing] = _Memory()
        self._completions: _Memory[Completion] = _Memory()
        self._read = lru_cache(CACHED)(self._read_anew)
        self._read_slots = lru_cache(CACHED)(self._slots.read)
        spoken = house_grammar(data.language, "spoken")
        self._spoken = {rule: spoken.expand(rule) for rule in spoken.public}

    @staticmethod
    def train(data: NluData) -> QuestionModel:
        """The question classifier for `data`; takes seconds, so keep its `to_bytes`."""
        return train_questions(_examples(data), [normalise(text, data.language) for text in data.out_of_scope])

    @staticmethod
    def data_of(hotline: Hotline) -> NluData:
        """What a pack holds for the NLU."""
        return NluData(
            language=hotline.language,
            examples={name: tuple(question.examples) for name, question in hotline.questions.items()},
            titles={name: question.title for name, question in hotline.questions.items()},
            out_of_scope=tuple(getattr(hotline, "out_of_scope", ()) or ()),
        )

    @classmethod
    def for_hotline(cls, hotline: Hotline, model: QuestionModel | None = None, today: date | None = None) -> "Nlu":
        """The NLU of a pack."""
        return cls(cls.data_of(hotline), model, today)

    def understand(self, recognition: Recognition, expectation: Expectation, today: date | None = None) -> Understanding:
        """What an utterance meant, given what was asked. Relative days count from `today`."""
        weighted = _weighted(recognition)
        if not weighted:
            return Understanding(text="", confidence=recognition.confidence)
        readings: list[tuple[str, _Read]] = []
        acts: dict[DialogueAct, float] = {}
        questions: dict[str, float] = {}
        heard_about = 0.0
        for text, weight in weighted:
            said = digits_by_sound(normalise(text, self.language), self.language)
            read_acts, read_questions, more, left = self._read(said, expectation)
            readings.append((said, (read_acts, read_questions, more, left)))
            for act, p in read_acts.items():
                acts[act] = acts.get(act, 0.0) + weight * p
            if read_questions:
                heard_about += weight
                for question, p in read_questions.items():
                    questions[question] = questions.get(question, 0.0) + weight * p
        best, (_, _, also, residue) = _likeliest(readings, acts)
        slots = self._read_slots(best, expectation, today or self._today)
        sounds = None if slots or recognition.typed else self._by_sound(best, acts, questions, expectation)
        if sounds is not None:
            acts, residue = {sounds: TRUSTED}, ""
        alone = expectation.kind == "yesno" and not residue.strip() and not slots
        return Understanding(
            text=best,
            acts={act: min(1.0, p) for act, p in acts.items() if p >= 0.05},
            questions=_flattened(questions, heard_about, recognition.confidence) if heard_about >= HALF else {},
            also=_flattened(also, 1.0, recognition.confidence) if also else {},
            slots=slots,
            confidence=_of_answer(acts, recognition.confidence) if alone else recognition.confidence,
            residue=residue,
        )

    def hearing(self, partial: str, expectation: Expectation) -> Hearing:
        """What the words so far amount to for the floor."""
        key = (partial, expectation.kind, expectation.phrases)
        return self._hearings.get(key) or self._hearings.put(key, self._partials.hearing(partial, expectation))

    def said(self, partial: str) -> int:
        """How much the words so far are (`Observation.said`)."""
        return self._partials.said(partial)

    def beside_signs(self, partial: str) -> bool:
        """Whether signs of listening open or end the words so far."""
        return self._partials.beside_signs(partial)

    def completion(self, partial: str, expectation: Expectation) -> Completion:
        """Whether the words so far could be all."""
        key = (partial, expectation.kind, expectation.phrases, expectation.length)
        return self._completions.get(key) or self._completions.put(key, self._partials.completion(partial, expectation))

    def grammar_phrases(self, expectation: Expectation) -> tuple[str, ...] | None:
        """Phrases to restrict the recogniser to, or None for the open model."""
        rules = GRAMMARS.get(expectation.kind)
        if rules is None:
            return None
        phrases = [*expectation.phrases, *(phrase for rule in rules for phrase in self._spoken[rule])]
        return tuple(dict.fromkeys(phrases))

    def grammar_loop(self, expectation: Expectation) -> tuple[str, ...]:
        """Words that the recogniser takes in any number and order beside the phrases."""
        rule = LOOPS.get(expectation.kind)
        return tuple(self._spoken[rule]) if rule is not None else ()

    def _read_anew(self, text: str, expectation: Expectation) -> _Read:
        """Acts, questions, those of a second question in the same breath, and what the acts left of the words."""
        reading = self._acts.read(text, expectation)
        acts = dict(reading.acts)
        about = reading.residue
        both = cut(about, self.language, self._about)
        questions = both.first if both else self._about(about)
        if expectation.kind == "choice" and about:
            for act, p in choose(about, expectation.phrases, self.language).items():
                acts[act] = max(acts.get(act, 0.0), p)
        if questions and about in self._titles:
            questions = _named(questions, self._titles[about])
        return acts, questions, both.second if both else {}, about

    def _about(self, text: str) -> dict[str, float]:
        """Which question words without acts are about."""
        return self._fragments.spread(text, self.model.likelihoods(text)) if text else {}

    def _by_sound(
        self, text: str, acts: Mapping[DialogueAct, float], questions: Mapping[str, float], expectation: Expectation
    ) -> DialogueAct | None:
        """What the words sound like, where as words they do nothing."""
        if max(acts.values(), default=0.0) < HALF and self._polar.gives_up(text):
            return DialogueAct.CANCEL
        return self._polar.read(text) if expectation.kind == "yesno" and _says_little(acts, questions) else None


_T = TypeVar("_T")


class _Memory(OrderedDict[object, _T]):
    """The last `CACHED` answers."""

    def put(self, key: object, value: _T) -> _T:
        self[key] = value
        if len(self) > CACHED:
            self.popitem(last=False)
        return value


def _examples(data: NluData) -> dict[str, list[str]]:
    """The wordings of each question and its title, normalised."""
    return {
        question: [*(normalise(text, data.language) for text in texts), *_title(data, question)]
        for question, texts in data.examples.items()
    }


def _title(data: NluData, question: str) -> tuple[str, ...]:
    return (normalise(data.titles[question], data.language),) if question in data.titles else ()


def _weighted(recognition: Recognition) -> list[tuple[str, float]]:
    """Texts with the share of belief each deserves, best first.

    With a grammar in force its phrases get the recogniser's confidence and the open hypotheses the rest; where no phrase was
    heard, the open hypotheses are all there is.
    """
    if not recognition.grammar or not recognition.hypotheses:
        return _shares(recognition.hypotheses or recognition.open_hypotheses, 1.0)
    trust = recognition.confidence
    merged: dict[str, float] = {}
    both = _shares(recognition.hypotheses, trust) + _shares(recognition.open_hypotheses, 1.0 - trust)
    for text, weight in both:
        merged[text] = merged.get(text, 0.0) + weight
    total = sum(merged.values())
    return [(text, weight / total) for text, weight in merged.items()] if total > 0 else _shares(recognition.hypotheses, 1.0)


def _shares(hypotheses: Sequence[Hypothesis], total: float) -> list[tuple[str, float]]:
    kept = hypotheses[:NBEST]
    if not kept or total <= 0.0:
        return []
    shares = softmax(np.array([hypothesis.score for hypothesis in kept])) if len(kept) > 1 else [1.0]
    read = [(hypothesis, float(share)) for hypothesis, share in zip(kept, shares, strict=True) if share >= LEAST_WEIGHT]
    whole = sum(share for _, share in read)
    return [(_with_pauses(hypothesis), total * share / whole) for hypothesis, share in read]


def _with_pauses(hypothesis: Hypothesis) -> str:
    """The words, with a comma where the caller paused."""
    if len(hypothesis.words) < 2:
        return hypothesis.text
    parts = [hypothesis.words[0].text]
    for before, word in zip(hypothesis.words, hypothesis.words[1:], strict=False):
        parts.append(("," if word.start - before.end >= PAUSE_SECONDS else "") + " " + word.text)
    return "".join(parts)


def _flattened(questions: dict[str, float], weight: float, confidence: float) -> dict[str, float]:
    """What the words are worth: callers put things in ways that no example has, and words that may have been misheard say less.

    Both were fitted together: the classifier's shares to the power `SHARPNESS`, mixed with the reference prior.
    """
    sharpened = {question: (p / weight) ** SHARPNESS for question, p in questions.items()}
    whole = sum(sharpened.values())
    heard = HOLDS + (1.0 - HOLDS) * confidence**0.5
    alike = (1.0 - OTHER_SHARE) / max(1, len(questions) - 1)
    unheard = {question: OTHER_SHARE if question == OTHER else alike for question in questions}
    return {question: heard * p / whole + (1.0 - heard) * unheard[question] for question, p in sharpened.items()}


def _likeliest(readings: list[tuple[str, _Read]], acts: Mapping[DialogueAct, float]) -> tuple[str, _Read]:
    """The best hypothesis; or the best one that does what most of the weight does and nothing else, where the best does not.

    "Eleven nine" is what a grammar of digits made of "never mind", and what the open model heard outweighs it.
    """
    act, share = max(acts.items(), key=lambda item: item[1], default=(DialogueAct.AFFIRM, 0.0))
    if share > HALF and act not in readings[0][1][0]:
        return next((reading for reading in readings if act in reading[1][0] and not reading[1][3].strip()), readings[0])
    return readings[0]


def _says_little(acts: Mapping[DialogueAct, float], questions: Mapping[str, float]) -> bool:
    """Whether words hold no act and name no question: what they sound like may say more than what they are."""
    named = max((p for question, p in questions.items() if question != OTHER), default=0.0)
    return max(acts.values(), default=0.0) < HALF and named < HALF


def _of_answer(acts: dict[DialogueAct, float], confidence: float) -> float:
    """How surely a turn that does nothing beside its acts was heard: what answers the yes/no asked seldom is misheard."""
    answers = max(acts.get(DialogueAct.AFFIRM, 0.0), acts.get(DialogueAct.DENY, 0.0)) > HALF
    return ANSWER_HOLDS + (1.0 - ANSWER_HOLDS) * confidence if answers else confidence


def _named(questions: dict[str, float], question: str) -> dict[str, float]:
    """The caller said a question's very title."""
    if question not in questions:
        return questions
    scale = UNTITLED / max(1.0 - questions[question], 1e-9)
    others = {name: p * scale for name, p in questions.items() if name != question}
    return others | {question: 1.0 - sum(others.values())}
