"""Finding audio files in what the user dropped."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from genre_app.audio.decode import open_audio
from genre_app.audio.errors import AudioFolderError
from genre_app.audio.formats import AUDIO_SUFFIXES, find_audio_files, is_audio_path


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def _found(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find_audio_files([folder])]


def test_suffixes_of_the_issue_are_known() -> None:
    assert {
        ".wav",
        ".flac",
        ".ogg",
        ".opus",
        ".mp3",
        ".aiff",
        ".aif",
        ".au",
        ".m4a",
        ".aac",
    } <= AUDIO_SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in AUDIO_SUFFIXES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("song.wav", True),
        ("SONG.MP3", True),
        ("노래 🎵.Flac", True),
        (os.fsdecode(b"\xff\xfe.ogg"), True),
        ("dir.wav/readme.txt", False),
        ("song", False),
        (".wav", False),
        ("cover.jpg", False),
        ("film.mp4", False),
    ],
)
def test_audio_by_name(name: str, expected: bool) -> None:
    assert is_audio_path(name) is expected
    assert is_audio_path(Path(name)) is expected


def test_folder_in_natural_order_files_first(tmp_path: Path) -> None:
    _touch(
        tmp_path,
        *(
            "Track 10.mp3",
            "track 2.mp3",
            "Track 1.mp3",
            "cover.jpg",
            "CD 2/01.flac",
            "CD 10/1.flac",
            "CD 1/2.FLAC",
        ),
    )
    assert _found(tmp_path) == [
        *("Track 1.mp3", "track 2.mp3", "Track 10.mp3", "CD 1/2.FLAC", "CD 2/01.flac", "CD 10/1.flac")
    ]


def test_hidden_files_and_folders_are_skipped(tmp_path: Path) -> None:
    _touch(tmp_path, ".hidden.wav", "._song.mp3", ".Trash/deleted.wav", "song.mp3")
    assert _found(tmp_path) == ["song.mp3"]


def test_given_paths_keep_their_order_and_are_all_yielded(tmp_path: Path) -> None:
    _touch(tmp_path, "b.wav", "a.wav", "strange.xyz", ".hidden.wav", "folder/c.wav")
    paths = [
        tmp_path / name for name in ("strange.xyz", "b.wav", "missing.wav", "folder", ".hidden.wav", "a.wav")
    ]
    expected = [tmp_path / "folder" / "c.wav" if path.name == "folder" else path for path in paths]
    assert list(find_audio_files(map(str, paths))) == expected


def test_folder_without_audio_gets_its_error(tmp_path: Path) -> None:
    _touch(tmp_path, "empty/readme.txt")
    (found,) = find_audio_files([tmp_path / "empty"])
    assert found == tmp_path / "empty"
    with pytest.raises(AudioFolderError):
        open_audio(found)


def test_links_in_circles_end(tmp_path: Path) -> None:
    _touch(tmp_path, "a/song.wav", "b/song.wav")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self.wav").symlink_to(tmp_path / "a" / "self.wav")
    (tmp_path / "b" / "link.wav").symlink_to(tmp_path / "a" / "song.wav")
    (tmp_path / "c").symlink_to(tmp_path / "b")
    assert _found(tmp_path) == ["a/song.wav", "b/link.wav", "b/song.wav"]


def test_deep_folders_and_odd_names(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    for name in ("song.wav", os.fsdecode(b"\xe9t\xe9.wav"), "new\nline.wav"):
        (deep / name).write_bytes(b"x")
    assert len(list(find_audio_files([tmp_path]))) == 3


def test_pipes_in_folders_are_skipped(tmp_path: Path) -> None:
    _touch(tmp_path, "song.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    assert _found(tmp_path) == ["song.wav"]


def test_names_that_no_system_call_takes(tmp_path: Path) -> None:
    too_long = tmp_path / ("x" * 5000)
    assert list(find_audio_files([too_long])) == [too_long]


def test_long_numbers_in_names(tmp_path: Path) -> None:
    _touch(tmp_path, f"{'9' * 200}.wav", "1.wav", "②.wav", "٣.wav")
    assert _found(tmp_path)[:2] == ["1.wav", "٣.wav"]


def test_search_is_lazy(tmp_path: Path) -> None:
    _touch(tmp_path, "1.wav", "folder/2.wav")
    files = find_audio_files([tmp_path])
    assert next(files) == tmp_path / "1.wav"
    (tmp_path / "folder" / "2.wav").unlink()
    assert list(files) == []
