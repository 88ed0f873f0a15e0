"""What the page can offer: packs, callers' profiles, scripts, the dialogue's states, and the words for all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from voicebot.dialogue.states import ALWAYS, LEADS, TABLE, WAYS, State
from voicebot.errors import PackError
from voicebot.hotlines import find_hotline, load_hotline
from voicebot.hotlines.profiles import load_profiles
from voicebot.hotlines.schema import Hotline
from voicebot.metrics.terms import ACTS, HOW_LOCATED, OUTCOMES, REASONS, Term
from voicebot.testing.loading import find_scripts, load_scripts
from voicebot.types import Language

PROFILES = 40
"""Callers of a pack that are offered."""

STATES: Mapping[State, Term] = {
    State.NEW: ("接通", "line opens"),
    State.GUESS: ("未问先答", "guess"),
    State.OPEN: ("开放提问", "ask openly"),
    State.GUIDE: ("引导", "guide"),
    State.CLARIFY: ("澄清", "clarify"),
    State.CONFIRM: ("确认", "confirm"),
    State.SUPPLEMENT: ("补充", "ask a value"),
    State.READ_BACK: ("复述", "read back"),
    State.CLEAR: ("听清了吗", "is it clear?"),
    State.MORE: ("还有别的吗", "anything else?"),
    State.OFFER: ("提议人工", "offer an agent"),
    State.BRIEF: ("转前询问", "brief"),
    State.SURVEY: ("评价", "survey"),
    State.BYE: ("再见", "goodbye"),
    State.ENDED: ("结束", "ended"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A script that may be watched."""

    path: Path
    row: int
    hotline: str
    language: Language
    name: str


@dataclass(frozen=True)
class Catalogue:
    """Packs by name and language, and the scripts that ship with them."""

    packs: Mapping[tuple[str, Language], Hotline]
    scripts: Mapping[str, Listed] = field(default_factory=dict)
    """By id, as the page names them."""
    profiles: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Invented callers of each pack, by its name."""
    broken: tuple[str, ...] = ()
    """Scripts that cannot be read, a line each."""

    def document(self) -> dict[str, Any]:
        """All but the questions, for the page."""
        return {
            "hotlines": [self._hotline(name) for name in dict.fromkeys(name for name, _ in self.packs)],
            "scripts": [
                {"id": key, "name": script.name, "hotline": script.hotline, "language": script.language}
                for key, script in self.scripts.items()
            ],
            "diagram": diagram(),
            "terms": {
                name: {key: {"zh": term[0], "en": term[1]} for key, term in table.items()}
                for name, table in (("acts", ACTS), ("outcomes", OUTCOMES), ("reasons", REASONS), ("located", HOW_LOCATED))
            },
        }

    def questions(self, hotline: str, language: Language) -> dict[str, Any]:
        """The questions of a pack, business by business."""
        pack = self.packs[hotline, language]
        groups: dict[str, list[dict[str, Any]]] = {}
        for question in pack.questions.values():
            groups.setdefault(question.business, []).append(
                {
                    "id": question.id,
                    "title": question.title,
                    "examples": list(question.examples[:5]),
                    "answer": question.answer,
                    "slots": [slot.title for slot in question.slots],
                    "agent": question.agent_only,
                }
            )
        return {
            "hotline": hotline,
            "language": language,
            "title": pack.title,
            "notice": pack.notice,
            "businesses": [{"id": name, "title": _business(pack, name), "questions": own} for name, own in groups.items()],
        }

    def titles(self, hotline: str, language: Language) -> dict[str, str]:
        """Question → its short name."""
        return {name: question.title for name, question in self.packs[hotline, language].questions.items()}

    def _hotline(self, name: str) -> dict[str, Any]:
        packs = {language: pack for (own, language), pack in self.packs.items() if own == name}
        first = next(iter(packs.values()))
        return {
            "name": name,
            "languages": {language: {"title": pack.title, "notice": pack.notice} for language, pack in packs.items()},
            "titles": {language: self.titles(name, language) for language in packs},
            "products": {key: dict(titles) for key, titles in first.products.items()},
            "events": {key: dict(titles) for key, titles in first.events.items()},
            "profiles": self.profiles.get(name, []),
        }


def read_catalogue(packs: tuple[tuple[str, Language], ...]) -> Catalogue:
    """Read packs and scripts. Raises `PackError` for a pack; a script that cannot be read is left out and named."""
    loaded = {(name, language): load_hotline(name, language) for name, language in packs}
    scripts: dict[str, Listed] = {}
    broken: list[str] = []
    for name in dict.fromkeys(name for name, _ in packs):
        for path in _script_files(find_hotline(name)):
            try:
                scripts |= {key: script for key, script in _listed(path, name) if (name, script.language) in loaded}
            except PackError as error:
                broken.append(str(error).partition("\n")[0])
    profiles = {name: _profiles(name, pack) for (name, _), pack in reversed(loaded.items())}
    return Catalogue(loaded, scripts, profiles, tuple(broken))


def _script_files(folder: Path) -> Iterator[Path]:
    scripts = folder / "scripts"
    if scripts.is_dir() and any(scripts.rglob("*.call.yaml")):
        yield from find_scripts([scripts])


def _listed(path: Path, hotline: str) -> Iterator[tuple[str, Listed]]:
    """The scripts of a file that make sense aloud."""
    stem = path.name.removesuffix(".call.yaml")
    for row, loaded in enumerate(load_scripts(path)):
        script = loaded.script
        if script.only != "typed":
            key = f"script:{hotline.rpartition('/')[2]}/{script.language}/{stem}/{row}"
            yield key, Listed(path, row, hotline, script.language, loaded.name)


def _profiles(name: str, pack: Hotline) -> list[dict[str, Any]]:
    path = find_hotline(name) / "profiles.yaml"
    return [profile for profile, _ in load_profiles(path, pack)[:PROFILES]] if path.is_file() else []


def _business(pack: Hotline, name: str) -> str:
    titles = pack.businesses[name].title if name in pack.businesses else {}
    return titles.get(pack.language) or next(iter(titles.values()), name)


def diagram() -> dict[str, Any]:
    """States and the moves between them, from the dialogue's own tables; commands that are legal everywhere are left out."""
    moves: dict[tuple[State, State], list[str]] = {}
    for state, row in TABLE.items():
        for trigger, reaction in row.items():
            if state is not State.NEW and ALWAYS.get(trigger) == reaction:
                continue
            for target in LEADS[reaction]:
                for to in WAYS[target] if target in WAYS else (State(target),):
                    moves.setdefault((state, to), []).append(str(trigger))
    return {
        "states": [{"id": str(state), "zh": STATES[state][0], "en": STATES[state][1]} for state in State],
        "moves": [
            {"from": str(a), "to": str(b), "triggers": sorted(set(triggers))} for (a, b), triggers in sorted(moves.items())
        ],
    }
