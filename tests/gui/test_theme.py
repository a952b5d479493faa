"""Colours that can be told apart and read, and a scheme that changes while the window is open."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from genre_app.gui import theme
from genre_app.gui.main_window import MainWindow

GENRES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(qapp: QApplication, scheme: theme.Scheme) -> None:
    theme.apply(qapp, scheme)
    colours = theme.colours()
    for ground in (colours.window, colours.surface, colours.surface_raised):
        for ink in (colours.text, colours.text_muted, colours.danger, colours.warning, colours.success):
            assert theme.contrast(ink, ground) >= 4.5
        assert theme.contrast(colours.accent, ground) >= 3
    assert theme.contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("genre", [*GENRES, "my own genre", "트로트"])
def test_a_genre_stands_out_and_so_does_its_name(
    qapp: QApplication, scheme: theme.Scheme, genre: str
) -> None:
    theme.apply(qapp, scheme)
    colour = theme.genre_colour(genre)
    assert theme.contrast(colour, theme.colours().surface) >= 2
    assert theme.contrast(theme.readable_on(colour), colour) >= 4
    assert theme.genre_colour(genre) == colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_genres_look_alike(qapp: QApplication, scheme: theme.Scheme) -> None:
    theme.apply(qapp, scheme)

    def distance(one: QColor, other: QColor) -> float:
        return sum(
            (a - b) ** 2 for a, b in zip(one.toRgb().getRgb()[:3], other.toRgb().getRgb()[:3], strict=True)
        )

    for one, other in itertools.combinations(GENRES, 2):
        assert distance(theme.genre_colour(one), theme.genre_colour(other)) > 40**2, (one, other)


def test_the_open_window_follows_the_scheme(qtbot: QtBot, qapp: QApplication, window: MainWindow) -> None:
    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply(qapp, "dark")
    assert theme.is_dark()
    ground = window.grab().toImage().pixelColor(window.width() // 2, window.height() - 5)
    assert ground == theme.colours().window
    with qtbot.waitSignal(theme.notifier().changed):
        theme.apply(qapp, "light")
    ground = window.grab().toImage().pixelColor(window.width() // 2, window.height() - 5)
    assert ground == theme.colours().window
    assert ground.lightness() > 200


def test_the_system_decides_unless_the_user_did(qtbot: QtBot, qapp: QApplication) -> None:
    theme.apply(qapp, "system")
    is_dark = qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark
    assert theme.is_dark() == is_dark
    theme.apply(qapp, "dark")
    assert theme.is_dark()


def test_every_icon_can_be_drawn_in_any_colour(qapp: QApplication) -> None:
    names = [path.stem for path in (theme.resources_directory() / "icons" / "ui").glob("*.svg")]
    assert {"play", "pause", "record", "stop", "open", "folder", "refresh", "cancel", "warning"} <= set(names)
    for name in names:
        image = theme.icon(name, QColor("#ff0000")).pixmap(32, 32).toImage()
        inked = [
            image.pixelColor(x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha() > 200
        ]
        assert inked, name
        assert all(colour.red() > 240 and colour.green() < 15 for colour in inked), name


def test_there_is_no_other_font_role(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="no font role"):
        theme.font("huge")
