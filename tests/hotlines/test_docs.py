"""The snippets of docs/packs.md and docs/profiles.md are a pack that loads, and a profile that fits a hotline."""

import re
import wave
from pathlib import Path

import pytest

from tests.dialogue.helpers import Talk
from voicebot.dialogue.wording import WORDING
from voicebot.hotlines import Hotline, load_hotline, load_profile
from voicebot.hotlines.loader import PRIOR_FILE
from voicebot.hotlines.names import TEMPLATES, THRESHOLDS

DOCS = Path(__file__).parents[2] / "docs"
PACKS = (DOCS / "packs.md").read_text(encoding="utf-8")
PROFILES = (DOCS / "profiles.md").read_text(encoding="utf-8")


def snippets(text: str) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    hotline, language, questions, _, part = snippets(PACKS)
    folder = tmp_path / "my_line"
    for name, text in (
        ("hotline.yaml", hotline),
        ("en-US/language.yaml", language),
        ("en-US/questions/questions.yaml", questions),
        ("parts/branch.yaml", part),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Hotline:
    return load_hotline(str(folder), "en-US")


def test_the_snippets_are_a_pack(pack: Path) -> None:
    hotline = loaded(pack)
    assert list(hotline.questions) == ["parcel_late", "phone_change"]
    assert hotline.thresholds == {"answer": 0.9, "patience": 3.0}
    assert hotline.survey


def test_a_part_of_ones_own_is_used(pack: Path) -> None:
    path = pack / "en-US" / "questions" / "questions.yaml"
    path.write_text(path.read_text("utf-8").replace("use: [order_choice]", "use: [order_choice, branch]"), "utf-8")
    assert [slot.name for slot in loaded(pack).questions["parcel_late"].slots] == ["order_tail", "branch"]


def test_a_recorded_prompt_is_played(pack: Path) -> None:
    recorded = snippets(PACKS)[3].removeprefix("prompts:\n")
    path = pack / "en-US" / "language.yaml"
    path.write_text(re.sub(r"  greet: .*\n", lambda _: recorded, path.read_text("utf-8")), "utf-8")
    with wave.open(str(pack / "en-US" / "greet.wav"), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(32000))
    assert loaded(pack).recorded == {"Hello, this is the shop.": "greet.wav"}


def test_a_fitted_prior_takes_the_place_of_the_first(pack: Path) -> None:
    path = pack / "hotline.yaml"
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("prior:")], "utf-8")
    (pack / PRIOR_FILE).write_text("other: 1.0\nevents:\n  parcel_late: {parcel_late: 2.5}\n", "utf-8")
    assert loaded(pack).prior.events == {"parcel_late": {"parcel_late": 2.5}}


def test_the_profile_and_the_prior_fit_the_hotline_that_ships(tmp_path: Path) -> None:
    profile, prior = snippets(PROFILES)
    path = tmp_path / "caller.yaml"
    path.write_text(profile, encoding="utf-8")
    hotline = load_hotline("hotline_95188", "zh-CN")
    assert load_profile(str(path), hotline)["cards"] == [{"title": "工商银行", "number": "6222020200112230"}]
    questions = set(re.findall(r"\b(\w+): [\d.]+", prior)) - {"other"}
    assert questions <= set(hotline.questions)


def test_thresholds_and_prompts_that_are_named_are_there() -> None:
    table = PACKS[PACKS.index("**Thresholds**") : PACKS.index("**Timeouts**")]
    for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE):
        assert set(re.findall(r"`(\w+)`", row)) <= set(THRESHOLDS)
    named = PACKS[PACKS.index("`prompts` take the place") : PACKS.index("## questions")]
    for name, *blanks in (entry.split() for entry in re.findall(r"`(\w+(?: \{\w+\})*)`", named)):
        if name in ("prompts", "voicebot"):
            continue
        assert name in WORDING["en-US"], name
        assert {blank.strip("{}") for blank in blanks} == TEMPLATES[name].must, name


def test_a_bare_guess_needs_no_more_than_the_docs_say(pack: Path) -> None:
    """A weight of 3 makes the bot ask first, as docs/packs.md says."""
    from voicebot.dialogue.conversation import Conversation
    from voicebot.events import EventLog

    talk = Talk(Conversation(loaded(pack), {"events": ["parcel_late"]}, EventLog()), EventLog())
    talk.open()
    assert talk.prompts[-1].act == "proactive_guess"
