"""The curves of accuracy and loss. Imports pyqtgraph: load it lazily."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QImageWriter,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from genre_app.errors import GenreAppError
from genre_app.gui import theme
from genre_app.gui.retrain.errors import CurvesNotSavedError
from genre_app.gui.tasks import run_task
from genre_app.gui.widgets.text import Caption, tabular

if TYPE_CHECKING:
    from genre_app.training.curves import Curves

_TRAINING: Final = ("#1f6fd6", "#64a5ff")
_VALIDATION: Final = ("#d9700b", "#ffa14a")
_GUTTER: Final = 46
_LEAST_EPOCHS: Final = 10
_MARGIN: Final = 10
_PICTURE: Final = QSize(1200, 460)
_PICTURE_SCALE: Final = 2


def training_colour() -> QColor:
    """Return the colour of what was measured on training clips."""
    return QColor(_TRAINING[theme.is_dark()])


def validation_colour() -> QColor:
    """Return the colour of what was measured on validation clips."""
    return QColor(_VALIDATION[theme.is_dark()])


class _Legend(QWidget):
    """Which colour is which."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = (self.tr("Training"), self.tr("Validation"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Return room for both."""
        metrics = QFontMetricsF(theme.font("small"))
        width = sum(metrics.horizontalAdvance(text) + 22 for text in self._texts) + theme.SPACE_M
        return QSize(round(width), round(metrics.height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a stroke and a word each."""
        del event
        painter = QPainter(self)
        self.draw(painter, QPointF(0.0, self.height() / 2))
        painter.end()

    def draw(self, painter: QPainter, left_middle: QPointF) -> None:
        """Draw the legend with its left edge's middle at a place."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        metrics = QFontMetricsF(theme.font("small"))
        x, y = left_middle.x(), left_middle.y()
        for text, colour in zip(self._texts, (training_colour(), validation_colour()), strict=True):
            painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x + 2, y), QPointF(x + 14, y))
            painter.setPen(theme.colours().text_muted)
            painter.drawText(QPointF(x + 20, y + (metrics.ascent() - metrics.descent()) / 2), text)
            x += metrics.horizontalAdvance(text) + 22 + theme.SPACE_M


class _Plot(QFrame):
    """One measure over the epochs: a curve for training clips, one for validation clips.

    Attributes:
        plot: the graph.
        title: what is measured.
        readout: the values under the pointer.
    """

    def __init__(self, title: str, show_value: Callable[[float], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._show_value = show_value
        self.title = Caption("strong", muted=False)
        self.title.setText(title)
        self.readout = Caption("small", muted=False)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.readout.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.plot = pg.PlotWidget(enableMenu=False)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self.plot.setMouseTracking(True)
        self.plot.setMinimumSize(220, 150)
        # Else it wants to be 480 pixels high, and what it is in would scroll.
        self.plot.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        item = self.plot.getPlotItem()
        item.layout.setContentsMargins(0, 4, _MARGIN, 0)
        self.plot.getAxis("left").setWidth(_GUTTER)
        self.plot.setLabel("bottom", self.tr("Epoch"))
        self.best_line = pg.InfiniteLine(angle=90, movable=False)
        self.pointer = pg.InfiniteLine(angle=90, movable=False)
        self.training = pg.PlotDataItem(antialias=True)
        self.validation = pg.PlotDataItem(antialias=True)
        self.best_point = pg.ScatterPlotItem(size=9)
        self.pointed = pg.ScatterPlotItem(size=8)
        for part in (
            self.best_line, self.pointer, self.training, self.validation, self.best_point, self.pointed
        ):  # fmt: skip
            item.addItem(part, ignoreBounds=True)
        for part in (self.best_line, self.pointer, self.best_point, self.pointed):
            part.setVisible(False)
        top = QHBoxLayout()
        top.setContentsMargins(theme.SPACE_S, 0, _MARGIN, 0)
        top.setSpacing(theme.SPACE_M)
        top.addWidget(self.title)
        top.addWidget(self.readout, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_XS, theme.SPACE_S)
        layout.setSpacing(theme.SPACE_XS)
        layout.addLayout(top)
        layout.addWidget(self.plot, 1)
        self._columns: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
        self._epochs: tuple[int, ...] = ()

    def colour(self) -> None:
        """Take the colours of the present scheme."""
        colours = theme.colours()
        self.plot.setBackground(colours.surface)
        for name in ("left", "bottom"):
            axis = self.plot.getAxis(name)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTickPen(pg.mkPen(colours.grid))
            axis.setTextPen(pg.mkPen(colours.text_muted))
            axis.setTickFont(tabular(theme.font("small")))
            axis.setStyle(tickLength=-4, tickTextOffset=6, maxTickLevel=0)
            axis.label.setFont(theme.font("small"))
            axis.setLabel(axis.labelText, color=colours.text_muted.name())
        self.plot.showGrid(x=False, y=True, alpha=0.25)
        self.training.setPen(pg.mkPen(training_colour(), width=2.2))
        self.validation.setPen(pg.mkPen(validation_colour(), width=2.2))
        self.best_line.setPen(pg.mkPen(colours.text_muted, width=1.2, style=Qt.PenStyle.DashLine))
        self.pointer.setPen(pg.mkPen(colours.text_muted, width=1))
        self.best_point.setPen(pg.mkPen(colours.surface, width=1.5))
        self.best_point.setBrush(pg.mkBrush(validation_colour()))
        self.pointed.setPen(pg.mkPen(colours.surface, width=1.5))

    def show_curves(
        self,
        epochs: tuple[int, ...],
        training: tuple[float, ...],
        validation: tuple[float, ...],
        best: int | None,
        bounds: tuple[float, float],
    ) -> None:
        """Show two curves; the lower and upper of `bounds` are what the axis never passes."""
        self._epochs, self._columns = epochs, (training, validation)
        symbol = "o" if len(epochs) == 1 else None
        for curve, values, ink in (
            (self.training, training, training_colour()),
            (self.validation, validation, validation_colour()),
        ):
            curve.setData(np.array(epochs), np.array(values), symbol=symbol, symbolSize=6)
            curve.setSymbolBrush(ink)
            curve.setSymbolPen(None)
        self.best_line.setVisible(best is not None)
        self.best_point.setVisible(best is not None)
        if best is not None:
            self.best_line.setPos(epochs[best])
            self.best_point.setData([epochs[best]], [validation[best]])
        last = max(_LEAST_EPOCHS, epochs[-1] if epochs else 0)
        self.plot.setXRange(0, last, padding=0.02)
        values = training + validation
        low, high = (min(values), max(values)) if values else (0.0, 1.0)
        room = max(0.02, (high - low) * 0.12)
        self.plot.setYRange(max(bounds[0], low - room), min(bounds[1], high + room), padding=0.02)

    def point_at(self, place: int | None) -> None:
        """Read the values of the epoch at a place in the curves; nothing if that is None."""
        shown = place is not None and place < len(self._epochs)
        self.pointer.setVisible(shown)
        self.pointed.setVisible(shown)
        if place is None or not shown:
            self.readout.setText("")
            return
        epoch = self._epochs[place]
        training, validation = (column[place] for column in self._columns)
        self.pointer.setPos(epoch)
        self.pointed.setData(
            [epoch, epoch],
            [training, validation],
            brush=[pg.mkBrush(training_colour()), pg.mkBrush(validation_colour())],
        )
        text = self.tr("Epoch {epoch}: training {training}, validation {validation}")
        self.readout.setText(
            text.format(
                epoch=epoch, training=self._show_value(training), validation=self._show_value(validation)
            )
        )

    def place_at(self, x: float) -> int | None:
        """Return the place in the curves nearest to `x` pixels from the graph's left edge."""
        if not self._epochs:
            return None
        at = self.plot.getPlotItem().getViewBox().mapSceneToView(QPointF(x, 0.0)).x()
        return int(np.abs(np.array(self._epochs) - at).argmin())


class CurvesView(QWidget):
    """Accuracy beside loss; both read the same epoch.

    Attributes:
        accuracy: the graph of accuracies.
        loss: the graph of losses.
        save_button: opens the menu that saves.
        best_label: which epoch the model is from.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from genre_app.training.curves import Curves

        self._curves: Curves = Curves()
        self._on_error: Callable[[GenreAppError], None] | None = None
        self.accuracy = _Plot(self.tr("Accuracy"), lambda value: f"{100 * value:.1f}%")
        self.loss = _Plot(self.tr("Loss"), lambda value: f"{value:.3f}")
        self.accuracy.plot.getAxis("left").tickStrings = lambda values, *_: [
            f"{100 * v:.0f}%" for v in values
        ]
        self._legend = _Legend()
        self.best_label = Caption("small")
        self.save_button = QToolButton()
        self.save_button.setText(self.tr("Save curves"))
        self.save_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        theme.follow_icon(self.save_button, "save")
        self.save_button.clicked.connect(self._open_menu)
        top = QHBoxLayout()
        top.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        top.setSpacing(theme.SPACE_L)
        top.addWidget(self._legend)
        top.addWidget(self.best_label)
        top.addStretch()
        top.addWidget(self.save_button)
        plots = QHBoxLayout()
        plots.setSpacing(theme.SPACE_M)
        for plot in (self.accuracy, self.loss):
            plots.addWidget(plot, 1)
            plot.plot.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addLayout(top)
        layout.addLayout(plots, 1)
        theme.notifier().changed.connect(self._colour)
        self._colour()
        self.set_curves(self._curves)

    @property
    def curves(self) -> Curves:
        """What is shown."""
        return self._curves

    def tell_errors_to(self, on_error: Callable[[GenreAppError], None]) -> None:
        """Call `on_error` with what goes wrong when curves are saved."""
        self._on_error = on_error

    def set_curves(self, curves: Curves, *, final: bool = False) -> None:
        """Show `curves`; if they are `final`, the best epoch is the one that the model is from."""
        if curves != self._curves or not curves.epoch:
            self._curves = curves
            self._draw()
            self._point_at(None)
        best = None if curves.best is None else curves.epoch[curves.best]
        text = self.tr("Best epoch: {epoch}") if final else self.tr("Best epoch so far: {epoch}")
        self.best_label.setText("" if best is None else text.format(epoch=best))
        self.save_button.setEnabled(bool(curves.epoch))

    def _draw(self) -> None:
        curves = self._curves
        self.accuracy.show_curves(
            curves.epoch, curves.accuracy, curves.valid_accuracy, curves.best, (0.0, 1.0)
        )
        self.loss.show_curves(curves.epoch, curves.loss, curves.valid_loss, curves.best, (0.0, float("inf")))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Read the values under the pointer, in both graphs."""
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            plot = self.accuracy if watched is self.accuracy.plot.viewport() else self.loss
            self._point_at(plot.place_at(event.position().x()))
        elif event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().eventFilter(watched, event)

    def _point_at(self, place: int | None) -> None:
        for plot in (self.accuracy, self.loss):
            plot.point_at(place)

    def _colour(self) -> None:
        for plot in (self.accuracy, self.loss):
            plot.colour()
        self._draw()

    # Saving

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, suffix in (
            (self.tr("&Picture (PNG)…"), ".png"),
            (self.tr("&Drawing (SVG)…"), ".svg"),
            (self.tr("&Table (CSV)…"), ".csv"),
        ):
            action = QAction(text, menu)
            action.triggered.connect(lambda _=False, suffix=suffix: self._choose_file(suffix))
            menu.addAction(action)
        below = self.save_button.rect().bottomRight()
        below.setX(below.x() - menu.sizeHint().width())
        menu.popup(self.save_button.mapToGlobal(below))

    def _choose_file(self, suffix: str) -> None:
        dialog = QFileDialog(self, self.tr("Save curves"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"*{suffix}")
        dialog.setDefaultSuffix(suffix[1:])
        dialog.selectFile(self.tr("curves") + suffix)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.open()

    def save(self, path: Path) -> None:
        """Write the curves to `path`, as its suffix says: ``.png``, ``.svg`` or ``.csv``."""
        # Drawn here, since it needs what the screen needs; written in a worker, since a disk may be slow.
        suffix = path.suffix.lower()
        if suffix == ".csv":
            content = self._curves.to_csv().encode()
        elif suffix == ".svg":
            content = self._drawing()
        else:
            content = self._picture()

        def write(_: object) -> None:
            try:
                path.write_bytes(content)
            except OSError as error:
                raise CurvesNotSavedError(path=path, reason=error.strerror or error) from error

        run_task(write, owner=self, on_result=lambda _: None, on_error=self._on_error)

    def _picture(self) -> bytes:
        image = QImage(_PICTURE * _PICTURE_SCALE, QImage.Format.Format_RGB32)
        image.fill(theme.colours().surface)
        painter = QPainter(image)
        painter.scale(_PICTURE_SCALE, _PICTURE_SCALE)
        self._paint(painter)
        painter.end()
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(buffer.data().data())

    def _drawing(self) -> bytes:
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(_PICTURE)
        generator.setViewBox(QRect(0, 0, _PICTURE.width(), _PICTURE.height()))
        generator.setTitle(self.tr("Accuracy and loss"))
        painter = QPainter(generator)
        painter.fillRect(QRect(0, 0, _PICTURE.width(), _PICTURE.height()), theme.colours().surface)
        self._paint(painter)
        painter.end()
        return bytes(buffer.data().data())

    def _paint(self, painter: QPainter) -> None:
        """Paint everything on `_PICTURE`."""
        self._point_at(None)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._legend.draw(painter, QPointF(theme.SPACE_XL + _GUTTER, theme.SPACE_XL))
        width = (_PICTURE.width() - 3 * theme.SPACE_L) / 2
        for number, part in enumerate((self.accuracy, self.loss)):
            left = theme.SPACE_L + number * (width + theme.SPACE_L)
            painter.setPen(theme.colours().text)
            painter.setFont(QFont(theme.font("strong")))
            painter.drawText(QPointF(left + _GUTTER, 64.0), part.title.text())
            part.plot.render(
                painter,
                QRectF(left, 76.0, width, _PICTURE.height() - 76.0 - theme.SPACE_L),
                part.plot.viewport().rect(),
                Qt.AspectRatioMode.IgnoreAspectRatio,
            )
