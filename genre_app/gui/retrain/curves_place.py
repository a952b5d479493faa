"""A place for curves that are made when they are first wanted: drawing them loads a library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from genre_app.errors import GenreAppError

if TYPE_CHECKING:
    from genre_app.gui.retrain.curves_view import CurvesView


class CurvesPlace(QWidget):
    """Empty at first, then filled with the curves.

    Attributes:
        view: the curves, None until they are made.
    """

    def __init__(self, on_error: Callable[[GenreAppError], None]) -> None:
        """Leave room for curves, which will call `on_error` with what goes wrong when they are saved."""
        super().__init__()
        self.view: CurvesView | None = None
        self._on_error = on_error
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def make(self) -> CurvesView:
        """Make the curves, if they are not there yet, and return them."""
        if self.view is None:
            from genre_app.gui.retrain.curves_view import CurvesView

            self.view = CurvesView()
            self.view.tell_errors_to(self._on_error)
            self._column.addWidget(self.view)
        return self.view
