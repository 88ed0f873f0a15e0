"""Packs with one mistake, and what must come of them: a located message, or a pack that holds a conversation.

A mutant changes one field of one file, or its text, or the file itself. `judge` loads it in both languages.
"""

import copy
import random
import re
import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.dialogue.helpers import Talk, act
from tests.hotlines.packs import QUESTIONS, replace_text, shop
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.menu import Menu
from voicebot.errors import PackError
from voicebot.events import EventLog
from voicebot.hotlines import Hotline, load_hotline, prior
from voicebot.types import LANGUAGES, DialogueAct, SlotValue, Understanding

Step = str | int
Change = Callable[[Any, Step, random.Random], None]
"""Changes a value within the mapping or list that holds it, or the holder."""

HUGE = "大" * 5000


def everything(folder: Path) -> Path:
    """A shop that uses every part that ships, each brought along in its own folder, so that it can be mutated, too."""
    pack = shop(folder)
    shutil.copytree(Path(str(resources.files("voicebot.hotlines"))) / "parts", pack / "parts")
    replace_text(pack / "hotline.yaml", "  survey:\n", "  survey:\n  callback: {business: account}\n  agent_transfer:\n")
    settings = "thresholds: {answer: 0.9, patience: 5}\ntimeouts: {default: {noinput: 7}, supplement: {incompletetimeout: 1.5}}\n"
    replace_text(pack / "hotline.yaml", "parts:\n", settings + "parts:\n")
    for language, text in QUESTIONS.items():
        replace_text(pack / text, "related: [parcel_late]", "use: [amount, date, card_choice]\n    related: [parcel_late]")
        words = {"zh-CN": "confirm: ['是{question}吗？']", "en-US": "confirm: ['Is it {question}?']"}[language]
        replace_text(pack / language / "language.yaml", "  greet:", f"  {words}\n  greet:")
    return pack


# ---------------------------------------------------------------- fields


def places(data: Any, at: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Every field of a file's data."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in items:
        yield (*at, name)
        yield from places(value, (*at, name))


def _set(value: Any) -> Change:
    def change(holder: Any, name: Step, chance: random.Random) -> None:
        holder[name] = value

    return change


def _delete(holder: Any, name: Step, chance: random.Random) -> None:
    del holder[name]


def _rename(holder: Any, name: Step, chance: random.Random) -> None:
    if isinstance(holder, dict):
        holder[chance.choice([f"{name}x", str(name)[:-1], str(name).upper(), "", "null", "title"])] = holder.pop(name)
    else:
        holder[name] = f"{holder[name]}x"


def _double(holder: Any, name: Step, chance: random.Random) -> None:
    if isinstance(holder, list):
        holder.append(holder[name])
    else:
        holder[f"{name}_2"] = holder[name]


def _spoil(text: str) -> Change:
    def change(holder: Any, name: Step, chance: random.Random) -> None:
        if isinstance(holder[name], str):
            at = chance.randrange(len(holder[name]) + 1)
            holder[name] = holder[name][:at] + text + holder[name][at:]
        else:
            holder[name] = text

    return change


def _negate(holder: Any, name: Step, chance: random.Random) -> None:
    value = holder[name]
    holder[name] = -value if isinstance(value, int | float) and not isinstance(value, bool) else [value]


CHANGES: dict[str, Change] = {
    "deleted": _delete,
    "renamed": _rename,
    "doubled": _double,
    "negated": _negate,
    "nothing": _set(None),
    "empty text": _set(""),
    "spaces": _set(" \n "),
    "empty list": _set([]),
    "empty mapping": _set({}),
    "zero": _set(0),
    "number": _set(1e300),
    "not a number": _set(float("nan")),
    "infinity": _set(float("inf")),
    "yes": _set(True),
    "text": _set("something"),
    "mapping": _set({"a": "b"}),
    "list": _set(["a", "a"]),
    "deep": _set([[[[[["x"]]]]]]),
    "huge text": _set(HUGE),
    "huge list": _set([f"a{n}" for n in range(600)]),
    "control character": _spoil("\x07"),
    "escape": _spoil("\x1b[2J"),
    "right to left": _spoil("\u202e"),
    "null character": _spoil("\x00"),
    "surrogate": _spoil("\ud800"),
    "blank": _spoil("{nobody}"),
    "open bracket": _spoil("{"),
    "format": _spoil("%s {0} {question"),
    "newline": _spoil("\n"),
    "path": _set("../../etc/passwd"),
}


# ---------------------------------------------------------------- text


def _line(change: Callable[[str], str]) -> Callable[[str, random.Random], str]:
    def damage(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        at = chance.randrange(len(lines))
        lines[at] = change(lines[at])
        return "\n".join(lines)

    return damage


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def _swap(text: str, chance: random.Random) -> str:
    signs = list(text)
    at = chance.randrange(len(signs))
    signs[at] = chance.choice("{}[]:,#&*!|>'\"%@`-?\t \n\x00\u2028é大0")
    return "".join(signs)


def _drop(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.choice((1, 2, 30)) :]


BOMB = "\n".join(["x0: &x0 [y, y]", *(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 12))]) + "\n"

DAMAGE: dict[str, Callable[[str, random.Random], str]] = {
    "cut": _cut,
    "swapped": _swap,
    "dropped": _drop,
    "line gone": _line(lambda line: "# gone"),
    "line twice": _line(lambda line: f"{line}\n{line}"),
    "indented": _line(lambda line: f" {line}"),
    "outdented": _line(lambda line: line.removeprefix(" ")),
    "tab": _line(lambda line: f"\t{line}"),
    "no space": _line(lambda line: line.replace(": ", ":", 1)),
    "tag": _line(lambda line: line.replace(": ", ": !!python/name:os.system ", 1)),
    "anchor": _line(lambda line: line.replace(": ", ": &a ", 1)),
    "alias": _line(lambda line: line.replace(": ", ": *a #", 1)),
    "merge": _line(lambda line: f"{line}\n<<: *a"),
    "directive": lambda text, chance: f"%YAML 1.1\n---\n{text}",
    "second document": lambda text, chance: f"{text}\n---\n{text}",
    "bomb": lambda text, chance: BOMB + text,
    "brackets": lambda text, chance: text + "z: " + "[" * 2000,
    "nested": lambda text, chance: text + "z: " + "[" * 60 + "]" * 60,
}


def _another_encoding(path: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode(chance.choice(["utf-16", "gb18030", "utf-8-sig"])))


def _bytes(path: Path, chance: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    raw[chance.randrange(len(raw))] = chance.randrange(256)
    path.write_bytes(raw)


def _folder_instead(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.mkdir()


def _loop_instead(path: Path, chance: random.Random) -> None:
    path.unlink()
    path.symlink_to(path.name)


FILES: dict[str, Callable[[Path, random.Random], None]] = {
    "no file": lambda path, chance: path.unlink(),
    "empty file": lambda path, chance: path.write_text(""),
    "another name": lambda path, chance: path.rename(path.with_suffix(".yml")) and None,
    "another encoding": _another_encoding,
    "another byte": _bytes,
    "a folder": _folder_instead,
    "a link to itself": _loop_instead,
}


# ---------------------------------------------------------------- mutants


class Mutator:
    """Makes mutants of a pack in place, and puts them right again."""

    def __init__(self, pack: Path) -> None:
        self.pack = pack
        self.files = sorted(pack.rglob("*.yaml"))
        self._texts = {path: path.read_text(encoding="utf-8") for path in self.files}
        self._data = {path: self._yaml().load(text) for path, text in self._texts.items()}
        self.all_fields = list(self.fields())
        self.sound = {language: load_hotline(str(pack), language) for language in LANGUAGES}

    @staticmethod
    def _yaml() -> YAML:
        yaml = YAML(typ="safe", pure=True)
        yaml.allow_unicode = True
        yaml.default_flow_style = False
        return yaml

    def fields(self) -> Iterator[tuple[Path, tuple[Step, ...]]]:
        """Every field of every file."""
        for path in self.files:
            yield from ((path, at) for at in places(self._data[path]))

    def change(self, path: Path, at: tuple[Step, ...], kind: str, chance: random.Random) -> bool:
        """Change one field of one file; whether that made it another file."""
        data = copy.deepcopy(self._data[path])
        holder = data
        for part in at[:-1]:
            holder = holder[part]
        CHANGES[kind](holder, at[-1], chance)
        with path.open("w", encoding="utf-8", errors="surrogatepass") as file:
            self._yaml().dump(data, file)
        return data != self._data[path]

    def damage(self, path: Path, kind: str, chance: random.Random) -> None:
        """Damage the text of a file."""
        path.write_text(DAMAGE[kind](self._texts[path], chance), encoding="utf-8")

    def spoil(self, path: Path, kind: str, chance: random.Random) -> None:
        """Do something to the file itself."""
        FILES[kind](path, chance)

    def mend(self) -> None:
        """Put every file right again."""
        for path in self.files:
            for stray in (path, path.with_suffix(".yml")):
                if stray.is_dir() and not stray.is_symlink():
                    shutil.rmtree(stray)
                else:
                    stray.unlink(missing_ok=True)
            path.write_text(self._texts[path], encoding="utf-8")

    def judge(self, chance: random.Random) -> tuple[list[Hotline], str]:
        """Load the mutant; the packs that came of it, and what was said otherwise. Fails where neither is right."""
        good, said = [], ""
        for language in LANGUAGES:
            try:
                hotline = load_hotline(str(self.pack), language)
            except PackError as error:
                said = str(error)
                located(said)
            else:
                converses(hotline, chance)
                good.append(hotline)
        return good, said


def located(said: str) -> None:
    """Every line is short, printable, and names a file, mostly with a line, and a remedy."""
    for line in said.splitlines():
        assert len(line) < 700, line
        assert all(sign.isprintable() for sign in line), repr(line)
        place = r"(.*?(\.ya?ml(:\d+)?|/questions|shop|hotline_95188))"
        whole = re.fullmatch(rf"{place}: (.+)|and \d+ more mistakes; put these right first", line)
        assert whole, f"not located: {line}"
        assert whole[4] is None or re.search(r"[;:] |write|add|not ", whole[4]), f"no remedy: {line}"


def converses(hotline: Hotline, chance: random.Random) -> None:
    """The pack holds conversations: nothing unfilled is said, every question can be reached and answered, by menu, too."""
    assert abs(sum(prior(hotline, None).values()) - 1.0) < 1e-9
    everybody = {"events": list(hotline.events), "products": list(hotline.products)}
    assert abs(sum(prior(hotline, everybody).values()) - 1.0) < 1e-9
    names = list(hotline.questions)
    for question in chance.sample(names, min(2, len(names))):
        talk = Talk(Conversation(hotline, {}, EventLog(), prior=dict.fromkeys([*names, "other"], 1.0)), EventLog())
        talk.open()
        talk.say(_named(question, names))
        for _ in range(30):
            if talk.outcome or not talk.expectation.slot or talk.expectation.slot == "anything_else":
                break
            talk.say(_value(talk.expectation, hotline, question))
        if talk.outcome is None:
            talk.say(act(DialogueAct.UNDERSTOOD))
            talk.silence()
        for prompt in talk.prompts:
            assert prompt.text.strip()
            assert not re.search(r"[{}]", prompt.text + prompt.spoken), prompt
            assert prompt.text.isprintable()
    menu = Talk(Menu(hotline, {}, EventLog()), EventLog())
    menu.open()
    assert all("{" not in prompt.text for prompt in menu.prompts)


def _named(question: str, names: list[str]) -> Understanding:
    rest = 0.01 / len(names)
    return Understanding(question, questions={**dict.fromkeys(names, rest), question: 0.99}, residue=question)


def _value(expected: Any, hotline: Hotline, question: str) -> Understanding:
    slot = next(slot for slot in hotline.questions[question].slots if slot.name == expected.slot)
    if expected.kind == "yesno":
        return act(DialogueAct.AFFIRM)
    if expected.kind == "choice":
        return act(DialogueAct.CHOOSE_FIRST)
    value = {"phone": "13800138000", "amount": "20", "date": "2026-03-05"}.get(slot.kind, "1" * (slot.length or 8))
    return Understanding(value, slots=(SlotValue(slot.kind, value, value),))
