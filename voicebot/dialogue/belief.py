"""One probability per question of the catalogue, plus `OTHER`; arithmetic and nothing else.

The belief is Bayes' rule over "which question does this caller want solved":

- It starts at the prior P(question | profile, recent events).
- A caller turn multiplies in its likelihoods. The words were recognised right with probability `confidence` c, and say
  nothing otherwise, so the evidence for a question is the mixture c·L(q) + (1 − c)/n. Multiplying is commutative: the
  order of independent evidence does not matter.
- "Yes" to a question multiplies its odds by `YES_ODDS`; "no" removes it. A removed question stays removed through any evidence
  that does not name it (`NAMING`), and comes back with the evidence that does.

Logarithms are kept, so a thousand turns neither overflow nor underflow; nothing here can give NaN.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

from voicebot.types import OTHER, OTHER_SHARE

YES_ODDS = 400.0
"""P("yes" | it is the question) / P("yes" | it is not): one yes in 400 is said to a wrong guess."""

NARROWING_ODDS = 50.0
"""The same for "one of these": picking a field, an option's key word."""

EVADED_ODDS = 0.5
"""P(speaks of the matter, neither yes nor no | it is the question asked about) / P(the same | it is not). Counted, it is 0.41 in
development calls, what the words themselves say among it; between 0.12 and 0.5 little changes."""

NAMING = 0.5
"""Evidence (c·L(q)) from which on words name a question: they bring it back after a "no"."""

FLOOR = 1e-4
"""Least likelihood of any words under any question: people say surprising things."""

RENEWED = 0.1
"""What remains of the prior of a question that was answered already when the caller asks a second one."""

_BOUND = 1e12
"""Weights and likelihoods beyond this are taken as this."""


@dataclass(frozen=True)
class Belief:
    """Immutable; every change returns a new belief. Build it with `Belief.of`."""

    logs: Mapping[str, float]
    """Log weight of each question and `OTHER`, not normalised."""
    denied: frozenset[str] = frozenset()
    """Questions the caller said no to: probability zero."""
    doubted: frozenset[str] = frozenset()
    """Questions the caller ever said no to, also those that came back by name: asked about again, never taken for certain."""

    @classmethod
    def of(cls, prior: Mapping[str, float]) -> "Belief":
        """The belief before anybody spoke. `prior`: weights, not necessarily summing to one; `OTHER` is added when missing."""
        weights = dict(zip(prior, _all_sane(prior.values()), strict=True))
        weights.setdefault(OTHER, FLOOR)
        least = max(weights.values()) * FLOOR**2 or 1.0
        return cls({name: math.log(max(weight, least)) for name, weight in sorted(weights.items())})

    @property
    def probabilities(self) -> dict[str, float]:
        """P of every question and `OTHER`; they sum to one. Denied questions are 0."""
        return dict(self._chances)

    @cached_property
    def _chances(self) -> dict[str, float]:
        """`probabilities`, reckoned once: a belief is asked many times and never changes."""
        alive = {name: value for name, value in self.logs.items() if name not in self.denied}
        top = max(alive.values())
        weights = {name: math.exp(value - top) for name, value in alive.items()}
        total = math.fsum(weights.values())
        return {name: weights.get(name, 0.0) / total for name in self.logs}

    def ranked(self) -> list[tuple[str, float]]:
        """(question, probability), likeliest first, `OTHER` among them, denied ones left out; ties by name."""
        return list(self._ranked)

    @cached_property
    def _ranked(self) -> tuple[tuple[str, float], ...]:
        chances = [item for item in self._chances.items() if item[0] not in self.denied]
        return tuple(sorted(chances, key=itemgetter(1), reverse=True))  # stable, and the names are in order

    def questions(self) -> list[tuple[str, float]]:
        """As `ranked`, without `OTHER`."""
        return [item for item in self.ranked() if item[0] != OTHER]

    def p(self, question: str) -> float:
        """P(question); 0 for a question the catalogue lacks."""
        return self._chances.get(question, 0.0)

    def top(self, count: int = 5) -> dict[str, float]:
        """The likeliest `count`, best first: for the log."""
        return dict(self.ranked()[:count])

    # ---------------------------------------------------------------- evidence

    def update(self, likelihoods: Mapping[str, float], confidence: float = 1.0) -> "Belief":
        """The belief after words whose likelihood under each question is `likelihoods` (any scale; missing: 0).

        `confidence`: P(the words were recognised right). Empty or all-zero likelihoods change nothing.
        """
        said = self._scaled(likelihoods)
        if said is None:
            return self
        sure = min(1.0, _sane(confidence))
        flat = 1.0 / len(said)
        gains = {name: math.log(sure * max(value, FLOOR) + (1.0 - sure) * flat) for name, value in said.items()}
        logs = {name: value + gains[name] for name, value in self.logs.items()}
        named = {name for name in self.denied if sure * said[name] >= NAMING}
        for name in named:  # a "no" that is taken back leaves no grudge: the question starts level with its strongest rival
            logs[name] = max(logs[name], self._alive_top(self.logs) + gains[name])
        return replace(self, logs=logs, denied=self.denied - named)

    def affirm(self, question: str, confidence: float = 1.0) -> "Belief":
        """The caller said yes to `question`. Unknown names change nothing."""
        return self._weigh((question,), YES_ODDS, confidence)

    def deny(self, questions: str | Iterable[str]) -> "Belief":
        """The caller said no to one question or to several. `OTHER` cannot be denied."""
        names = {questions} if isinstance(questions, str) else set(questions)
        no = names & set(self.logs) - {OTHER}
        return replace(self, denied=self.denied | no, doubted=self.doubted | no)

    def evade(self, questions: Iterable[str], confidence: float = 1.0) -> "Belief":
        """The caller was asked about `questions`, and spoke of the matter without a yes: hardly the way to take an offer."""
        return replace(self, logs=self._with_odds(set(questions) & set(self.logs), EVADED_ODDS, confidence))

    def correct(self, wrong: str | Iterable[str], likelihoods: Mapping[str, float], confidence: float = 1.0) -> "Belief":
        """ "Not this, but that" in one breath: the words may well name what they deny, and do not bring it back."""
        names = {wrong} if isinstance(wrong, str) else set(wrong)
        rest = {name: value for name, value in likelihoods.items() if name not in names}
        return self.update(rest, confidence).deny(names)

    def narrow(self, to: Iterable[str], confidence: float = 1.0) -> "Belief":
        """The caller said that it is one of `to`."""
        return self._weigh(tuple(to), NARROWING_ODDS, confidence)

    def renew(self, prior: Mapping[str, float], answered: Iterable[str] = ()) -> "Belief":
        """A second question later in the call: the prior again, with the answered ones made unlikely. Denials are forgotten,
        but what was ever denied stays in doubt: it is what this caller's words are mistaken for."""
        done = set(answered)
        fresh = Belief.of({name: weight * (RENEWED if name in done else 1.0) for name, weight in prior.items()})
        return replace(fresh, doubted=self.doubted)

    # ---------------------------------------------------------------- arithmetic

    def _scaled(self, likelihoods: Mapping[str, float]) -> dict[str, float] | None:
        """The likelihoods of what this belief knows, scaled to sum to one; None when they say nothing."""
        known = _all_sane(likelihoods.get(name, 0.0) for name in self.logs)
        total = math.fsum(known)
        return {name: value / total for name, value in zip(self.logs, known, strict=True)} if total > 0.0 else None

    def _weigh(self, questions: Iterable[str], odds: float, confidence: float) -> "Belief":
        """Odds of `questions` multiplied by `odds`, as far as the words are sure; a yes takes back an earlier no."""
        names = set(questions) & set(self.logs)
        if not names or not _sane(confidence):
            return self
        return replace(self, logs=self._with_odds(names, odds, confidence), denied=self.denied - names)

    def _with_odds(self, names: Collection[str], odds: float, confidence: float) -> dict[str, float]:
        """The log weights after words that have these odds if it is one of `names`, recognised right with that probability."""
        sure = min(1.0, _sane(confidence))
        gain = math.log(sure * odds + (1.0 - sure))
        return {name: value + (gain if name in names else 0.0) for name, value in self.logs.items()}

    def _alive_top(self, logs: Mapping[str, float]) -> float:
        return max(value for name, value in logs.items() if name not in self.denied)


def likelihoods(posteriors: Mapping[str, float]) -> dict[str, float]:
    """P(words | question) up to a factor, from the NLU's P(question | words) under its reference prior.

    The more questions a catalogue has, the smaller the prior of each beside that of `OTHER`; without this division words
    about a rare question would speak for `OTHER`.
    """
    questions = len(posteriors) - (OTHER in posteriors)
    alike = (1.0 - OTHER_SHARE) / max(1, questions)
    weights = zip(posteriors, _all_sane(posteriors.values()), strict=True)
    said = {name: weight / (OTHER_SHARE if name == OTHER else alike) for name, weight in weights}
    total = math.fsum(said.values())
    return {name: value / total for name, value in said.items()} if total > 0.0 else {}


def _all_sane(values: Iterable[float]) -> list[float]:
    """`_sane` of each; seen at once where all are, as those of a model."""
    given = list(values)
    if given and min(given) >= 0.0 and sum(given) <= _BOUND:  # of a NaN the sum is none that is less
        return given
    return [_sane(value) for value in given]


def _sane(value: float) -> float:
    """`value` as a weight: NaN and negatives are 0, infinity is very large."""
    if math.isnan(value) or value <= 0.0:
        return 0.0
    return min(value, _BOUND)
