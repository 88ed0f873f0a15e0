"""From Vosk's n-best lists to a `Recognition`: hypotheses checked against the grammar, features, calibrated confidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from voicebot.asr.confidence import MARGIN_CEILING, Calibration, agreement, signal_features, word_features
from voicebot.asr.nbest import UNKNOWN_WORD, Alternative
from voicebot.asr.phrases import Match, PhraseSet
from voicebot.types import Hypothesis, Recognition, Samples, Word

NEAR_PENALTY = 8.0
"""Log score that a near match loses at distance 1.0: an exact phrase goes before a near one that scored a little better."""

MATCH_BEAM = 3.0
"""How far below the grammar's best word string a whole phrase may score and still be a hypothesis (Vosk's log scale)."""


REJECT_BELOW = 0.25
"""Probability of being right below which a phrase heard in the grammar is dropped, and the open model's words stand. Higher: less
speech outside the grammar is taken for a phrase, more phrases are left to what the open model made of them."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A whole phrase that was heard."""

    match: Match
    source: Alternative
    score: float


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance, decoded."""

    samples: Samples
    open: Sequence[Alternative]
    grammar: Sequence[Alternative] | None
    """None when no grammar decoder ran: none asked for, or a model that takes none (then the open list is matched)."""
    phrases: PhraseSet | None
    truncated: bool = False

    def recognition(self, calibration: Calibration) -> Recognition:
        """Everything the call wants to know of it."""
        features = signal_features(self.samples) | ({"truncated": 1.0} if self.truncated else {})
        open_hypotheses = _open_hypotheses(self.open, calibration.temperature)
        seconds = features["seconds"]
        if self.phrases is not None:
            candidates = _matches(self._searched(), self.phrases)
            if candidates:
                of_grammar = features | self._grammar_features(candidates)
                confidence = calibration.grammar.probability(of_grammar)
                if confidence >= REJECT_BELOW:
                    hypotheses = _phrase_hypotheses(candidates, calibration.temperature)
                    return Recognition(hypotheses, open_hypotheses, True, seconds, confidence, of_grammar)
                features["rejected"] = confidence
        features |= word_features(self.open, _text_margin(self.open))
        confidence = calibration.open.probability(features) if open_hypotheses else 0.0
        hypotheses = () if self.phrases is not None else open_hypotheses
        return Recognition(hypotheses, open_hypotheses, self.phrases is not None, seconds, confidence, features)

    def _searched(self) -> Sequence[Alternative]:
        """The list in which phrases are looked for."""
        return self.open if self.grammar is None else self.grammar

    def _grammar_features(self, candidates: Sequence[_Candidate]) -> dict[str, float]:
        """Beside `word_features`: `agreement` with the open model's words; `llr_rate`, the log score lead over them a second;
        `distance` of a near match; `behind`, by how much a word string that is no phrase scored better."""
        best = candidates[0]
        rest = [candidate.score for candidate in candidates[1:]]
        margin = best.score - max(rest) if rest else MARGIN_CEILING
        features = word_features([best.source], margin)
        span = best.source.span
        lead = best.source.score - self.open[0].score if self.open else 0.0
        return features | {
            "agreement": agreement(best.source.texts, self.open[0].texts if self.open else ()),
            "llr_rate": lead / span if span > 0 else 0.0,
            "distance": best.match.distance,
            "behind": max(a.score for a in self._searched()) - best.source.score,
        }


def _matches(alternatives: Sequence[Alternative], phrases: PhraseSet) -> list[_Candidate]:
    """Best candidate of every phrase among the alternatives that score within `MATCH_BEAM` of the first, best first."""
    found: dict[str, _Candidate] = {}
    floor = max((alternative.score for alternative in alternatives), default=0.0) - MATCH_BEAM
    for alternative in alternatives:
        match = phrases.match([word.text for word in alternative.words]) if alternative.score >= floor else None
        if match is None:
            continue
        candidate = _Candidate(match, alternative, alternative.score - NEAR_PENALTY * match.distance)
        known = found.get(match.phrase.text)
        if known is None or candidate.score > known.score:
            found[match.phrase.text] = candidate
    return sorted(found.values(), key=lambda candidate: -candidate.score)


def _phrase_hypotheses(candidates: Sequence[_Candidate], temperature: float) -> tuple[Hypothesis, ...]:
    top = candidates[0].score
    return tuple(
        Hypothesis(
            " ".join(c.source.texts) if c.match.distance == 0.0 else c.match.phrase.words,
            (c.score - top) * temperature,
            _timed(c.source.words) if index == 0 else (),
        )
        for index, c in enumerate(candidates)
    )


def _open_hypotheses(alternatives: Sequence[Alternative], temperature: float) -> tuple[Hypothesis, ...]:
    """Distinct texts, best first; none at all when the best is silence or `[unk]` alone."""
    if not alternatives or not alternatives[0].texts:
        return ()
    merged: dict[str, list[Alternative]] = {}
    for alternative in alternatives:
        merged.setdefault(" ".join(alternative.texts), []).append(alternative)
    merged.pop("", None)
    top = alternatives[0].score
    scored = {text: max(same.score for same in group) - top for text, group in merged.items()}
    ranked = sorted(scored.items(), key=lambda pair: -pair[1])
    return tuple(
        Hypothesis(text, score * temperature, _timed(merged[text][0].words) if index == 0 else ())
        for index, (text, score) in enumerate(ranked)
    )


def _text_margin(alternatives: Sequence[Alternative]) -> float:
    """Score by which the best leads the next that reads differently."""
    if not alternatives:
        return 0.0
    text = alternatives[0].texts
    others = [alternative.score for alternative in alternatives if alternative.texts != text]
    return alternatives[0].score - max(others) if others else MARGIN_CEILING


def _timed(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(Word(word.text, round(word.start, 3), round(word.end, 3)) for word in words if word.text != UNKNOWN_WORD)
