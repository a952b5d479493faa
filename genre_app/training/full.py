"""The full training: the whole network is fitted to the sound of the user's clips.

What could go wrong is that it forgets the ten genres, whose sounds are not on the user's machine. Against
that, it learns slowly; what it makes of the user's own clips is held near to what it made of them before;
and the head keeps answering the remembered embeddings as before. These belong to the old network, though.
What the new one would make of them is heard where the reference data is at hand, and estimated elsewhere by a
linear map found on the user's clips (`full_alignment`); an estimate is good enough to fit and to calibrate
the head with, but not to judge the new version by, so `Comparison.reference` is None then.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from genre_app.classifier.comparison import answers_of_head
from genre_app.classifier.errors import ModelDamagedError, ModelStorageError
from genre_app.classifier.head import Head, head_bytes
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    HEAD_NAME,
    WEIGHTS_NAME,
    ModelVersion,
    read_model_files,
    read_version_file,
)
from genre_app.classifier.replay import (
    REPLAY_NAME,
    Anchor,
    Examples,
    Replay,
    has_reference,
    read_anchor,
    read_replay,
)
from genre_app.classifier.versions import free_id
from genre_app.classifier.windows import windows_of_log_mel
from genre_app.dataset.records import TrainingArrays
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import N_MELS, WINDOW_FRAMES
from genre_app.progress import Progress
from genre_app.training import full_run
from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.batches import network_input
from genre_app.training.errors import (
    ResumeChangedError,
    VerificationError,
    WeightsMissingError,
)
from genre_app.training.events import Event, Notice, Phase, PhaseName, Step
from genre_app.training.export import convert_backbone, round_weights, weights_of
from genre_app.training.full_alignment import Alignment, align
from genre_app.training.full_checkpoint import CheckpointError
from genre_app.training.full_features import Item, LogMelCache, fingerprint, hear_all, list_items
from genre_app.training.full_fit import FullFit
from genre_app.training.full_lessons import TrainingParts, validation_windows
from genre_app.training.full_network import FullNetwork
from genre_app.training.full_reference import find_sounds, heard_again, reference_is_there
from genre_app.training.full_settings import FullSettings
from genre_app.training.full_time import Part, TimeLeft
from genre_app.training.head_retrain import retrain_head
from genre_app.training.new_version import NewVersion, build_version, describe
from genre_app.training.quick import (
    GatheredLessons,
    QuickResult,
    calibrate,
    compare_answers,
    gather_lessons,
    own_answers,
)
from genre_app.training.run_files import full_directory
from genre_app.translation import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

_RESUMED: Final = QT_TRANSLATE_NOOP("training", "This training goes on after epoch {epoch}.")
_NOT_HEARD: Final = QT_TRANSLATE_NOOP("training", "A clip was left out: {path}. {reason}")
_REFERENCE_UNKNOWN: Final = QT_TRANSLATE_NOOP(
    "training",
    "The reference data isn't on this computer, so only your validation clips can tell how good the new model"
    " is. It will not be activated without asking you.",
)
_STEP_SECONDS: Final = 0.1
_SILENT_SECONDS: Final = 1.0
_COMPARED_WINDOWS: Final = 4
_PARITY: Final = 2e-3
_ALIGNED_WINDOWS: Final = 400

# What comes after the fit, measured in what was measured before it. In windows heard by LiteRT:
_ALIGNED_COSTS: Final = 4.0
_REFERENCE_COSTS: Final = 60.0
_SAVING_COSTS: Final = 20.0
# In products of two matrices as large as the map between two networks:
_ALIGNMENT_COSTS: Final = 40.0
_TIMED: Final = 2
_TIMED_SECONDS: Final = 0.2

_log = logging.getLogger(__name__)

OnEvent = Callable[[Event], None]
AfterFit = Literal["conversion", "hearing", "evaluation", "saving"]


def full_training(
    data_set: DataSet,
    parent: ModelVersion,
    arrays_of_parent: Callable[[], TrainingArrays],
    settings: FullSettings,
    progress: Progress,
    on_event: OnEvent,
    *,
    state: dict[str, Any] | None = None,
) -> QuickResult:
    """Fit the network of `parent` to the user's clips, and install it as a new version; it is not activated.

    Args:
        data_set: of the clips.
        parent: the version to start from, and to compare with.
        arrays_of_parent: returns the clips as the backbone of `parent` embeds them; called when it is sure
            that there are enough.
        settings: how.
        progress: to cancel it with.
        on_event: is told the phases, every epoch, and what the user should know.
        state: of the training that is to go on, as `full_run.read_state` returns it; `parent` and `settings`
            must be those that it names. None to begin anew, and to forget one that was broken off.

    Raises:
        TooFewClipsError: if there are not enough clips.
        WeightsMissingError: if `parent` can't be trained any further.
        ResumeChangedError: if the clips or `parent` are not those that the training began with.
        UnlearnableDataError, ModelDamagedError, VerificationError, ModelStorageError: as a quick retrain.
        Cancelled: if `progress` was cancelled. In all these cases everything is as before.
    """
    try:
        training = _FullTraining(data_set, parent, settings, progress, on_event)
        return training.run(arrays_of_parent, state)
    except OSError as error:
        path = error.filename or full_directory()
        raise ModelStorageError(path=path, reason=error.strerror or error, details=str(error)) from error


class _FullTraining:
    """One full training, from the clips to the version."""

    def __init__(
        self,
        data_set: DataSet,
        parent: ModelVersion,
        settings: FullSettings,
        progress: Progress,
        on_event: OnEvent,
    ) -> None:
        self._data_set = data_set
        self._parent = parent
        self._settings = settings
        self._progress = progress
        self._on_event = on_event
        self._cache = LogMelCache(full_directory() / "log-mels")
        self._started = time.monotonic()
        self._told = 0.0
        self._clock = TimeLeft()
        self._heard = self._to_hear = 0
        self._head_seconds = 0.0

    def run(
        self, arrays_of_parent: Callable[[], TrainingArrays], state: dict[str, Any] | None
    ) -> QuickResult:
        """Do all of it; see `full_training`."""
        parent, on_event = self._parent, self._on_event
        lacking = full_run.missing_for_full_training(self._data_set.counts())
        if lacking is not None:
            raise lacking
        if WEIGHTS_NAME not in parent.files:
            raise WeightsMissingError(model=parent.name or parent.id)
        items = list_items(self._data_set)
        state = self._begun(items) if state is None else self._continued(items, state)
        arrays = arrays_of_parent()
        self._progress.raise_if_cancelled()

        on_event(Phase("data"))
        anchor = read_anchor(parent)
        replay = read_replay(parent, anchor)
        lessons = gather_lessons(arrays, anchor, replay)
        on_event(Phase("features"))
        windows = self._hear(items, lessons.genres)

        on_event(Phase("network"))
        network, fit = self._network(anchor, lessons, replay, windows, state)
        self._expect(replay, windows)
        if fit.reports:
            on_event(Notice("resumed", _RESUMED, {"epoch": str(fit.reports[-1].epoch)}))
        on_event(Phase("fit"))
        fit.run(self._progress, on_event)

        self._begin("conversion", "conversion")
        round_weights(network.backbone)
        with self._telling("conversion"):
            content = convert_backbone(network.backbone)
        self._progress.raise_if_cancelled()
        backbone = Backbone(content)
        self._check_parity(network, backbone, windows)
        self._begin("hearing", "hearing")
        heard = self._embed(backbone, windows)
        alignment = self._align(network, windows)
        new_replay, measured = self._replay(replay, backbone, alignment)

        self._begin("evaluation", "evaluation")
        trained = Anchor(lessons.genres, network.head(), anchor.threshold)
        head, threshold, new_lessons = self._final_head(trained, lessons, new_replay, heard)
        self._progress.raise_if_cancelled()
        reference = None
        if measured:
            reference = answers_of_head(head, lessons.genres, threshold, new_replay.valid, anchor.genres)
        own = own_answers(head, lessons.genres, threshold, heard)
        created = dt.datetime.now(dt.UTC)
        model_id = free_id(f"full-{created:%Y%m%d-%H%M%S}")
        _, old_head = read_model_files(parent)
        before = None
        if measured:
            before = answers_of_head(
                old_head, parent.genres, parent.confidence_threshold, replay.valid, anchor.genres
            )
        comparison = compare_answers(
            model_id,
            parent.id,
            (reference, own),
            (before, own_answers(old_head, parent.genres, parent.confidence_threshold, arrays)),
            (lessons.genres, parent.genres),
        )
        self._progress.raise_if_cancelled()

        self._begin("saving", "saving")
        made = NewVersion(
            kind="full",
            id=model_id,
            created=created,
            parent=parent,
            genres=lessons.genres,
            head=head,
            threshold=threshold,
            reference=reference,
            own=own,
            comparison=comparison,
            data_fingerprint=state["fingerprint"],
            clips=new_lessons.clips,
            copies=new_lessons.copies,
            n_known=len(anchor.genres),
            epochs=tuple(fit.reports),
            best_epoch=fit.best_epoch,
            settings=self._settings,
            began=self._started,
        )
        facts = {"difference_left_by_estimate": round(alignment.left, 4), "begun": state["started"]}
        # By what they say themselves: TensorFlow's package has other names on other systems.
        libraries = {"tensorflow": tf.__version__, "keras": keras.__version__}
        contents = {
            BACKBONE_NAME: content,
            WEIGHTS_NAME: weights_of(network.backbone),
            HEAD_NAME: head_bytes(head),
            REPLAY_NAME: _replay_bytes(new_replay),
        }
        version = build_version(describe(made, facts, libraries), contents, parent, reference)
        self._remember(version, heard, windows)
        return QuickResult(version, comparison, fit.best_epoch)

    # Beginning

    def _begun(self, items: list[Item]) -> dict[str, Any]:
        full_run.discard_resumable_training()
        return {
            "format": full_run.FORMAT,
            "parent": self._parent.id,
            "parent_files": dict(self._parent.files),
            "seed": self._settings.seed,
            "settings": asdict(self._settings),
            "fingerprint": fingerprint(items),
            "started": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "epochs_done": [],
        }

    def _continued(self, items: list[Item], state: dict[str, Any]) -> dict[str, Any]:
        if state["fingerprint"] != fingerprint(items):
            raise ResumeChangedError(reason="your clips have changed since")
        if state.get("parent_files") != dict(self._parent.files):
            raise ResumeChangedError(reason="the model that it began with has changed since")
        return state

    def _hear(self, items: list[Item], genres: tuple[str, ...]) -> dict[Item, int]:
        def on_failure(item: Item, error: GenreAppError) -> None:
            facts = {"path": str(item.source.path), "reason": error.message}
            self._on_event(Notice("not-heard", _NOT_HEARD, facts))

        def on_step(done: int, total: int) -> None:
            self._step("features", done, total)

        heard = hear_all(items, self._cache, self._progress, on_step, on_failure)
        # A genre whose clips are all kept for validation can't be learned, nor can one be asked about it.
        return {item: n for item, n in heard.items() if item.genre in genres}

    def _network(
        self,
        anchor: Anchor,
        lessons: GatheredLessons,
        replay: Replay,
        windows: dict[Item, int],
        state: dict[str, Any],
    ) -> tuple[FullNetwork, FullFit]:
        settings = self._settings
        train = {item: n for item, n in windows.items() if item.split == "train"}
        valid = {item: n for item, n in windows.items() if item.split == "valid"}
        # The head comes first: one that knows nothing of a new genre would send the network astray
        # (Kumar et al. 2022, arXiv:2202.10054).
        began = time.monotonic()
        fitted = retrain_head(
            anchor.head,
            lessons.train,
            lessons.valid,
            settings.head,
            lambda _: self._progress.raise_if_cancelled(),
        )
        self._head_seconds = time.monotonic() - began
        parts = TrainingParts(train, lessons.genres, self._cache, settings)
        m = len(replay.train.label)
        remembered = (
            lessons.train.embedding[:m],
            lessons.train.target[:m].astype(np.float32),
            (lessons.train.weight[:m] / lessons.train.weight[:m].sum()).astype(np.float32),
        )
        config = _config(self._parent)
        try:
            network = FullNetwork(
                config,
                read_version_file(self._parent, WEIGHTS_NAME),
                fitted.head,
                remembered,
                settings,
                parts.steps * settings.epochs,
            )
        except ValueError as error:
            raise ModelDamagedError(model=self._parent.id, reason=error) from error
        watched = validation_windows(valid, lessons.genres, self._cache)
        try:
            return network, FullFit(network, parts, watched, settings, state, self._clock)
        except CheckpointError as error:
            reason = "what it had written down is damaged"
            raise ResumeChangedError(reason=reason, details=str(error)) from error

    # How long it will take

    def _expect(self, replay: Replay, windows: dict[Item, int]) -> None:
        """Find out how long what comes after the fit will presumably take on this machine."""
        content, _ = read_model_files(self._parent)
        backbone = Backbone(content)
        noise = np.random.default_rng(0).uniform(0.0, 255.0, (N_MELS, WINDOW_FRAMES)).astype(np.float32)
        window = _seconds(lambda: backbone(noise))
        square = np.ones((backbone.embedding_size, backbone.embedding_size))
        product = _seconds(lambda: square @ square)
        aligned = len(_aligned(windows))
        remembered = 0
        if has_reference(self._parent) and reference_is_there():
            remembered = len(replay.train.label) + len(replay.valid.label)
        clock = self._clock
        clock.expect("conversion", 0.0)  # which is known after the first step
        clock.expect("hearing", (sum(windows.values()) + _ALIGNED_COSTS * aligned) * window)
        clock.expect("alignment", _ALIGNMENT_COSTS * product)
        if remembered:
            clock.expect(
                "replay", remembered * _seconds(lambda: _asked(backbone)(noise)) + _REFERENCE_COSTS * window
            )
        clock.expect("evaluation", self._head_seconds)
        clock.expect("saving", _SAVING_COSTS * window)
        self._to_hear = sum(windows.values()) + aligned + remembered

    def _begin(self, phase: AfterFit, part: Part) -> None:
        """Tell of a part that comes after the fit, and in what phase it is."""
        left = self._clock.begin(part)
        if phase == part:
            self._on_event(Phase(phase))
        self._tell(phase, left)

    def _tell(self, phase: AfterFit, left: float | None) -> None:
        done, total = (self._heard, self._to_hear) if phase == "hearing" else (0, 0)
        self._on_event(Step(phase, done, total, left))

    @contextlib.contextmanager
    def _telling(self, phase: AfterFit) -> Iterator[None]:
        """Tell every second how long it will take while something is done that tells nothing itself."""
        done = threading.Event()

        def tell() -> None:
            while not done.wait(_SILENT_SECONDS):
                self._tell(phase, self._clock.in_part(0.0))

        teller = threading.Thread(target=tell, name="time-left", daemon=True)
        teller.start()
        try:
            yield
        finally:
            done.set()
            teller.join()

    def _hear_one(self, share: float) -> None:
        """Tell that one more was heard, and how much of the part is done, 0…1."""
        self._heard += 1
        now = time.monotonic()
        if now - self._told >= _STEP_SECONDS:
            self._told = now
            self._tell("hearing", self._clock.in_part(share))

    # What the new network hears

    def _check_parity(self, network: FullNetwork, backbone: Backbone, windows: dict[Item, int]) -> None:
        """Refuse a conversion that does not answer what the trained network answers."""
        for item in list(windows)[:_COMPARED_WINDOWS]:
            window = self._load(item)[0]
            expected = network.local_embeddings(network_input(window[None]))[0]
            answered = backbone(window.astype(np.float32))
            difference = np.abs(answered.local - expected).max() / max(float(np.abs(expected).max()), 1e-6)
            if answered.local.shape != expected.shape or not difference < _PARITY:
                raise VerificationError(reason=f"LiteRT answers differ from Keras by {difference:.2g}")

    def _embed(self, backbone: Backbone, windows: dict[Item, int]) -> TrainingArrays:
        """Return the user's clips as the new network hears them."""
        rows: list[NDArray[np.float32]] = []
        counts = list(windows.values())
        costs = sum(counts) + _ALIGNED_COSTS * len(_aligned(windows))
        for item in windows:
            for window in self._load(item):
                self._progress.raise_if_cancelled()
                rows.append(backbone(window.astype(np.float32)).whole)
                self._hear_one(len(rows) / costs)
        items = list(windows)
        return TrainingArrays(
            # As the data set keeps them.
            embedding=np.stack(rows).astype(np.float16).astype(np.float32),
            genre=np.repeat([item.genre for item in items], counts),
            weight=np.repeat([1.0 / n for n in counts], counts).astype(np.float32),
            split=np.repeat([item.split for item in items], counts),
            clip_id=np.repeat([item.source.clip_id for item in items], counts).astype(np.int64),
            is_copy=np.repeat([item.is_copy for item in items], counts),
        )

    def _align(self, network: FullNetwork, windows: dict[Item, int]) -> Alignment:
        """Return the map from the old network to the new one, found on what is trained on."""
        old, new, clip = [], [], []
        aligned, embedded = _aligned(windows), sum(windows.values())
        for done, (item, window) in enumerate(aligned):
            self._progress.raise_if_cancelled()
            x = network_input(self._load(item)[window][None])
            old.append(network.first_local_embeddings(x)[0])
            new.append(network.local_embeddings(x)[0])
            clip.append(np.full(len(old[-1]), item.source.clip_id))
            costs = embedded + _ALIGNED_COSTS * len(aligned)
            self._hear_one((embedded + _ALIGNED_COSTS * (done + 1)) / costs)
        self._begin("hearing", "alignment")
        self._progress.raise_if_cancelled()
        with self._telling("hearing"):
            return align(np.concatenate(old), np.concatenate(new), np.concatenate(clip))

    def _replay(self, replay: Replay, backbone: Backbone, alignment: Alignment) -> tuple[Replay, bool]:
        """Return what the new network makes of what is remembered, and whether it was asked about it."""
        self._begin("hearing", "replay")
        content, _ = read_model_files(self._parent)
        sounds: dict[str, NDArray[np.uint8]] = {}
        if has_reference(self._parent):
            sounds = find_sounds(replay, _asked(Backbone(content)))
        if not sounds:
            self._on_event(Notice("reference-unknown", _REFERENCE_UNKNOWN, {}))
        total = len(replay.train.label) + len(replay.valid.label)
        done = 0

        def on_step() -> None:
            nonlocal done
            self._progress.raise_if_cancelled()
            done += 1
            self._hear_one(done / total)

        def again(examples: Examples) -> Examples:
            return heard_again(examples, sounds, _asked(backbone), alignment, on_step)

        return Replay(again(replay.train), again(replay.valid)), bool(sounds)

    def _final_head(
        self, trained: Anchor, before: GatheredLessons, replay: Replay, heard: TrainingArrays
    ) -> tuple[Head, float, GatheredLessons]:
        """Return the head of the new version, calibrated, its threshold, and what it was fitted to."""
        lessons = gather_lessons(heard, trained, replay)
        m = len(replay.train.label)
        # What is remembered is to be answered as the old network with its own head did.
        target = np.concatenate([before.train.target[:m], lessons.train.target[m:]])
        lessons = replace(lessons, train=replace(lessons.train, target=target))
        fitted = retrain_head(
            trained.head,
            lessons.train,
            lessons.valid,
            self._settings.head,
            lambda _: self._progress.raise_if_cancelled(),
        )
        head, threshold = calibrate(fitted.head, lessons, replay, trained)
        return head, threshold, lessons

    def _remember(self, version: ModelVersion, heard: TrainingArrays, windows: dict[Item, int]) -> None:
        """Let the data set have the embeddings, so that they need not be computed again."""
        start = 0
        with contextlib.suppress(GenreAppError):
            for item, n in windows.items():
                self._data_set.store_embedding(
                    item.source.sample_hash,
                    item.source.recipe_hash,
                    version.files[BACKBONE_NAME],
                    heard.embedding[start : start + n],
                )
                start += n

    def _load(self, item: Item) -> NDArray[np.uint8]:
        stored = self._cache.load(item)
        if stored is None:
            raise FileNotFoundError(f"the log-mels of {item.source.path.name} are gone")
        return stored

    def _step(self, phase: PhaseName, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._told >= _STEP_SECONDS or done == total:
            self._told = now
            self._on_event(Step(phase, done, total, None))


def _aligned(windows: dict[Item, int]) -> list[tuple[Item, int]]:
    """Return the windows on which the two networks are compared: of what is trained on, not too many."""
    all_of_them = [(item, k) for item, n in windows.items() if item.split == "train" for k in range(n)]
    return all_of_them[:: max(1, -(-len(all_of_them) // _ALIGNED_WINDOWS))]


def _seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes, the mean of some times: other programs want the processors as well."""
    work()  # the first time takes longer
    began, n = time.monotonic(), 0
    while n < _TIMED or time.monotonic() - began < _TIMED_SECONDS:
        work()
        n += 1
    return (time.monotonic() - began) / n


def _config(version: ModelVersion) -> EfficientNetConfig:
    names = EfficientNetConfig.__slots__
    try:
        return EfficientNetConfig(**{name: version.architecture[name] for name in names})
    except (LookupError, TypeError) as error:
        raise ModelDamagedError(
            model=version.id, reason=f"its architecture is not known ({error})"
        ) from error


def _asked(backbone: Backbone) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    return lambda log_mel: backbone.look(next(windows_of_log_mel(log_mel)).looks).whole


def _replay_bytes(replay: Replay) -> bytes:
    both = (replay.train, replay.valid)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        embedding=np.concatenate([one.embedding for one in both]).astype(np.float16),
        label=np.concatenate([one.label for one in both]).astype(np.int16),
        weight=np.concatenate([one.weight for one in both]).astype(np.float32),
        clip_id=np.concatenate([one.clip for one in both]),
        split=np.repeat(["train", "valid"], [len(one.label) for one in both]),
    )
    return buffer.getvalue()
