"""Installing a model from a local server: the bundled model stands in for an official one."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.asr.model_server import ModelServer, serving
from voicebot.asr.download import Limits
from voicebot.asr.install import CHECKSUMS, Installer
from voicebot.asr.model import AcousticModel
from voicebot.asr.models import find_model
from voicebot.asr.registry import OFFICIAL, RECOMMENDED, OfficialModel
from voicebot.asr.verification import MANIFEST, file_sha256, verify
from voicebot.errors import ModelError, StorageError

NAME = "vosk-model-small-cn-0.22"


def packed(model: Path, to: Path, cut: str = "") -> Path:
    """The model as its publisher would pack it: no manifest, dither not set; `cut`: a file that lost its second half."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_STORED) as pack:
        for path in sorted(model.rglob("*")):
            name = path.relative_to(model).as_posix()
            if path.is_file() and name != MANIFEST:
                data = path.read_bytes()
                data = data.replace(b"--dither=0.0\n", b"") if name == "conf/mfcc.conf" else data
                pack.writestr(f"{NAME}/{name}", data[: len(data) // 2] if name == cut else data)
    return to


@pytest.fixture(scope="session")
def pack(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(model_folder, tmp_path_factory.mktemp("pack") / f"{NAME}.zip")


@pytest.fixture
def server(pack: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(pack.read_bytes()) as server:
        yield server


@pytest.fixture
def installer(server: ModelServer, tmp_path: Path) -> Installer:
    entry = OfficialModel(NAME, "zh-CN", 2_000_000, "Apache-2.0", 1, "small")
    return Installer(tmp_path / "models", {NAME: _At(server.url, entry)}, Limits(timeout=0.3, attempts=2, pause=0.0))


class _At(OfficialModel):
    """A registry entry served from elsewhere."""

    def __init__(self, url: str, entry: OfficialModel, sha256: str | None = None) -> None:
        super().__init__(entry.name, entry.language, entry.size, entry.licence, entry.rank, entry.summary, sha256)
        object.__setattr__(self, "_url", url)

    @property
    def url(self) -> str:
        return str(self._url)


def left_behind(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {f".{NAME}.lock", f".{CHECKSUMS}.lock", CHECKSUMS}


def test_a_model_is_installed_verified_found_and_removed(installer: Installer, server: ModelServer) -> None:
    path = installer.install(NAME)
    assert left_behind(installer.folder) == {NAME}
    manifest = verify(path).manifest
    assert (manifest["name"], manifest["language"], manifest["licence"]) == (NAME, "zh-CN", "Apache-2.0")
    assert AcousticModel.load(path).knows("的")
    environment = {"VOICEBOT_MODELS": str(installer.folder), "HOME": "/nowhere"}
    assert find_model("zh-CN", environ=environment).path == path
    assert installer.install(NAME) == path
    assert len(server.requests) == 1
    assert installer.installed() == [NAME]
    installer.remove(NAME)
    assert left_behind(installer.folder) == set()


def test_dither_is_switched_off_and_both_checksums_kept(installer: Installer, pack: Path) -> None:
    path = installer.install(NAME)
    entry = json.loads((path / MANIFEST).read_text())["files"]["conf/mfcc.conf"]
    text = (path / "conf" / "mfcc.conf").read_text()
    assert text.splitlines()[-1] == "--dither=0"
    assert text.count("--dither") == 1
    assert entry["sha256"] == file_sha256(path / "conf" / "mfcc.conf") != entry["original_sha256"]


def test_from_a_file_without_network(installer: Installer, server: ModelServer, pack: Path) -> None:
    assert installer.install(from_file=pack).name == NAME
    assert server.requests == []
    assert pack.exists()


def test_a_damaged_model_is_replaced_by_installing_it_again(installer: Installer, pack: Path) -> None:
    path = installer.install(NAME, from_file=pack)
    with (path / "am" / "final.mdl").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="bytes where the manifest says"):
        verify(path)
    assert installer.install(NAME, from_file=pack) == path
    verify(path)


def test_a_download_that_breaks_off_goes_on_at_the_next_install(installer: Installer, server: ModelServer) -> None:
    server.stall_at = [500_000, 0, 0]
    with pytest.raises(ModelError, match="500000 bytes are kept"):
        installer.install(NAME)
    server.stall_at = []
    installer.install(NAME)
    assert server.requests[-1] == "bytes=500000-"


def test_the_archive_must_stay_what_it_was(installer: Installer, server: ModelServer, pack: Path, tmp_path: Path) -> None:
    installer.install(NAME)
    installer.remove(NAME)
    server.body = pack.read_bytes() + b"\0"
    server.tag = '"two"'
    with pytest.raises(ModelError, match="sha256 .* expected"):
        installer.install(NAME)
    assert left_behind(installer.folder) == set()


def test_the_registrys_checksum_is_binding(installer: Installer, server: ModelServer) -> None:
    entry = installer.registry[NAME]
    strict = Installer(installer.folder, {NAME: _At(server.url, entry, "0" * 64)}, installer.limits)
    with pytest.raises(ModelError, match="sha256"):
        strict.install(NAME)
    assert strict.installed() == []


@pytest.mark.parametrize("cut", ["graph/HCLr.fst", "graph/Gr.fst", "am/final.mdl", "conf/mfcc.conf", "graph/disambig_tid.int"])
def test_a_damaged_model_is_not_installed(installer: Installer, model_folder: Path, tmp_path: Path, cut: str) -> None:
    with pytest.raises(ModelError, match="damaged|cannot use|not a whole"):
        installer.install(from_file=packed(model_folder, tmp_path / f"{NAME}.zip", cut))
    assert left_behind(installer.folder) == set()


def test_what_is_no_model_is_not_installed_and_not_kept(installer: Installer, server: ModelServer) -> None:
    server.body = b"<html>moved</html>"
    with pytest.raises(ModelError, match="not a whole zip"):
        installer.install(NAME)
    assert left_behind(installer.folder) == set()
    assert not (installer.folder / CHECKSUMS).exists()


def test_more_than_the_model_can_be_is_refused(installer: Installer, server: ModelServer) -> None:
    server.extra_length = 50_000_000
    with pytest.raises(ModelError, match="more than the"):
        installer.install(NAME)


@pytest.fixture
def little_room() -> Iterator[Callable[[int], None]]:
    """Call it: no file grows beyond so many bytes from then on, as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda most: resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if most < 0 else most, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_at_once_and_what_came_is_kept(
    installer: Installer, server: ModelServer, little_room: Callable[[int], None]
) -> None:
    little_room(200_000)
    with pytest.raises(StorageError, match="200000 bytes are kept; make room"):
        installer.install(NAME)
    assert server.requests == [""], "another try would not fare better"
    assert installer.installed() == []
    little_room(-1)
    installer.install(NAME)
    assert server.requests[-1] == "bytes=200000-"


def test_an_archive_that_cannot_be_unpacked_for_want_of_room_is_not_fetched_again(
    installer: Installer, server: ModelServer, pack: Path, little_room: Callable[[int], None]
) -> None:
    installer.folder.mkdir()
    (installer.folder / f".{NAME}.zip").write_bytes(pack.read_bytes())
    little_room(200_000)
    with pytest.raises(StorageError, match="cannot be written"):
        installer.install(NAME)
    assert left_behind(installer.folder) == {f".{NAME}.zip"}
    little_room(-1)
    installer.install(NAME)
    assert server.requests == []
    assert left_behind(installer.folder) == {NAME}


def test_what_does_not_fit_is_told_before_it_is_fetched(installer: Installer, server: ModelServer) -> None:
    entry = OfficialModel(NAME, "zh-CN", 10**15, "Apache-2.0", 1, "too large")
    large = Installer(installer.folder, {NAME: _At(server.url, entry)}, replace(installer.limits, most_bytes=10**16))
    server.extra_length = 10**15
    with pytest.raises(StorageError, match=r"10000000\d\d\.\d MB are needed there"):
        large.install(NAME)
    assert left_behind(large.folder) <= {f".{NAME}.zip.tag"}


def test_ctrl_c_keeps_what_came_and_installs_nothing_half(installer: Installer, server: ModelServer) -> None:
    def interrupt(have: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        installer.install(NAME, progress=interrupt)
    assert installer.installed() == []
    installer.install(NAME)
    assert server.requests[-1].startswith("bytes=")
    assert left_behind(installer.folder) == {NAME}


def test_the_checksums_of_two_models_that_are_installed_at_once_are_both_kept(installer: Installer) -> None:
    installer.folder.mkdir()
    names = [f"model-{number}" for number in range(20)]
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda name: installer._note_archive(name, "0" * 64), names))
    assert sorted(json.loads((installer.folder / CHECKSUMS).read_text())) == sorted(names)


def test_two_installs_at_once_are_one(installer: Installer, pack: Path) -> None:
    installer.folder.mkdir()
    with installer._lock(NAME), pytest.raises(ModelError, match="another voicebot"):
        installer.install(from_file=pack)
    assert installer.install(from_file=pack).is_dir()


def test_the_lock_of_a_process_that_died_is_free(installer: Installer, pack: Path) -> None:
    installer.folder.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from voicebot.asr.install import Installer\n"
        "Installer(Path(sys.argv[1]))._lock(sys.argv[2]).__enter__(); os._exit(9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(installer.folder), NAME], check=False).returncode == 9
    assert installer.install(from_file=pack).is_dir()


def test_work_left_by_a_killed_install_does_not_matter(installer: Installer, pack: Path) -> None:
    (installer.folder / f".{NAME}.work" / "am").mkdir(parents=True)
    assert installer.install(from_file=pack).is_dir()
    assert left_behind(installer.folder) == {NAME}


@pytest.mark.parametrize("name", ["nobody", "../models", ".hidden", "", "a/b", ".."])
def test_only_installed_models_can_be_removed(installer: Installer, name: str) -> None:
    installer.folder.mkdir()
    with pytest.raises(ModelError, match="not installed"):
        installer.remove(name)
    assert installer.folder.is_dir()


def test_an_unknown_name_is_told_with_the_known_ones(installer: Installer, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=NAME):
        installer.install("vosk-model-xx")
    with pytest.raises(ModelError, match="no such file"):
        installer.install(from_file=tmp_path / f"{NAME}.zip")


def test_a_folder_that_cannot_be_written_is_told(installer: Installer, tmp_path: Path, pack: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = Installer(tmp_path / "file" / "models", installer.registry)
    with pytest.raises(ModelError, match="cannot be installed"):
        blocked.install(from_file=pack)


def test_the_registry_names_both_languages() -> None:
    assert {model.language for model in OFFICIAL.values()} == {"zh-CN", "en-US"}
    for language, name in RECOMMENDED.items():
        assert OFFICIAL[name].language == language
    assert all(model.url.startswith("https://") and model.url.endswith(f"/{name}.zip") for name, model in OFFICIAL.items())
