"""How everything looks: spacing, type, colours of both schemes, icons, and the small style sheet.

Widgets take all of it from here and repaint when `notifier` says that the scheme changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from genre_app.directories import resources_directory

Scheme = Literal["system", "light", "dark"]

SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24
RADIUS: Final = 8
"""Pixels: distances between and inside widgets, and the corners of cards."""

_ICON_SIZES: Final = (16, 20, 24, 32, 48)


@dataclass(frozen=True)
class Colours:
    """The colours of one scheme, by what they are for."""

    window: QColor
    surface: QColor
    surface_raised: QColor
    border: QColor
    text: QColor
    text_muted: QColor
    accent: QColor
    on_accent: QColor
    danger: QColor
    warning: QColor
    success: QColor
    waveform: QColor
    waveform_played: QColor
    cursor: QColor
    grid: QColor


_LIGHT: Final = Colours(
    window=QColor("#f3f4f7"),
    surface=QColor("#ffffff"),
    surface_raised=QColor("#f8f9fb"),
    border=QColor("#d8dce3"),
    text=QColor("#1a1d23"),
    text_muted=QColor("#5b6472"),
    accent=QColor("#4756d0"),
    on_accent=QColor("#ffffff"),
    danger=QColor("#bf2734"),
    warning=QColor("#8f5b00"),
    success=QColor("#1c7747"),
    waveform=QColor("#98a1b1"),
    waveform_played=QColor("#4756d0"),
    cursor=QColor("#1a1d23"),
    grid=QColor("#e4e7ec"),
)
_DARK: Final = Colours(
    window=QColor("#16181c"),
    surface=QColor("#1e2126"),
    surface_raised=QColor("#262a31"),
    border=QColor("#363b44"),
    text=QColor("#eceef2"),
    text_muted=QColor("#a0a8b5"),
    accent=QColor("#93a0ff"),
    on_accent=QColor("#11131a"),
    danger=QColor("#ff7d85"),
    warning=QColor("#f0b649"),
    success=QColor("#5fcb8d"),
    waveform=QColor("#6d7788"),
    waveform_played=QColor("#93a0ff"),
    cursor=QColor("#ffffff"),
    grid=QColor("#2b2f37"),
)

# One hue each for light and dark surfaces. Neighbours in hue differ in lightness, so that they stay apart
# for eyes that see red and green alike; a name always stands beside the colour as well.
_GENRES: Final = {
    "blues": ("#5669fc", "#7a8ff4"),
    "classical": ("#bf891e", "#f4c425"),
    "country": ("#7b3c04", "#d89a5d"),
    "disco": ("#b040c4", "#ac37bb"),
    "hiphop": ("#2fa2af", "#53c3c0"),
    "jazz": ("#6a0ab7", "#794efd"),
    "metal": ("#525c6b", "#ccd7f3"),
    "pop": ("#e95681", "#ce6399"),
    "reggae": ("#0c8042", "#4df7a1"),
    "rock": ("#d13a0e", "#e10e2b"),
}


_GENRE_CONTRAST: Final = 2.5


class ThemeNotifier(QObject):
    """Says that the colours changed.

    Attributes:
        changed: emitted after palette and style sheet were replaced.
    """

    changed = Signal()


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon) -> None: ...


class _State:
    """What the one application of this process was told."""

    scheme: Scheme = "system"
    notifier: ThemeNotifier | None = None
    follows_system = False
    genre_colours: Mapping[str, str] = {}


def notifier() -> ThemeNotifier:
    """Return the one object whose signal says that the colours changed."""
    if _State.notifier is None:
        _State.notifier = ThemeNotifier()
    return _State.notifier


def is_dark() -> bool:
    """Whether the dark scheme is shown now."""
    if _State.scheme != "system":
        return _State.scheme == "dark"
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def colours() -> Colours:
    """Return the colours of the present scheme."""
    return _DARK if is_dark() else _LIGHT


def genre_colour(genre: str) -> QColor:
    """Return the colour that stands for `genre`; a genre of the user has one too, always the same."""
    chosen = _State.genre_colours.get(genre)
    if chosen is not None:
        return visible_colour(QColor(chosen))
    known = _GENRES.get(genre)
    if known is not None:
        return QColor(known[1] if is_dark() else known[0])
    hue = int.from_bytes(hashlib.sha256(genre.casefold().encode()).digest()[:2], "big") % 360
    return QColor.fromHsl(hue, 150, 172) if is_dark() else QColor.fromHsl(hue, 150, 92)


def set_genre_colours(chosen: Mapping[str, str]) -> None:
    """Use the colours (``#rrggbb``) that the user chose for genres; what is not in `chosen` has its own."""
    # One that was left as it came has a shade for each scheme.
    colours_now = {
        genre: colour for genre, colour in chosen.items() if colour != _GENRES.get(genre, ("", ""))[0]
    }
    if colours_now != _State.genre_colours:
        _State.genre_colours = colours_now
        notifier().changed.emit()


def visible_colour(colour: QColor) -> QColor:
    """Return `colour`, made lighter or darker until it stands out from the present scheme's surface."""
    surface, step = colours().surface, 0.02 if is_dark() else -0.02
    lightness = colour.lightnessF()
    shown = QColor(colour)
    while contrast(shown, surface) < _GENRE_CONTRAST and 0.0 < lightness + step < 1.0:
        lightness += step
        # Grey has no hue, which is -1 then.
        shown = QColor.fromHslF(max(0.0, colour.hslHueF()), colour.hslSaturationF(), lightness)
    return shown


def readable_on(colour: QColor) -> QColor:
    """Return the text colour, near-white or near-black, that is read best on `colour`."""
    light, dark = QColor("#ffffff"), QColor("#11131a")
    return light if contrast(light, colour) >= contrast(dark, colour) else dark


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two opaque colours, 1…21, as WCAG 2 defines it."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def font(role: str) -> QFont:
    """Return the font of a role: ``display``, ``title``, ``body``, ``strong``, ``small`` or ``mono``.

    Raises:
        ValueError: if there is no such role.
    """
    base = QGuiApplication.font()
    result = QFont(base)
    match role:
        case "display":
            result.setPointSizeF(28)
            result.setWeight(QFont.Weight.Bold)
        case "title":
            result.setPointSizeF(15)
            result.setWeight(QFont.Weight.DemiBold)
        case "body":
            pass
        case "strong":
            result.setWeight(QFont.Weight.DemiBold)
        case "small":
            result.setPointSizeF(max(8.0, base.pointSizeF() - 1))
        case "mono":
            result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
            result.setPointSizeF(base.pointSizeF())
        case _:
            raise ValueError(f"there is no font role {role!r}")
    return result


def icon(name: str, colour: QColor | None = None) -> QIcon:
    """Return the icon ``resources/icons/ui/<name>.svg`` in the colour of text, or in `colour`.

    It keeps its colours when the scheme changes; `follow_icon` keeps one up to date.

    Raises:
        FileNotFoundError: if there is no such icon.
    """
    ink = colours().text if colour is None else colour
    faded = QColor(ink)
    faded.setAlphaF(0.38)
    return _icon(name, ink.rgba(), faded.rgba())


@lru_cache(maxsize=256)
def _icon(name: str, ink: int, faded: int) -> QIcon:
    # Not needed before the first icon is drawn.
    from PySide6.QtSvg import QSvgRenderer

    source = (resources_directory() / "icons" / "ui" / f"{name}.svg").read_text(encoding="utf-8")
    result = QIcon()
    for mode, rgba in ((QIcon.Mode.Normal, ink), (QIcon.Mode.Disabled, faded)):
        colour = QColor.fromRgba(rgba)
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour.name()).encode()))
        for size in _ICON_SIZES:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setOpacity(colour.alphaF())
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            result.addPixmap(pixmap, mode)
    return result


def follow_icon(target: _HasIcon, name: str, colour: Callable[[], QColor] | None = None) -> None:
    """Give `target`, a button or an action, the icon `name`, now and whenever the scheme changes."""

    def update() -> None:
        target.setIcon(icon(name, colour() if colour is not None else None))

    update()
    connection = notifier().changed.connect(update)
    if isinstance(target, QObject):
        target.destroyed.connect(lambda: QObject.disconnect(connection))


def apply(app: QApplication, scheme: Scheme) -> None:
    """Give `app` the style in `scheme`; with ``system`` it follows the system's from now on."""
    _State.scheme = scheme
    hints = app.styleHints()
    if not _State.follows_system:
        _State.follows_system = True
        app.setStyle("Fusion")
        hints.colorSchemeChanged.connect(lambda: _restyle(app))
    wanted = {
        "system": Qt.ColorScheme.Unknown,
        "light": Qt.ColorScheme.Light,
        "dark": Qt.ColorScheme.Dark,
    }
    hints.setColorScheme(wanted[scheme])
    _restyle(app)


def _restyle(app: QApplication) -> None:
    app.setPalette(_palette(colours()))
    app.setStyleSheet(_style_sheet(colours()))
    notifier().changed.emit()


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    faded = QColor(c.text_muted)
    faded.setAlphaF(0.6)
    for colour_role, colour in (
        (role.Window, c.window),
        (role.WindowText, c.text),
        (role.Base, c.surface),
        (role.AlternateBase, c.surface_raised),
        (role.Text, c.text),
        (role.PlaceholderText, c.text_muted),
        (role.Button, c.surface),
        (role.ButtonText, c.text),
        (role.BrightText, c.danger),
        (role.Highlight, c.accent),
        (role.HighlightedText, c.on_accent),
        (role.Accent, c.accent),
        (role.Link, c.accent),
        (role.LinkVisited, c.accent),
        (role.ToolTipBase, c.surface_raised),
        (role.ToolTipText, c.text),
        (role.Light, c.surface_raised),
        (role.Midlight, c.surface_raised),
        (role.Mid, c.border),
        (role.Dark, c.border),
        (role.Shadow, c.border),
    ):
        palette.setColor(colour_role, colour)
    for colour_role in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, colour_role, faded)
    return palette


def _style_sheet(c: Colours) -> str:
    names = {name: colour.name() for name, colour in vars(c).items()}
    hover = QColor(c.text)
    hover.setAlphaF(0.07)
    pressed = QColor(c.text)
    pressed.setAlphaF(0.13)
    names["hover"] = hover.name(QColor.NameFormat.HexArgb)
    names["pressed"] = pressed.name(QColor.NameFormat.HexArgb)
    names["accent_hover"] = (c.accent.lighter(112) if is_dark() else c.accent.darker(112)).name()
    template = (resources_directory() / "style" / "genre-app.qss").read_text(encoding="utf-8")
    for name, value in names.items():
        template = template.replace(f"@{name}@", value)
    return template
