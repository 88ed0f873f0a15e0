"""JSGF grammars with semantic tags: parse, expand for a recogniser, match for understanding.

A leaf of the house: the recogniser takes its phrases from here and the NLU its meaning, from the same files. The
grammars that every hotline shares lie in `grammars/LANGUAGE/` (`house_folder`).
"""

from functools import cache
from pathlib import Path

from voicebot.errors import PackError
from voicebot.grammar.automaton import Automaton
from voicebot.grammar.grammar import EXPAND_LIMIT, Grammar, Match
from voicebot.grammar.tokens import Token, join, token_texts, tokenise
from voicebot.types import Language

__all__ = [
    "EXPAND_LIMIT",
    "Automaton",
    "Grammar",
    "Match",
    "Token",
    "house_folder",
    "house_grammar",
    "join",
    "token_texts",
    "tokenise",
]


def house_folder(language: Language) -> Path:
    """Folder of the shared grammars of `language`: in the wheel, or beside the package in a source tree."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "data" / "grammars", package.parent / "grammars"):
        if (folder / language).is_dir():
            return folder / language
    raise PackError(f"the shared grammars for {language} are missing from this installation: install voicebot again")


@cache
def house_grammar(language: Language, name: str) -> Grammar:
    """The shared grammar `name`.jsgf of `language`, parsed once a process."""
    return Grammar.load(house_folder(language) / f"{name}.jsgf")
