"""Embeddings of clips and copies: computed once in the background, cached, and learned from.

A clip has at most twenty windows of 30 seconds, evenly spaced over its length; silent ones are left out, so a
clip of silence has none. The cache is the table ``embeddings``, keyed by the clip's samples, the copy's
recipe and the backbone, so that nothing in it ever is out of date: another backbone finds nothing of its own
and starts over. Vectors are float16: what rounding takes is a thousandth of what a window's neighbour has.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.audio.decode import open_audio
from genre_app.classifier.classifier import Classifier
from genre_app.classifier.errors import ModelDamagedError
from genre_app.classifier.listening import SILENCE_DBFS
from genre_app.classifier.windows import Framer, Frames
from genre_app.dataset.augmentation.recipe import Recipe
from genre_app.dataset.augmentation.render import render
from genre_app.dataset.copies import MAX_SECONDS, read_clip
from genre_app.dataset.layout import clip_path
from genre_app.dataset.records import MissingEmbedding, TrainingArrays
from genre_app.errors import GenreAppError, UnexpectedError
from genre_app.features.log_mel import N_MELS, SAMPLE_RATE, WINDOW_FRAMES, frame_count, normalise
from genre_app.progress import Cancelled, Progress

if TYPE_CHECKING:
    from genre_app.dataset.data_set import DataSet

MAX_WINDOWS: Final = 20

# So little at the end of a clip gets no window of its own: it would be the one before, all but that.
_NEGLIGIBLE_FRAMES: Final = 34
_SILENCE: Final = 10.0 ** (SILENCE_DBFS / 10.0)
_LARGEST: Final = float(np.finfo(np.float16).max)
_BLOCK_SAMPLES: Final = 10 * SAMPLE_RATE
# Results written in one transaction: what a kill costs to compute again.
_BATCH: Final = 32
_BATCH_SECONDS: Final = 2.0
_ASKED_AT_ONCE: Final = 500

_log = logging.getLogger(__name__)

_CLIPS: Final = (
    " FROM clips LEFT JOIN embeddings ON embeddings.backbone_id = ?1"
    " AND embeddings.sample_hash = clips.sample_hash AND embeddings.recipe_hash = ''"
    " WHERE clips.removed IS NULL"
)
_COPIES: Final = (
    " FROM copies JOIN clips ON clips.id = copies.clip_id LEFT JOIN embeddings"
    " ON embeddings.backbone_id = ?1 AND embeddings.sample_hash = clips.sample_hash"
    " AND embeddings.recipe_hash = copies.recipe_hash WHERE clips.removed IS NULL"
)


@dataclass(frozen=True, slots=True)
class Computed:
    """What came of computing.

    Attributes:
        n: how many embeddings were computed and stored.
        failures: what could not be computed, each with the reason.
    """

    n: int
    failures: tuple[tuple[MissingEmbedding, GenreAppError], ...]


def missing(data_set: DataSet, backbone_id: str) -> list[MissingEmbedding]:
    """Return what is not in the cache: clips in the order they were added, then copies.

    Raises:
        DataSetError: if the database can't be read.
    """
    columns = "SELECT clips.sample_hash, {}, clips.id, suffix, duration, {}"
    with data_set.database.read() as connection:
        rows = connection.execute(
            columns.format("''", "NULL") + _CLIPS + " AND n_windows IS NULL ORDER BY clips.id", (backbone_id,)
        ).fetchall()
        rows += connection.execute(
            columns.format("copies.recipe_hash", "recipe")
            + _COPIES
            + " AND n_windows IS NULL ORDER BY copies.id",
            (backbone_id,),
        ).fetchall()
    return [
        MissingEmbedding(
            sample_hash=sample_hash,
            recipe_hash=recipe_hash,
            clip_id=clip_id,
            path=clip_path(data_set.directory, sample_hash, suffix),
            duration=duration,
            recipe=recipe,
        )
        for sample_hash, recipe_hash, clip_id, suffix, duration, recipe in rows
    ]


def store(
    data_set: DataSet, sample_hash: str, recipe_hash: str, backbone_id: str, vectors: NDArray[np.floating]
) -> None:
    """Keep the embeddings of a clip or copy, instead of what was kept of it before.

    Args:
        data_set: that it is in.
        sample_hash: of the clip.
        recipe_hash: of the copy; empty for the clip itself.
        backbone_id: what computed them.
        vectors: (n_windows, size of the embedding), finite; n_windows may be 0.

    Raises:
        DataSetError: if the database can't be written to.
        ValueError: if they have another shape, are too many, or are not finite.
    """
    with data_set.database.write() as connection:
        _insert(connection, sample_hash, recipe_hash, backbone_id, vectors)


def forget_other_backbones(data_set: DataSet, backbone_ids: Iterable[str]) -> None:
    """Delete the embeddings of all backbones but these: those of models that are no more.

    Raises:
        DataSetError: if the database can't be written to.
    """
    kept = list(backbone_ids)
    places = ", ".join("?" * len(kept))
    with data_set.database.write() as connection:
        connection.execute(f"DELETE FROM embeddings WHERE backbone_id NOT IN ({places})", kept)  # noqa: S608


def training_arrays(data_set: DataSet, backbone_id: str) -> TrainingArrays:
    """Return all windows of the clips and copies whose embeddings are in the cache.

    First clips, then copies, in the order they were added. Without any, `embedding` has the shape (0, 0).

    Raises:
        DataSetError: if the database can't be read.
    """
    # The one transaction makes both statements see the same rows.
    with data_set.database.read() as connection:
        n, size = connection.execute(
            "SELECT coalesce(sum(n_windows), 0),"  # noqa: S608 - constants
            " coalesce(max(length(vectors) / 2 / n_windows), 0) FROM"
            f" (SELECT n_windows, vectors{_CLIPS} AND n_windows > 0"
            f" UNION ALL SELECT n_windows, vectors{_COPIES} AND n_windows > 0)",
            (backbone_id,),
        ).fetchone()
        embedding = np.empty((n, size), np.float32)
        weight = np.empty(n, np.float32)
        clip_id = np.empty(n, np.int64)
        is_copy = np.empty(n, np.bool_)
        genre: list[str] = []
        split: list[str] = []
        columns = (
            "SELECT clips.id, n_windows, vectors, (SELECT name FROM genres WHERE id = genre_id),"
            " (SELECT split FROM groups WHERE id = group_id)"
        )
        start = 0
        for of_copies, tables, order in ((False, _CLIPS, "clips.id"), (True, _COPIES, "copies.id")):
            rows = connection.execute(
                f"{columns}{tables} AND n_windows > 0 ORDER BY {order}",
                (backbone_id,),
            )
            for number, n_windows, vectors, name, part in rows:
                here = slice(start, start + n_windows)
                embedding[here] = np.frombuffer(vectors, "<f2").reshape(n_windows, size)
                weight[here] = 1.0 / n_windows
                clip_id[here] = number
                is_copy[here] = of_copies
                genre += [name] * n_windows
                split += [part] * n_windows
                start += n_windows
    return TrainingArrays(
        embedding=embedding,
        genre=np.array(genre, dtype=np.str_),
        weight=weight,
        split=np.array(split, dtype=np.str_),
        clip_id=clip_id,
        is_copy=is_copy,
    )


def window_starts(n_frames: int) -> list[int]:
    """Return at which frames the windows of a sound of `n_frames` frames begin."""
    last = max(0, n_frames - WINDOW_FRAMES)
    n = min(MAX_WINDOWS, max(1, -(-(n_frames - _NEGLIGIBLE_FRAMES) // WINDOW_FRAMES)))
    return [round(start) for start in np.linspace(0, last, n)]


def embed(
    classifier: Classifier, blocks: Iterable[NDArray[np.float32]], n_samples: int, progress: Progress
) -> NDArray[np.float16]:
    """Return the embeddings of a sound, float16 (n_windows, size of the embedding), n_windows ≤ 20.

    Args:
        classifier: whose backbone computes them.
        blocks: the sound; mono, 22,050 Hz, each of shape (n,).
        n_samples: how many there will be in all; a few more or less do no harm.
        progress: to cancel.

    Raises:
        ModelDamagedError: if the network's answer is not numbers.
        Cancelled: if `progress` was cancelled.
    """
    return _embedded(classifier, _log_mels(blocks, n_samples, progress), progress)


def _embedded(
    classifier: Classifier, windows: Iterable[NDArray[np.float32]], progress: Progress
) -> NDArray[np.float16]:
    vectors = []
    for window in windows:
        progress.raise_if_cancelled()
        vector = classifier.backbone(window).whole
        if not np.isfinite(vector).all():
            raise ModelDamagedError(model=classifier.model_id, reason="its answers are not numbers")
        vectors.append(np.clip(vector, -_LARGEST, _LARGEST).astype(np.float16))
    return np.array(vectors, np.float16).reshape(len(vectors), classifier.backbone.embedding_size)


def embed_missing(
    classifier: Classifier,
    wanted: MissingEmbedding,
    progress: Progress,
    samples: NDArray[np.float32] | None = None,
) -> NDArray[np.float16]:
    """Return the embeddings of a clip or copy, float16 (n_windows, size of the embedding).

    Args:
        classifier: whose backbone computes them.
        wanted: the clip or copy.
        progress: to cancel.
        samples: of the clip, as for `log_mels`.

    Raises:
        GenreAppError: if its file can't be read, or its recipe not be followed.
        ModelDamagedError: if the network's answer is not numbers.
        Cancelled: if `progress` was cancelled.
    """
    return _embedded(classifier, log_mels(wanted, progress, samples), progress)


def log_mels(
    wanted: MissingEmbedding, progress: Progress, samples: NDArray[np.float32] | None = None
) -> Iterator[NDArray[np.float32]]:
    """Yield what the network is shown of a clip or copy: log-mels (128, 336), 0…255, at most twenty.

    Args:
        wanted: the clip or copy.
        progress: to cancel.
        samples: of the clip, mono, 22,050 Hz, of shape (n,), if they are at hand; else its file is decoded.

    Raises:
        GenreAppError: if its file can't be read, or its recipe not be followed.
        Cancelled: if `progress` was cancelled.
    """
    n_samples = round(wanted.duration * SAMPLE_RATE)
    if wanted.recipe is None and samples is None:
        with open_audio(wanted.path, sample_rate=SAMPLE_RATE, mono=True) as stream:
            yield from _log_mels(stream, n_samples, progress)
        return
    if samples is None:
        samples, _ = read_clip(wanted.path, sample_rate=SAMPLE_RATE, mono=True)
    if wanted.recipe is not None:
        progress.raise_if_cancelled()
        recipe = Recipe.from_json(wanted.recipe)
        samples = render(samples, SAMPLE_RATE, recipe, Progress(lambda *_: progress.raise_if_cancelled()))
        n_samples = samples.size
    blocks = (samples[i : i + _BLOCK_SAMPLES] for i in range(0, samples.size, _BLOCK_SAMPLES))
    yield from _log_mels(blocks, n_samples, progress)


def _log_mels(
    blocks: Iterable[NDArray[np.float32]], n_samples: int, progress: Progress
) -> Iterator[NDArray[np.float32]]:
    return _windows(_frames(blocks, progress), window_starts(frame_count(n_samples)))


def compute_missing(
    data_set: DataSet,
    classifier: Classifier,
    progress: Progress | None = None,
    passed_over: Collection[tuple[str, str]] = (),
    *,
    threads: int = 1,
) -> Computed:
    """Compute and store what is not in the cache.

    Args:
        data_set: of the clips.
        classifier: whose backbone computes.
        progress: told how many are done, and of how many.
        passed_over: sample hash and recipe hash of those that are not tried.
        threads: how many compute. More than one is for processes that nobody waits for but for this.

    Raises:
        DataSetError: if the database can't be read or written to.
        ModelDamagedError: if the network's answers are not numbers.
        Cancelled: if `progress` was cancelled; what was computed is stored.
    """
    progress = progress or Progress()
    backbone_id = classifier.backbone_id
    wanted = _clip_by_clip(
        one for one in missing(data_set, backbone_id) if (one.sample_hash, one.recipe_hash) not in passed_over
    )
    failures: list[tuple[MissingEmbedding, GenreAppError]] = []
    waiting: list[tuple[str, str, NDArray[np.float16]]] = []
    written = 0
    since = time.monotonic()

    def write() -> int:
        with data_set.database.write() as connection:
            for sample_hash, recipe_hash, vectors in waiting:
                _insert(connection, sample_hash, recipe_hash, backbone_id, vectors)
        n = len(waiting)
        waiting.clear()
        return n

    computing = _computed(classifier, wanted, progress, threads)
    try:
        for done, (one, computed) in enumerate(zip(wanted, computing, strict=True)):
            progress.report(done, len(wanted))
            try:
                vectors = computed()
            except ModelDamagedError:
                raise
            except GenreAppError as error:
                _log.warning("no embedding of %s: %s", one.path, error)
                failures.append((one, error))
                continue
            waiting.append((one.sample_hash, one.recipe_hash, vectors))
            if len(waiting) >= _BATCH or time.monotonic() - since >= _BATCH_SECONDS:
                written += write()
                since = time.monotonic()
    finally:
        computing.close()
        if waiting:
            written += write()
    if wanted:
        progress.report(len(wanted), len(wanted))
    return Computed(written, tuple(failures))


def _clip_by_clip(wanted: Iterable[MissingEmbedding]) -> list[MissingEmbedding]:
    """Return `wanted` with all that is made from a clip in one place."""
    by_clip: dict[int, list[MissingEmbedding]] = {}
    for one in wanted:
        by_clip.setdefault(one.clip_id, []).append(one)
    return [one for of_clip in by_clip.values() for one in of_clip]


def _made_in_memory(wanted: MissingEmbedding) -> bool:
    """Say whether `wanted` is made from the samples that copies are made from: a long clip itself isn't."""
    return wanted.recipe is not None or wanted.duration <= MAX_SECONDS


def _decoded_once(wanted: Iterable[MissingEmbedding]) -> dict[int, _Decoded]:
    """Return the clips, by id, from whose samples more than one of `wanted` is made."""
    users = Counter(one.clip_id for one in wanted if _made_in_memory(one))
    return {clip_id: _Decoded(n) for clip_id, n in users.items() if n > 1}


class _Decoded:
    """The samples of a clip, for all that is made from them: the first decodes, the last drops them."""

    def __init__(self, n_users: int) -> None:
        self._n_users = n_users
        self._lock = threading.Lock()
        self._samples: NDArray[np.float32] | None = None

    @contextmanager
    def lent(self, wanted: MissingEmbedding) -> Iterator[NDArray[np.float32]]:
        """Give the samples to one user, once.

        Raises:
            AudioError: if the file can't be decoded; the next user tries again.
        """
        try:
            with self._lock:
                if self._samples is None:
                    self._samples, _ = read_clip(wanted.path, sample_rate=SAMPLE_RATE, mono=True)
                samples = self._samples
            yield samples
        finally:
            with self._lock:
                self._n_users -= 1
                if self._n_users == 0:
                    self._samples = None


def _computed(
    classifier: Classifier, wanted: Sequence[MissingEmbedding], progress: Progress, threads: int
) -> Generator[Callable[[], NDArray[np.float16]], None, None]:
    """Yield for each of `wanted` what gives its embeddings, or raises why there are none."""
    decoded = _decoded_once(wanted)

    def embed_one(one: MissingEmbedding) -> NDArray[np.float16]:
        of_clip = decoded.get(one.clip_id)
        if of_clip is None or not _made_in_memory(one):
            return embed_missing(classifier, one, progress)
        with of_clip.lent(one) as samples:
            return embed_missing(classifier, one, progress, samples)

    if threads == 1:
        for one in wanted:
            yield partial(embed_one, one)
        return
    following = iter(wanted)
    with ThreadPoolExecutor(threads, thread_name_prefix="embed") as executor:
        ahead: deque[Future[NDArray[np.float16]]] = deque()

        def submit(n: int) -> None:
            ahead.extend(executor.submit(embed_one, one) for one in islice(following, n))

        submit(threads)
        try:
            while ahead:
                yield ahead.popleft().result
                submit(1)
        finally:
            for future in ahead:
                future.cancel()


def compute_opinions(data_set: DataSet, classifier: Classifier, progress: Progress | None = None) -> int:
    """Ask the head about clips that have embeddings but no opinion of this model; return about how many.

    Raises:
        DataSetError: if the database can't be read or written to.
        Cancelled: if `progress` was cancelled; what was asked is stored.
    """
    progress = progress or Progress()
    n = 0
    ids = data_set.without_opinion(classifier.model_id)
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        progress.raise_if_cancelled()
        part = ids[start : start + _ASKED_AT_ONCE]
        with data_set.database.read() as connection:
            rows = connection.execute(
                f"SELECT clips.id, n_windows, vectors{_CLIPS} AND n_windows > 0"  # noqa: S608 - constants
                " AND clips.id IN (SELECT value FROM json_each(?2))",
                (classifier.backbone_id, json.dumps(part)),
            ).fetchall()
        opinions = []
        for number, n_windows, vectors in rows:
            embeddings = np.frombuffer(vectors, "<f2").reshape(n_windows, -1).astype(np.float32)
            probabilities = classifier.head.probabilities(embeddings).mean(axis=0)
            best = int(probabilities.argmax())
            opinions.append((number, classifier.genres[best], float(probabilities[best])))
        if opinions:
            data_set.store_opinions(classifier.model_id, opinions)
        n += len(opinions)
    return n


class EmbeddingWorker:
    """Keeps the cache complete, in a thread of its own, for as long as the program runs.

    Whatever it has computed when the program ends stays; at the next start it goes on from there.
    """

    def __init__(
        self,
        data_set: DataSet,
        on_progress: Callable[[float, float, str], None] | None = None,
        on_idle: Callable[[Computed | None, GenreAppError | None], None] | None = None,
    ) -> None:
        """Prepare the worker; `start` starts it.

        Args:
            data_set: whose cache it keeps.
            on_progress: called in its thread with how many are done, of how many, and nothing.
            on_idle: called in its thread when all is done, with what came of it, or when an error, such as a
                full disk or a damaged model, makes it wait for the next `wake`.
        """
        self._data_set = data_set
        self._on_progress = on_progress
        self._on_idle = on_idle
        self._changed = threading.Condition()
        self._classifier: Classifier | None = None
        self._awake = False
        self._ended = False
        self._idle = True
        self._progress = Progress()
        self._thread = threading.Thread(target=self._run, name="embeddings", daemon=True)

    def start(self, classifier: Classifier) -> None:
        """Start computing what is missing, with the backbone of `classifier`."""
        self._use(classifier)
        self._thread.start()

    def use(self, classifier: Classifier) -> None:
        """Go on with another model; what is under way for the last one is broken off if its backbone goes."""
        self._use(classifier)

    def wake(self) -> None:
        """Look again what is missing: clips or copies were added."""
        with self._changed:
            self._awake = True
            self._idle = False
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float | None = None) -> bool:
        """Wait until nothing is left to do; return whether that came within `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle or self._ended, seconds)

    def stop(self, seconds: float | None = None) -> bool:
        """End the thread, keeping what it has computed; return whether it ended within `seconds`."""
        with self._changed:
            self._ended = True
            self._progress.cancel()
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _use(self, classifier: Classifier) -> None:
        with self._changed:
            if self._classifier is not None and self._classifier.backbone_id != classifier.backbone_id:
                self._progress.cancel()
            self._classifier = classifier
        self.wake()

    def _run(self) -> None:
        failed: dict[str, set[tuple[str, str]]] = {}
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._awake or self._ended)
                if self._ended:
                    return
                self._awake = False
                classifier = self._classifier
                assert classifier is not None
                self._progress = progress = Progress(self._on_progress)
            computed: Computed | None = None
            problem: GenreAppError | None = None
            try:
                # What failed once would fail each time that a clip is added.
                passed_over = failed.setdefault(classifier.backbone_id, set())
                computed = compute_missing(self._data_set, classifier, progress, passed_over)
                passed_over |= {(one.sample_hash, one.recipe_hash) for one, _ in computed.failures}
                compute_opinions(self._data_set, classifier, progress)
            except Cancelled:
                continue
            except GenreAppError as error:
                problem = error
            except Exception as error:  # noqa: BLE001 - the thread must live on
                problem = UnexpectedError.wrap(error)
            if problem is not None:
                _log.error("embeddings can't be computed: %s\n%s", problem, problem.details or "")
            with self._changed:
                if self._awake or self._ended:
                    continue
                self._idle = True
                self._changed.notify_all()
            if self._on_idle is not None:
                self._on_idle(computed, problem)


def _insert(
    connection: sqlite3.Connection,
    sample_hash: str,
    recipe_hash: str,
    backbone_id: str,
    vectors: NDArray[np.floating],
) -> None:
    if vectors.ndim != 2 or len(vectors) > MAX_WINDOWS:
        raise ValueError(f"embeddings have the shape (at most {MAX_WINDOWS}, size), not {vectors.shape}")
    half = np.clip(vectors, -_LARGEST, _LARGEST).astype("<f2")
    if not np.isfinite(half).all():
        raise ValueError("embeddings are finite")
    connection.execute(
        "INSERT OR REPLACE INTO embeddings (sample_hash, recipe_hash, backbone_id, n_windows, vectors)"
        " VALUES (?, ?, ?, ?, ?)",
        (sample_hash, recipe_hash, backbone_id, len(half), half.tobytes()),
    )


def _frames(blocks: Iterable[NDArray[np.float32]], progress: Progress) -> Iterator[Frames]:
    framer = Framer(between=False)
    for block in blocks:
        progress.raise_if_cancelled()
        yield from framer.add(block)
    yield from framer.finish()


def _windows(frames: Iterable[Frames], starts: list[int]) -> Iterator[NDArray[np.float32]]:
    """Yield the log-mels (128, 336) of the windows that begin at `starts`, without the silent ones.

    A sound shorter than a window is repeated until it fills one; a window that would end after the sound ends
    with it.
    """
    power = np.empty((N_MELS, 0), np.float32)
    loudness = np.empty(0)
    first = 0  # frame of the sound that both begin with
    waiting = deque(starts)
    for some in frames:
        power = np.concatenate((power, some.power), axis=1)
        loudness = np.concatenate((loudness, some.loudness))
        while waiting and waiting[0] + WINDOW_FRAMES <= first + loudness.size:
            start = waiting.popleft() - first
            if loudness[start : start + WINDOW_FRAMES].mean() >= _SILENCE:
                yield normalise(power[:, start : start + WINDOW_FRAMES])
        # A window that ends with the sound may reach back as far as that.
        dispensable = min(waiting[0] - first if waiting else loudness.size, loudness.size - WINDOW_FRAMES)
        if dispensable > 0:
            power, loudness = power[:, dispensable:].copy(), loudness[dispensable:].copy()
            first += dispensable
    if waiting and loudness.size:
        chosen = np.resize(np.arange(max(0, loudness.size - WINDOW_FRAMES), loudness.size), WINDOW_FRAMES)
        if loudness[chosen].mean() >= _SILENCE:
            yield normalise(power[:, chosen])
