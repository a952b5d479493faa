from __future__ import annotations

import io

import pytest

from genre_app.terminal import Paint, StatusLine, columns, display_width, padded, printable, shortened


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("not a real one")


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("song.mp3", 8),
        ("", 0),
        ("노래", 4),
        ("\u1102\u1169\u1105\u1162", 4),  # the same, decomposed as macOS stores it
        ("日本語", 6),
        ("café", 4),
        ("cafe\u0301", 4),
        ("🎵", 2),
        ("👩\u200d🎤", 2),
        ("👍\U0001f3fd", 2),
        ("❤\ufe0f", 2),
        ("…×", 2),
    ],
)
def test_display_width(text: str, width: int) -> None:
    assert display_width(text) == width
    assert display_width(padded(text, 10)) == 10


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("노래 🎵 👩\u200d🎤.wav", "노래 🎵 👩\u200d🎤.wav"),
        ("caf\udce9.wav", "caf\\xe9.wav"),
        ("a\nb\x1b[31m\x07", "a\\nb\\x1b[31m\\x07"),
        ("gnp\u202e3pm.exe", "gnp\\u202e3pm.exe"),
        ("\ud83d", "\\ud83d"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).encode()


@pytest.mark.parametrize("width", range(2, 24))
@pytest.mark.parametrize("text", ["a-long-name-of-a-song.mp3", "아주 긴 이름의 한국 노래 🎵🎵.mp3"])
def test_shortened(text: str, width: int) -> None:
    short = shortened(text, width)
    assert display_width(short) <= width
    assert display_width(short) >= width - 2
    assert short.count("…") == 1


def test_what_fits_is_not_shortened() -> None:
    assert shortened("song.mp3", 8) == "song.mp3"
    assert shortened("노래.mp3", 8) == "노래.mp3"
    assert shortened("song one.mp3", 9) == "song….mp3"


class TestPaint:
    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("NO_COLOR", raising=False)

    def test_it_colours_a_terminal(self) -> None:
        assert Paint(Terminal())("red", "error") == "\x1b[31merror\x1b[0m"

    def test_it_leaves_files_alone(self) -> None:
        assert Paint(io.StringIO())("red", "error") == "error"

    @pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
    def test_it_can_be_turned_off(self, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(name, value)
        assert Paint(Terminal())("red", "error") == "error"


class TestStatusLine:
    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "xterm")

    def test_it_is_written_over(self) -> None:
        stream = Terminal()
        line = StatusLine(stream)
        line.show("1 of 3")
        line.show("2 of 3")
        line.clear()
        line.clear()
        assert stream.getvalue() == "\r\x1b[2K1 of 3\r\x1b[2K2 of 3\r\x1b[2K"

    def test_it_takes_one_line(self) -> None:
        stream = Terminal()
        StatusLine(stream).show("노" * 200)
        assert display_width(stream.getvalue().removeprefix("\r\x1b[2K")) <= 79

    def test_it_is_not_written_to_files(self) -> None:
        stream = io.StringIO()
        line = StatusLine(stream)
        line.show("1 of 3")
        line.clear()
        assert stream.getvalue() == ""


def test_columns() -> None:
    assert columns(io.StringIO()) is None
    assert columns(Terminal()) == 80
