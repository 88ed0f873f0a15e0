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
        "refused": ("full", "slow"),
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


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w+)", css))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


WORDS = [
    *(("ink", ground) for ground in ("paper", "card", "bot", "caller", "track", "gone", "bad", "good")),
    *(("quiet", ground) for ground in ("paper", "card", "lane", "track")),
    ("link", "card"),
    ("stop", "card"),
    ("accent-ink", "go"),
    ("accent-ink", "accent"),
]
LARGE = [*(("on", f"c{index}") for index in range(8))]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_can_be_read_in_both_themes(theme: str) -> None:
    css = FILES["console.css"]
    found = colours(css.partition(":root {")[2].partition("}")[0])
    if theme == "dark":
        found |= colours(css.partition(':root[data-theme="dark"] {')[2].partition("}")[0])
    weak = {pair: contrast(found[pair[0]], found[pair[1]]) for pair in WORDS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}, "WCAG AA asks for 4.5"
    assert {pair for pair in LARGE if contrast(found[pair[0]], found[pair[1]]) < 3} == set(), "and for 3 where words are large"


def test_the_dark_theme_is_the_same_chosen_or_by_the_system() -> None:
    css = FILES["console.css"]
    by_system = css.partition(':root:not([data-theme="light"]) {')[2].partition("}")[0]
    chosen = css.partition(':root[data-theme="dark"] {')[2].partition("}")[0]
    assert colours(by_system) == colours(chosen)
    assert colours(chosen).keys() == colours(css.partition(":root {")[2].partition("}")[0]).keys()
