"""Write voicebot/nlu/syllables.txt: the toneless syllable of every GB 2312 character.

Source: pypinyin 0.55 (MIT licence, https://github.com/mozillazg/python-pinyin), its first reading of each character. Needs
pypinyin, which voicebot itself does not: importing it takes three times as long as the command line may.
"""

from pathlib import Path

from pypinyin import lazy_pinyin

TABLE = Path(__file__).resolve().parent.parent / "voicebot" / "nlu" / "syllables.txt"
READINGS = {"呗": "bei", "嗯": "en", "诶": "ei", "欸": "ei", "还": "huan", "行": "hang", "重": "chong", "长": "chang", "得": "de"}
"""Where the first reading is not the usual one in a caller's mouth, or would split a word of the trade."""


def gb2312() -> list[str]:
    """The 6,763 characters of GB 2312, in its order."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [text for text in (code.decode("gb2312", "ignore") for code in codes) if text]


def main() -> None:
    """Group the characters by syllable and write them, one syllable a line."""
    grouped: dict[str, list[str]] = {}
    for character in gb2312():
        grouped.setdefault(READINGS.get(character) or lazy_pinyin(character)[0], []).append(character)
    lines = [f"{syllable} {''.join(characters)}\n" for syllable, characters in sorted(grouped.items())]
    head = "# Toneless syllables of GB 2312; made by scripts/make_syllables.py from pypinyin (MIT)\n"
    TABLE.write_text(head + "".join(lines), "utf-8")


if __name__ == "__main__":
    main()
