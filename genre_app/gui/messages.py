"""Errors and remarks for people: a dialog, and a bar inside a page. Both let the details be copied."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app import __version__
from genre_app.errors import GenreAppError
from genre_app.gui import theme

if TYPE_CHECKING:
    from genre_app.classifier.comparison import Sentence

Kind = Literal["info", "warning", "error"]


def translated(error: GenreAppError) -> tuple[str, str]:
    """Return title and message of `error` in the user's language."""
    title = QCoreApplication.translate("errors", error.title)
    template = QCoreApplication.translate("errors", error.template)
    try:
        return title, template.format_map(error.parameters)
    except (KeyError, IndexError, ValueError):
        # A translation with a wrong placeholder must not hide the error it tells about.
        return title, error.message


def translated_sentence(sentence: Sentence) -> str:
    """Return a sentence about two models in the user's language."""
    n = -1 if sentence.n is None else sentence.n  # as Qt says that there is no number
    template = QCoreApplication.translate("comparison", sentence.template, "", n)
    return template.format_map(sentence.parameters)


def details_of(error: GenreAppError) -> str:
    """Return what a bug report needs to know about `error`, in English."""
    lines = [
        f"{error.title}: {error.message}",
        f"code: {error.code}",
        f"Genre App {__version__}, Python {platform.python_version()}, {platform.platform()}",
    ]
    return "\n".join([*lines, *(["", error.details] if error.details else [])])


def copy_details(error: GenreAppError) -> None:
    """Put `details_of` the error on the clipboard."""
    QGuiApplication.clipboard().setText(details_of(error))


def show_error(parent: QWidget | None, error: GenreAppError) -> QDialog:
    """Open a dialog that says what went wrong, without waiting for it to be closed; return it."""
    dialog = ErrorDialog(error, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


class ErrorDialog(QDialog):
    """Title, message, and a button that copies the details."""

    def __init__(self, error: GenreAppError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title, message = translated(error)
        self.setWindowTitle(self.tr("Genre App"))
        symbol = QLabel()
        symbol.setPixmap(theme.icon("error", theme.colours().danger).pixmap(32, 32))
        heading = QLabel(title)
        heading.setFont(theme.font("title"))
        heading.setWordWrap(True)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        text = QLabel(message)
        text.setWordWrap(True)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setMinimumWidth(380)
        buttons = QDialogButtonBox()
        close = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        copy = buttons.addButton(self.tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
        theme.follow_icon(copy, "copy")
        copy.clicked.connect(lambda: copy_details(error))
        close.clicked.connect(self.reject)
        close.setDefault(True)

        words = QVBoxLayout()
        words.setSpacing(theme.SPACE_S)
        words.addWidget(heading)
        words.addWidget(text)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE_L)
        top.addWidget(symbol, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_L)
        layout.setSpacing(theme.SPACE_XL)
        layout.addLayout(top)
        layout.addWidget(buttons)


class MessageBar(QFrame):
    """One remark at the edge of a page; hidden until there is something to say, and closed by the user."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "info"
        self._error: GenreAppError | None = None
        self._symbol = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)  # or the last lines of a long text are cut off
        self._text.setSizePolicy(policy)
        self._copy = QPushButton(self.tr("Copy details"))
        self._copy.clicked.connect(self._copy_details)
        close = QToolButton()
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        theme.follow_icon(close, "cancel")
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_M)
        layout.addWidget(self._symbol)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._copy)
        layout.addWidget(close)
        theme.notifier().changed.connect(self._colour)
        self.hide()

    @property
    def text(self) -> str:
        """What the bar says."""
        return self._text.text()

    def show_message(self, text: str, kind: Kind = "info", error: GenreAppError | None = None) -> None:
        """Say `text`, in place of what was said before; with `error`, its details can be copied."""
        self._kind = kind
        self._error = error
        self._text.setText(text)
        self._copy.setVisible(error is not None)
        self._colour()
        self.show()
        self._keep_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height that the text needs at the new width."""
        super().resizeEvent(event)
        self._keep_room()

    def _keep_room(self) -> None:
        # A layout without room to spare gives less than the height for the width: the last lines are cut off.
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setMinimumHeight(layout.totalHeightForWidth(self.width()))

    def show_error(self, error: GenreAppError) -> None:
        """Say what went wrong."""
        self.show_message(": ".join(translated(error)), "error", error)

    def _copy_details(self) -> None:
        if self._error is not None:
            copy_details(self._error)

    def _ink(self) -> QColor:
        colours = theme.colours()
        ink = {"info": colours.accent, "warning": colours.warning, "error": colours.danger}[self._kind]
        return QColor(ink)  # a copy: the theme's own must keep its opacity

    def _colour(self) -> None:
        self._symbol.setPixmap(theme.icon(self._kind, self._ink()).pixmap(20, 20))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a card, tinted by the kind of message."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = self._ink()
        tint.setAlphaF(0.12)
        edge = self._ink()
        edge.setAlphaF(0.45)
        painter.setPen(edge)
        painter.setBrush(tint)
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS
        )
