"""What stands between the window and the model versions: asks for them, and changes them, in a worker."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from genre_app.errors import GenreAppError
from genre_app.gui.tasks import Task, run_task

if TYPE_CHECKING:
    from genre_app.classifier import Classifier
    from genre_app.classifier.comparison import Comparison
    from genre_app.classifier.model_version import ModelVersion
    from genre_app.classifier.versions import InstalledVersion
    from genre_app.dataset.data_set import DataSet
    from genre_app.dataset.records import TrainingArrays
    from genre_app.gui.dataset.control import DataSetControl

T = TypeVar("T")
_Work = tuple[Callable[[], Any], Callable[[Any], None] | None, Callable[[GenreAppError], None]]


class ModelsControl(QObject):
    """The window's way to the model versions. It outlives the window. One thing is done after another.

    Attributes:
        changed: emitted when `versions` or `busy` is new.
        failed: emitted with the `GenreAppError` of what could not be done.
        loaded: emitted with the `Classifier` of the version that was activated.
        warning: why the active version does not answer although it should, or None.
    """

    changed = Signal()
    failed = Signal(object)
    loaded = Signal(object)

    def __init__(self, data: DataSetControl, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._versions: tuple[InstalledVersion, ...] | None = None
        self._work: deque[_Work] = deque()
        self._task: Task | None = None
        self.warning: GenreAppError | None = None

    @property
    def versions(self) -> tuple[InstalledVersion, ...] | None:
        """All that are installed; None until they were asked for."""
        return self._versions

    @property
    def active(self) -> InstalledVersion | None:
        """The one that answers; None if they were not asked for, or it is gone."""
        return next((one for one in self._versions or () if one.active), None)

    @property
    def busy(self) -> bool:
        """Whether something is being done."""
        return self._task is not None

    def version(self, model_id: str) -> ModelVersion | None:
        """Return the version with the id `model_id`, if it is installed and can be read."""
        return next((one.version for one in self._versions or () if one.id == model_id), None)

    def set_classifier(self, classifier: Classifier) -> None:
        """Take note of what answers from now on."""
        self.warning = classifier.warning
        self.changed.emit()

    def refresh(self) -> None:
        """Look at the versions again, because another program may have changed them."""
        self._do(lambda: None)

    def activate(
        self,
        model_id: str,
        on_result: Callable[[], None] | None = None,
        on_error: Callable[[GenreAppError], None] | None = None,
    ) -> None:
        """Let the version answer from now on."""

        def work() -> Classifier:
            from genre_app.classifier import Classifier, versions

            versions.activate(model_id)
            return Classifier.load()

        self._do(work, self._told(on_result), on_error)

    def roll_back(self, on_result: Callable[[], None] | None = None) -> None:
        """Let the version answer that the active one was trained from."""

        def work() -> Classifier:
            from genre_app.classifier import Classifier, versions

            versions.roll_back()
            return Classifier.load()

        self._do(work, self._told(on_result))

    def rename(
        self,
        model_id: str,
        name: str | None,
    ) -> None:
        """Call the version `name`, or nothing."""

        def work() -> None:
            from genre_app.classifier import versions

            versions.rename(model_id, name)

        self._do(work)

    def delete(
        self,
        model_id: str,
        on_result: Callable[[], None] | None = None,
        on_error: Callable[[GenreAppError], None] | None = None,
    ) -> None:
        """Delete the version; if it is the active one, what it was trained from answers instead."""

        def work() -> Classifier | None:
            from genre_app.classifier import Classifier, versions
            from genre_app.classifier.model_version import active_model_id

            was_active = active_model_id() == model_id
            versions.delete(model_id, roll_back_active=True)
            return Classifier.load() if was_active else None

        self._do(work, self._told(on_result), on_error)

    def export(self, model_id: str, path: Path, on_result: Callable[[], None]) -> None:
        """Write the version to the file `path`."""

        def work() -> None:
            from genre_app.classifier import versions

            versions.export(model_id, path)

        self._do(work, lambda _: on_result())

    def import_archive(self, path: Path, on_result: Callable[[str], None]) -> None:
        """Install the version in the file `path`, and hand over its id."""

        def work() -> str:
            from genre_app.classifier import versions

            return versions.import_archive(path).id

        self._do(work, on_result)

    def compare(
        self,
        new: InstalledVersion,
        current: InstalledVersion,
        *,
        owner: QObject,
        on_result: Callable[[Comparison], None],
        on_error: Callable[[GenreAppError], None],
    ) -> Task:
        """Compare two versions that can be read, on the reference set and on the user's clips."""
        one, other = new.version, current.version
        assert one is not None
        assert other is not None

        def work(data_set: DataSet, _: object) -> Comparison:
            from genre_app.training.quick import compare_versions

            def arrays(backbone_id: str) -> TrainingArrays | None:
                known = data_set.training_arrays(backbone_id)
                return known if len(known.genre) else None

            return compare_versions(one, other, arrays)

        return self._data.ask(work, owner=owner, on_result=on_result, on_error=on_error)

    def _told(self, on_result: Callable[[], None] | None) -> Callable[[Classifier | None], None]:
        def tell(classifier: Classifier | None) -> None:
            if classifier is not None:
                self.loaded.emit(classifier)
            if on_result is not None:
                on_result()

        return tell

    def _do(
        self,
        function: Callable[[], T],
        on_result: Callable[[T], None] | None = None,
        on_error: Callable[[GenreAppError], None] | None = None,
    ) -> None:
        self._work.append((function, on_result, on_error or self.failed.emit))
        self._next()

    def _next(self) -> None:
        if self._task is not None or not self._work:
            return
        function, on_result, on_error = self._work.popleft()

        def work(_: object) -> tuple[Any, GenreAppError | None, tuple[InstalledVersion, ...]]:
            from genre_app.classifier.versions import list_versions

            result, fault = None, None
            try:
                result = function()
            except GenreAppError as error:
                fault = error
            return result, fault, tuple(list_versions())

        def end(told: tuple[Any, GenreAppError | None, tuple[InstalledVersion, ...]]) -> None:
            result, fault, versions = told
            self._task = None
            self._versions = versions
            if fault is not None:
                on_error(fault)
            elif on_result is not None:
                on_result(result)
            self.changed.emit()
            self._next()

        def fail(error: GenreAppError) -> None:
            self._task = None
            on_error(error)
            self.changed.emit()
            self._next()

        self._task = run_task(work, owner=self, on_result=end, on_error=fail)
        self.changed.emit()
