"""Dialogue acts: what a turn does beside naming a question, and what is left of it when the acts are taken out.

Grammars say what the forms are; here it is decided where in a turn they count. A clause that acts cover from end to end
is acts and nothing else ("好的谢谢再见"); an act may open a longer turn ("对，还有我的额度也降了") or close it; a few are
heard anywhere ("转人工", "被盗"). The words in between are the residue. `P(act)` here is how surely the *words* mean the act;
how surely the words were said is weighed in by whoever holds the n-best list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from voicebot.grammar import Token, house_grammar, tokenise
from voicebot.nlu.normalisation import clauses
from voicebot.types import DialogueAct, Expectation, Language

SURE = 0.97
"""A turn that is an act from end to end."""

HEDGED = 0.75
"""好像是, I guess so."""

OPENING = 0.90
"""An act that opens a longer answer to a question that expects it."""

OPENING_UNASKED = 0.30
"""The same words where no yes or no was asked for: as often the beginning of a sentence."""

CLOSING = 0.85
"""Thanks or goodbye at the end of a longer turn."""

RATHER = 0.85
""""What I meant is": a no, unless the very thing that was offered follows."""

SPOTTED = 0.90
"""转人工 in the middle of a turn."""

RISKY = 0.93
SUSPECT = 0.60
""""不是我操作的": may be theft, may be a mistake."""

HYPOTHETICAL = 0.35
"""Factor for risk words in "万一被盗": a question about the risk, not the risk."""

NOTHING_MORE = 0.60
"""P(DONE) of a bare 没有 or "no": decisive only where the bot asked for more (`ANYTHING_ELSE`)."""

FLOOR = 0.05
"""Acts less likely than this are left out."""

LONGEST_COVERED = 24
"""Tokens in the longest clause that is tried as acts alone."""

ANYTHING_ELSE = "anything_else"
"""Name of the expectation's slot after "还有其他问题吗？": no means done there."""

_ANSWERS = ("yesno", "choice", "statement")
_CHAINS = {"yesno": "answering", "choice": "choosing"}
"""Rule of the acts that may follow one another, where something was asked."""

_PLAIN_NO = {
    "zh-CN": re.compile(r"(没有?[啊呀的吧]?|不用?了?[啊呀]?|不需要了?|没有?了|不)+"),
    "en-US": re.compile(r"(no|nope|nah)( no| thanks| thank you)*"),
}
_CORRECTION = {
    "zh-CN": re.compile(
        r"^(?:不是|不(?!是)|我不是(?:在|要|想)?(?:问|说|讲|指)(?!了|过|吗)|我没有?问(?!过|题)|我(?:说|问|讲|要)的不是(?!很))(.+?)"
        r"(?:而是|,\s*我是(?:在|想|要)?(?:问|说|讲|指)|,\s*(?:我)?(?:是|要|说的是|问的是)|(?<![还都就不])是(?!不是|什么|谁|怎|哪|否))(.+)$"
    ),
    "en-US": re.compile(
        r"^(?:(?:no|nope)[, ]+)?"
        r"(?:(?:it's |that's )?not |i (?:didn't|don't) mean (?!to )|i didn't ask about |"
        r"i'm not (?:asking|talking) (?!for (?:much|a lot)\b))"
        r"(?:about |the |my )*(.+?)"
        r"(?:, (?:but |it's |rather |i (?:asked|meant|said) (?:about )?|i'm (?:asking|talking) (?:about )?)?| but | it's )(.+)$"
    ),
}
_NEGATING = {"zh-CN": ("不是", "不"), "en-US": ("not", "it's not", "it isn't")}
"""Openers that negate the words right after them, unless a pause or a connective is in between."""


@dataclass
class ActReading:
    """The acts of one text."""

    acts: dict[DialogueAct, float] = field(default_factory=dict)
    residue: str = ""
    whole: bool = False
    """The text is acts from end to end."""
    corrects: bool = False
    """ "You got me wrong": what it is instead tends to follow."""

    def add(self, act: DialogueAct, probability: float) -> None:
        self.acts[act] = max(self.acts.get(act, 0.0), probability)


class ActReader:
    """Reads acts in normalised text of one language. Shared, never changed after it is made."""

    def __init__(self, language: Language) -> None:
        self.language = language
        grammar = house_grammar(language, "acts")
        fillers = house_grammar(language, "fillers")
        self._rules = {rule: grammar.automaton(rule) for rule in grammar.public}
        self._rules |= {rule: fillers.automaton(rule) for rule in ("filler", "opening", "ending")}

    def read(self, text: str, expectation: Expectation) -> ActReading:
        """Acts and residue of `text` (normalised), in the light of what was asked."""
        reading = ActReading(whole=True)
        corrected = self._correction(text, expectation)
        if corrected is not None:
            reading.add(DialogueAct.DENY, OPENING)
            text = corrected
            reading.whole = False
        parts = clauses(text)
        left = [self._read_clause(part, expectation, reading, place < len(parts)) for place, part in enumerate(parts, 1)]
        reading.residue = ", ".join(part for part in left if part)
        reading.whole = reading.whole and not reading.residue and bool(reading.acts)
        self._spot(text, reading)
        self._settle(text, expectation, reading)
        reading.acts = {act: p for act, p in reading.acts.items() if p >= FLOOR}
        return reading

    def _correction(self, text: str, expectation: Expectation) -> str | None:
        """ "不是花呗，是借呗": what it is instead. Where nothing was proposed, 不是 is no denial."""
        if expectation.kind not in _ANSWERS:
            return None
        found = _CORRECTION[self.language].match(text)
        if found is None or len(found.group(1)) > 2 * len(found.group(2)) + 12:
            return None
        words = words_of(tokenise(found.group(1)))
        return found.group(2) if self._cover(words, expectation) is None else None

    def _read_clause(self, clause: str, expectation: Expectation, reading: ActReading, more: bool) -> str:
        """Add the clause's acts; return what is left of it. `more`: another clause follows."""
        tokens = tokenise(clause)
        words = words_of(tokens)
        tags = self._cover(words, expectation)
        if tags is not None and not (more and tags == ("that_is_it?",)):  # "我的意思是这个，…" opens a description
            if not (more and tags == ("repeat",) and self._skip(words, 0, len(words)) == len(words)):  # "sorry, but …"
                self._add(tags, SURE, expectation, reading)
            return ""
        start, end = self._open(words, expectation, reading, more), len(words)
        end = self._close(words, start, expectation, reading)
        start = self._skip(words, start, end)
        return clause[tokens[start].start : tokens[end - 1].end] if start < end else ""

    def _cover(self, words: Sequence[str], expectation: Expectation) -> tuple[str, ...] | None:
        """Tags of the acts that say all of `words`, fillers between them allowed; None when something else is said."""
        if not words or len(words) > LONGEST_COVERED:
            return None
        rules = ["whole"] if expectation.kind in ("yesno", "choice", "statement", "open") else []
        rules += ["picked"] if expectation.kind == "choice" else ["more"] if expectation.slot == ANYTHING_ELSE else []
        for rule in rules:
            if self._rules[rule].accepts(words):
                return self._rules[rule].tags(words)
        chain = _CHAINS.get(expectation.kind, "chain")
        path = self._shortest_cover(words, chain)
        if path is None:
            return None
        tags: list[str] = []
        for start, end, rule in path:
            if rule == chain:
                tags += self._rules[chain].tags(words[start:end])
        return tuple(tags) if tags and "none" not in tags else None

    def _shortest_cover(self, words: Sequence[str], chain: str) -> list[tuple[int, int, str]] | None:
        """Fewest pieces from left to right; acts before fillers, longer before shorter."""
        best: list[tuple[int, int, int, str] | None] = [None] * (len(words) + 1)
        reached = [0, *[-1] * len(words)]
        for start in range(len(words)):
            if reached[start] < 0:
                continue
            for rule, cost in ((chain, 10), ("filler", 11)):
                for end in self._rules[rule].ends(words, start):
                    total = reached[start] + cost
                    if reached[end] < 0 or total < reached[end]:
                        reached[end], best[end] = total, (start, end, total, rule)
        if reached[-1] < 0:
            return None
        path: list[tuple[int, int, str]] = []
        at = len(words)
        while at > 0:
            step = best[at]
            assert step is not None
            path.insert(0, (step[0], step[1], step[3]))
            at = step[0]
        return path

    def _open(self, words: Sequence[str], expectation: Expectation, reading: ActReading, more: bool) -> int:
        """Acts at the head of a longer clause; where the rest begins."""
        at = 0
        while at < len(words):
            rule, end = self._opener(words, at, expectation, more)
            after = self._skip(words, at, len(words), "filler")
            if end < 0 and after > at:
                at = after
                continue
            blocked = self._rules["chain"].longest(words, at)
            if end < 0 or (blocked > end and "none" in self._rules["chain"].tags(words[at:blocked])):
                break
            tags = self._rules[rule].tags(words[at:end])
            sure = OPENING if expectation.kind in _ANSWERS or "greet" in tags else OPENING_UNASKED
            self._add(tags, sure, expectation, reading)
            if self._negates(words, at, end) and expectation.kind in _ANSWERS:
                return len(words)
            at = end
        return at

    def _opener(self, words: Sequence[str], at: int, expectation: Expectation, more: bool) -> tuple[str, int]:
        """The rule of the longest opener at `at` and where it ends; −1 where there is none."""
        found = {"opener": self._rules["opener"].longest(words, at)}
        if found["opener"] < 0:
            found["short_opener"] = self._short_opener(words, at)
        if expectation.kind in _ANSWERS:
            found |= {rule: end for rule in _corrections(expectation) if (end := self._corrected(rule, words, at, more)) > 0}
        rule = max(found, key=lambda name: found[name])
        return rule, found[rule]

    def _corrected(self, rule: str, words: Sequence[str], at: int, more: bool) -> int:
        """Where a correction's opening words end, if the description can begin there."""
        automaton = self._rules.get(rule)
        end = automaton.longest(words, at) if automaton is not None else -1
        if automaton is None or end < 0 or "none" in automaton.tags(words[at:end]):
            return -1
        if end == len(words):
            return end if more else -1
        resumes = self._rules.get("resumes") if rule != "rather" else None
        return end if resumes is None or resumes.longest(words, end) > 0 else -1

    def _short_opener(self, words: Sequence[str], at: int) -> int:
        end = self._rules["short_opener"].longest(words, at)
        return end if end > 0 and self._rules["connective"].longest(words, end) > 0 else -1

    def _negates(self, words: Sequence[str], start: int, end: int) -> bool:
        said = "".join(words[start:end]) if self.language == "zh-CN" else " ".join(words[start:end])
        return said in _NEGATING[self.language] and self._rules["connective"].longest(words, end) < 0

    def _close(self, words: Sequence[str], start: int, expectation: Expectation, reading: ActReading) -> int:
        """Thanks and goodbyes at the end of a longer clause; where they begin."""
        for at in range(max(start, len(words) - 8), len(words)):
            if self._rules["closer"].longest(words, at) == len(words):
                self._add(self._rules["closer"].tags(words[at:]), CLOSING, expectation, reading)
                return at
        return len(words)

    def _skip(self, words: Sequence[str], start: int, end: int, rule: str = "opening") -> int:
        """Past words that carry nothing."""
        while start < end:
            after = self._rules[rule].longest(words[:end], start)
            if after < 0:
                break
            start = after
        return start

    def _spot(self, text: str, reading: ActReading) -> None:
        """Acts that are heard anywhere."""
        words = words_of(tokenise(text))
        for start in range(len(words)):
            end = self._rules["anywhere"].longest(words, start)
            if end > 0:
                reading.add(DialogueAct.AGENT, SPOTTED)
        danger = self._danger(words)
        if danger:
            hypothetical = any(self._rules["hypothetical"].longest(words, start) > 0 for start in range(len(words)))
            reading.add(DialogueAct.RISK, danger * (HYPOTHETICAL if hypothetical else 1.0))

    def _danger(self, words: Sequence[str]) -> float:
        at, danger = 0, 0.0
        while at < len(words):
            end = self._rules["danger"].longest(words, at)
            if end > 0:
                tags = self._rules["danger"].tags(words[at:end])
                danger = max(danger, {"risk": RISKY, "risk?": SUSPECT}.get(tags[-1], 0.0))
            at = max(end, at + 1)
        return danger

    def _add(self, tags: Sequence[str], probability: float, expectation: Expectation, reading: ActReading) -> None:
        for tag in tags:
            name = tag.removesuffix("?")
            sure = min(probability, RATHER if name == "rather" else HEDGED if tag.endswith("?") else 1.0)
            reading.corrects = reading.corrects or name in ("wrong", "rather")
            for act in _acts_of(name, expectation):
                reading.add(act, sure)

    def _settle(self, text: str, expectation: Expectation, reading: ActReading) -> None:
        """Acts that pull against each other, and what a plain no means where."""
        acts = reading.acts
        plain_no = _PLAIN_NO[self.language].fullmatch(text) is not None
        if expectation.slot == ANYTHING_ELSE and DialogueAct.DENY in acts and not reading.residue:
            reading.add(DialogueAct.DONE, SURE)
        elif plain_no and DialogueAct.DENY in acts:
            reading.add(DialogueAct.DONE, NOTHING_MORE)
        if DialogueAct.DONE in acts and expectation.kind == "yesno" and expectation.slot != ANYTHING_ELSE and plain_no:
            reading.add(DialogueAct.DENY, SURE)
        if DialogueAct.AFFIRM in acts and DialogueAct.DENY in acts:
            weaker = min((DialogueAct.AFFIRM, DialogueAct.DENY), key=lambda act: acts[act])
            acts[weaker] *= 0.5
        if DialogueAct.CANCEL in acts and expectation.kind in _ANSWERS and reading.whole:
            reading.add(DialogueAct.DENY, HEDGED)


def words_of(tokens: Sequence[Token]) -> list[str]:
    """Their texts."""
    return [token.text for token in tokens]


def _corrections(expectation: Expectation) -> tuple[str, ...]:
    """Rules of openers that correct the bot: what was meant corrects only what was offered."""
    if expectation.slot == ANYTHING_ELSE or expectation.kind not in _CHAINS:
        return ("wrong",)
    return ("wrong", "rather", "said", *(["outside"] if expectation.kind == "choice" else []))


def _acts_of(name: str, expectation: Expectation) -> tuple[DialogueAct, ...]:
    if name == "choose_last":
        third = len(expectation.phrases) != 2
        return (DialogueAct.CHOOSE_THIRD if third else DialogueAct.CHOOSE_SECOND,)
    if name == "choose_named":
        return (DialogueAct.AFFIRM,)
    if name == "that_is_it":  # what was meant, or all that was wanted
        return (DialogueAct.DONE if expectation.slot == ANYTHING_ELSE else DialogueAct.AFFIRM,)
    if name == "wrong":  # what is wrong with an answer that has been given is that it was not understood
        return (DialogueAct.NOT_UNDERSTOOD if expectation.slot == ANYTHING_ELSE else DialogueAct.DENY,)
    if name == "rather":
        return (DialogueAct.DENY, DialogueAct.MEANT)
    if name == "none":
        return ()
    return (DialogueAct(name),)
