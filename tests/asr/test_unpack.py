import random
import stat
import zipfile
from pathlib import Path

import pytest

from voicebot.asr.unpack import UnpackLimits, unpack
from voicebot.errors import ModelError

FILES = {"m/am/final.mdl": b"network" * 50, "m/conf/mfcc.conf": b"--dither=1\n", "m/graph/Gr.fst": bytes(range(256))}


def archive(path: Path, files: dict[str, bytes], link: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in files.items():
            pack.writestr(name, data)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            pack.writestr(entry, "/etc")
    return path


def test_a_model_is_unpacked(tmp_path: Path) -> None:
    found = unpack(archive(tmp_path / "m.zip", FILES), tmp_path / "out")
    assert found == tmp_path / "out" / "m"
    assert {
        path.relative_to(tmp_path / "out").as_posix(): path.read_bytes() for path in found.rglob("*") if path.is_file()
    } == FILES


def test_a_model_without_a_folder_of_its_own_is_found(tmp_path: Path) -> None:
    flat = {name.removeprefix("m/"): data for name, data in FILES.items()}
    assert unpack(archive(tmp_path / "m.zip", flat), tmp_path / "out") == tmp_path / "out"


@pytest.mark.parametrize("name", ["/etc/passwd", "../up", "m/../../up", "C:/windows", "..\\up", "m\\am", "m/.."])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="leads out"):
        unpack(archive(tmp_path / "m.zip", {**FILES, name: b"x"}), tmp_path / "box" / "out")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "m.zip"]


def test_a_link_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="link"):
        unpack(archive(tmp_path / "m.zip", FILES, link="m/graph/phones"), tmp_path / "out")


def test_two_entries_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="twice"):
        unpack(archive(tmp_path / "m.zip", {**FILES, "M/AM/final.mdl": b"x"}), tmp_path / "out")


def test_a_bomb_is_refused_before_it_goes_off(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="would unpack to"):
        unpack(archive(tmp_path / "m.zip", {**FILES, "m/zeros": bytes(5_000_000)}), tmp_path / "out")
    assert not any((tmp_path / "out").iterdir())


def test_a_bomb_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.zip", {"m/zeros": bytes(5_000_000)})
    data = path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little"))
    path.write_bytes(data)
    with pytest.raises(ModelError, match="more than it declares|not a whole zip"):
        unpack(path, tmp_path / "out")
    assert sum(file.stat().st_size for file in (tmp_path / "out").rglob("*") if file.is_file()) <= 5_000


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no more than 2"):
        unpack(archive(tmp_path / "m.zip", FILES), tmp_path / "out", UnpackLimits(most_files=2))


@pytest.mark.parametrize("files", [{"readme": b"x"}, {"a/x": b"1", "b/x": b"2"}])
def test_an_archive_without_a_model_is_told(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(ModelError, match="holds no model"):
        unpack(archive(tmp_path / "m.zip", files), tmp_path / "out")


def test_what_is_no_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(b"<html>not found</html>")
    with pytest.raises(ModelError, match="not a whole zip"):
        unpack(tmp_path / "m.zip", tmp_path / "out")


def test_damaged_archives_are_told_or_hold_what_they_held(tmp_path: Path) -> None:
    whole = archive(tmp_path / "m.zip", FILES).read_bytes()
    chance = random.Random(0)
    for number in range(300):
        data = bytearray(whole[: chance.randrange(len(whole))] if number % 3 == 0 else whole)
        for _ in range(chance.randrange(1, 4) if number % 3 else 0):
            data[chance.randrange(len(data))] = chance.randrange(256)
        (tmp_path / "bad.zip").write_bytes(data)
        problem = _unpacking(tmp_path / "bad.zip", tmp_path / f"out{number}")
        assert problem is None or str(tmp_path / "bad.zip") in problem


def _unpacking(path: Path, into: Path) -> str | None:
    try:
        found = unpack(path, into)
    except ModelError as error:
        return str(error)
    contents = {file.read_bytes() for file in found.rglob("*") if file.is_file()}
    assert contents <= set(FILES.values())
    return None
