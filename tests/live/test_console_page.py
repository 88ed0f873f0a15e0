"""The page's files: every word it says is there in both languages, and nothing comes from elsewhere."""

import re
from importlib import resources

import pytest

PAGE = resources.files("voicebot.live.console") / "page"
FILES = {file.name: file.read_text("utf8") for file in PAGE.iterdir()}
MADE = {"say_talk", "say_keyboard", "say_chat", "theme_auto", "theme_light", "theme_dark"} | {
    f"{kind}_{name}"
    for kind, names in {
        "view": ("call", "watch", "library", "questions", "figures"),
        "floor": ("bot", "caller", "both", "nobody", "over"),
        "why": ("denied", "none", "insecure", "old"),
    }.items()
    for name in names
}
"""Keys that the scripts put together, or pass on."""


def defined() -> dict[str, str]:
    table = FILES["words.js"].partition("const WORDS = {")[2].partition("\n};")[0]
    return dict(re.findall(r"^  (\w+): (\[.*\]),$", table, re.MULTILINE))


def used() -> set[str]:
    scripts = "\n".join(text for name, text in FILES.items() if name.endswith(".js"))
    html = FILES["index.html"]
    said = set(re.findall(r"""\bt\(["'](\w+)["']""", scripts)) | set(re.findall(r'data-t(?:-label)?="(\w+)"', html))
    return (
        said | set(re.findall(r't\(muted \? "(\w+)"', scripts)) | set(re.findall(r't\(muted \? "\w+" : "(\w+)"', scripts)) | MADE
    )


def test_every_word_is_defined_and_none_is_idle() -> None:
    known = defined()
    assert used() - known.keys() == set(), "not defined"
    assert known.keys() - used() - {"kept", "fixture", "caller", "bot"} == set(), "never said"


def test_every_word_is_there_in_both_languages() -> None:
    for key, pair in defined().items():
        assert len(re.findall(r'"(?:[^"\\]|\\.)+"', pair)) == 2, key


@pytest.mark.parametrize("name", sorted(FILES))
def test_nothing_comes_from_elsewhere(name: str) -> None:
    addresses = re.findall(r"(?:https?:)?//[a-z][\w.-]+\.\w+[^\s\"']*", FILES[name])
    assert [address for address in addresses if "www.w3.org" not in address] == []


def test_scripts_and_styles_are_files_as_the_policy_demands() -> None:
    for name in ("index.html", "login.html"):
        html = FILES[name]
        assert re.findall(r"<script(?![^>]* src=)", html) == []
        assert "<style" not in html
        assert re.findall(r'\s(?:style|on\w+)="', html) == []
        assert all(found in FILES for found in re.findall(r'"/page/([\w.]+)"', html))
