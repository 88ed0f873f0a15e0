"""Labelled utterances in a file: CSV (or tab-separated) with a header, columns `text` and `label`."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicebot.errors import VoicebotError

OUT_OF_SCOPE = "oos"
"""Label of an utterance that is about none of the others."""

TEXT_COLUMNS = ("text", "utterance", "query", "sentence")
LABEL_COLUMNS = ("label", "intent", "category")
"""Names that the two columns go by, the first meant first."""

MOST_LABELS = 500


@dataclass(frozen=True, slots=True)
class Labelled:
    """One utterance, and what it is about."""

    text: str
    label: str
    line: int
    """In its file, from 1."""


@dataclass(frozen=True)
class LabelledFile:
    """What `read_labelled` found; never empty."""

    path: Path
    rows: tuple[Labelled, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """In-scope labels, in the order in which they occur."""
        return tuple(dict.fromkeys(row.label for row in self.rows if row.label != OUT_OF_SCOPE))

    @property
    def out_of_scope(self) -> bool:
        """Whether any row is labelled `oos`."""
        return any(row.label == OUT_OF_SCOPE for row in self.rows)


def read_labelled(path: Path) -> LabelledFile:
    """The utterances of `path`. Raises `VoicebotError` with file and line for anything that is not one."""
    text = _decoded(path)
    if not text.strip():
        raise VoicebotError(f"{path} is empty: it needs a header `text,label` and a row for each utterance")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().lower() for name in next(row for row in reader if row)]
        text_at, label_at = _column(path, header, TEXT_COLUMNS), _column(path, header, LABEL_COLUMNS)
        rows = [_labelled(path, reader.line_num, row, len(header), text_at, label_at) for row in reader if row]
    except csv.Error as error:
        raise VoicebotError(f"{path}:{reader.line_num}: not readable as CSV: {error}; put texts with commas in quotes") from None
    if not rows:
        raise VoicebotError(f"{path} has a header and no rows: give every utterance a row")
    return LabelledFile(path, tuple(rows))


def check_training(train: LabelledFile, others: Sequence[LabelledFile]) -> None:
    """Raises `VoicebotError` unless `train` can be trained on, and knows every label that `others` ask for."""
    labels = train.labels
    if len(labels) < 2:
        only = f"only the label {labels[0]!r}" if labels else f"nothing but {OUT_OF_SCOPE!r}"
        raise VoicebotError(f"{train.path} has {only}: a classifier needs at least two labels")
    if len(labels) > MOST_LABELS:
        raise VoicebotError(
            f"{train.path} has {len(labels)} labels, and at most {MOST_LABELS} can be told apart: is it the right column?"
        )
    known = {*labels, OUT_OF_SCOPE}
    for other in others:
        for row in other.rows:
            if row.label not in known:
                raise VoicebotError(
                    f"{other.path}:{row.line}: label {row.label!r} does not occur in {train.path}: correct it, "
                    f"or label the row {OUT_OF_SCOPE!r}"
                )


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise VoicebotError(f"{path} cannot be read: {error.strerror}") from None
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise VoicebotError(f"{path}:{line}: not {encoding.removesuffix('-sig').upper()} text: save the file as UTF-8") from None
    if "\0" in text:
        raise VoicebotError(f"{path}: holds zero bytes, so it is no text file: save it as CSV in UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _column(path: Path, header: list[str], names: tuple[str, ...]) -> int:
    for name in names:
        if header.count(name) > 1:
            raise VoicebotError(f"{path}:1: column {name!r} occurs twice: keep one")
        if name in header:
            return header.index(name)
    raise VoicebotError(f"{path}:1: there is no column {names[0]!r}, only {', '.join(repr(name) for name in header)}")


def _labelled(path: Path, line: int, row: list[str], width: int, text_at: int, label_at: int) -> Labelled:
    if len(row) != width:
        raise VoicebotError(f"{path}:{line}: {len(row)} fields where the header has {width}: put texts with commas in quotes")
    text, label = row[text_at].strip(), row[label_at].strip()
    if not text or not label:
        raise VoicebotError(f"{path}:{line}: the {'label' if text else 'text'} is empty: fill it in or take the row out")
    return Labelled(text, label, line)
