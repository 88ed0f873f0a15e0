"""An acoustic model: verified, loaded once, shared by every call of the process."""

from functools import cached_property, lru_cache
from os import PathLike
from pathlib import Path

from voicebot.asr.library import Decoder, VoskModel
from voicebot.asr.nbest import UNKNOWN_WORD
from voicebot.asr.phrases import PhraseSet
from voicebot.asr.verification import Verified, verify
from voicebot.errors import ModelError
from voicebot.types import LANGUAGES, Language

_PHRASE_SETS = 256
"""Grammars whose segmentation is remembered; a pack has a few dozen."""

_WORDS_REMEMBERED = 50_000


class AcousticModel:
    """What a recogniser needs of a model. Immutable after `load`; may be shared between threads."""

    def __init__(self, verified: Verified) -> None:
        self.path = verified.path
        self.sha256 = verified.fingerprint
        """sha256 over all its files: for the head of the event log."""
        self._manifest = verified.manifest
        self._vosk = VoskModel(verified.path)
        self.knows = lru_cache(_WORDS_REMEMBERED)(self._vosk.knows)
        """Whether the model's vocabulary holds a word."""
        self.phrase_set = lru_cache(_PHRASE_SETS)(self._phrase_set)
        """The `PhraseSet` of a tuple of phrases and, if given, one of words that may follow each other freely."""

    @classmethod
    def load(cls, path: str | PathLike[str]) -> "AcousticModel":
        """Verify and load the model in the folder `path` (or a `FoundModel`). Raises `ModelError`."""
        return cls(verify(Path(path)))

    @property
    def name(self) -> str:
        """From the manifest, else the folder's name."""
        return str(self._manifest.get("name") or self.path.name)

    @property
    def version(self) -> str:
        """From the manifest; empty when unknown."""
        return str(self._manifest.get("version", ""))

    @cached_property
    def language(self) -> Language:
        """From the manifest, else Chinese when the vocabulary holds 的."""
        for language in LANGUAGES:
            if self._manifest.get("language") == language:
                return language
        return "zh-CN" if self.knows("的") else "en-US"

    @cached_property
    def words(self) -> frozenset[str]:
        """The vocabulary from graph/words.txt; empty for models that keep it inside Gr.fst (`knows` answers for both)."""
        try:
            lines = (self.path / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError) as error:
            raise ModelError(f"{self.path / 'graph' / 'words.txt'}: cannot be read ({error}); install the model again") from None
        listed = (line.split()[0] for line in lines if line.strip())
        return frozenset(word for word in listed if self.knows(word))

    @cached_property
    def has_grammars(self) -> bool:
        """Whether Vosk can restrict this model to a grammar: the large official models have one fixed graph and cannot."""
        return (self.path / "graph" / "HCLr.fst").exists() and not (self.path / "graph" / "HCLG.fst").exists()

    def decoder(self, phrases: PhraseSet | None = None, alternatives: int = 5) -> Decoder | None:
        """A fresh decoder, open or for `phrases`; None when the model can hear none of them or takes no grammar."""
        if phrases is None:
            return Decoder(self._vosk, None, alternatives)
        grammar = [phrase for phrase in phrases.grammar if phrase != UNKNOWN_WORD or self._vosk.knows_unknown]
        return Decoder(self._vosk, grammar, alternatives) if grammar and self.has_grammars else None

    def uncovered(self, phrases: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Of `phrases`, those with words the model cannot hear, and those words (for a pack's check)."""
        return self.phrase_set(phrases).uncovered

    def _phrase_set(self, phrases: tuple[str, ...], loop: tuple[str, ...] = ()) -> PhraseSet:
        return PhraseSet(phrases, self.knows, loop)
