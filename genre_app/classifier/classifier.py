"""From sound to `Prediction`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike

from genre_app.classifier.errors import (
    ActiveModelUnusableError,
    InvalidInputError,
    ModelDamagedError,
)
from genre_app.classifier.head import Head
from genre_app.classifier.hearing import hear
from genre_app.classifier.listening import Listening, Tally
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import (
    BACKBONE_NAME,
    BASE_MODEL_ID,
    ModelVersion,
    active_model_id,
    find_model,
    read_model_files,
    read_model_version,
)
from genre_app.classifier.prediction import Prediction
from genre_app.classifier.samples import mono_at_feature_rate
from genre_app.classifier.windows import FRAME_SECONDS, Frames, windows_of_log_mel
from genre_app.errors import GenreAppError
from genre_app.features.log_mel import FULL_SCALE, N_MELS, SAMPLE_RATE
from genre_app.progress import Progress

if TYPE_CHECKING:
    from genre_app.audio.decode import AudioStream

# Frames of all the sound at once would take thirty times its memory.
_BLOCK_SAMPLES: Final = 10 * SAMPLE_RATE

_log = logging.getLogger(__name__)


class Classifier:
    """A loaded model version. May be used from several threads at once.

    Attributes:
        version: what the model says about itself.
        warning: why the shipped model answers although another one is active, or None.
    """

    def __init__(
        self,
        version: ModelVersion,
        backbone: Backbone,
        head: Head,
        warning: GenreAppError | None = None,
    ) -> None:
        self.version = version
        self.warning = warning
        self._backbone = backbone
        self._head = head

    @classmethod
    def load(cls, model_id: str | None = None) -> Classifier:
        """Load a model version; the active one if none is named.

        If the active one can't be used, the one that ships with the program answers, and `warning` says so.

        Raises:
            ModelMissingError, ModelDamagedError, ModelFeatureVersionError: if the version can't be used.
            RuntimeUnavailableError: if the library that runs the network can't be loaded.
        """
        if model_id is not None:
            return cls.from_directory(find_model(model_id))
        active = active_model_id()
        try:
            return cls.from_directory(find_model(active))
        except GenreAppError as error:
            if active == BASE_MODEL_ID:
                raise
            _log.warning("the active model is unusable: %s", error.details or error)
            warning = ActiveModelUnusableError(model=active, reason=error.message, details=error.details)
            base = cls.from_directory(find_model(BASE_MODEL_ID))
            base.warning = warning
            return base

    @classmethod
    def from_directory(cls, directory: Path) -> Classifier:
        """Load the model version in `directory`, wherever that is.

        Raises: as `load`.
        """
        version = read_model_version(directory)
        content, head = read_model_files(version)
        try:
            backbone = Backbone(content)
            if backbone.embedding_size != head.embedding_size:
                sizes = backbone.embedding_size, head.embedding_size
                raise ValueError("the backbone gives {} numbers, the head takes {}".format(*sizes))
        except ValueError as error:
            raise ModelDamagedError(model=version.id, reason=error) from error
        return cls(version, backbone, head)

    @property
    def genres(self) -> tuple[str, ...]:
        """The names of the genres that the model knows."""
        return self.version.genres

    @property
    def model_id(self) -> str:
        """The id of the model version."""
        return self.version.id

    @property
    def backbone(self) -> Backbone:
        """The network from window to embedding."""
        return self._backbone

    @property
    def head(self) -> Head:
        """The last layer, from embedding to probabilities, in the order of `genres`."""
        return self._head

    @property
    def backbone_id(self) -> str:
        """SHA-256 of the backbone's file: embeddings by backbones of the same id are comparable."""
        return self.version.files[BACKBONE_NAME]

    def predict_file(self, path: str | PathLike[str], progress: Progress | None = None) -> Prediction:
        """Return what the model says about the audio file at `path`, over its whole length.

        Args:
            path: of a file in any format that `genre_app.audio` decodes.
            progress: told the seconds done, and the seconds in all if the file says so.

        Raises:
            GenreAppError: if the file can't be decoded (a subclass says why), or has no sample in it.
            Cancelled: if `progress` was cancelled.
        """
        # Imported here because it is not needed to classify samples.
        from genre_app.audio.decode import open_audio

        with open_audio(path, sample_rate=SAMPLE_RATE, mono=True) as stream:
            return self.predict_stream(stream, progress)

    def predict_stream(self, stream: AudioStream, progress: Progress | None = None) -> Prediction:
        """Return what the model says about a file that is open, mono and at 22,050 Hz; as `predict_file`."""
        return hear(stream, self.listen(), progress)

    def listen(self, on_frames: Callable[[Frames], None] | None = None) -> Listening:
        """Begin a prediction that sound is given to in blocks.

        Args:
            on_frames: called with the frames that are computed on the way.
        """
        return Listening(self._tally(), on_frames)

    def predict(self, samples: ArrayLike, sample_rate: float) -> Prediction:
        """Return what the model says about sound in memory.

        Args:
            samples: shape (n,), or (n, channels), which are averaged; n ≥ 1. Floating point (full scale ±1),
                or integers at their full scale (uint8 is centred on 128). Values that are not numbers count
                as 0.
            sample_rate: in Hz; resampled if it is not 22,050.

        Raises:
            InvalidInputError: if there is no sample, or the shape, type or rate makes no sense.
        """
        mono = mono_at_feature_rate(np.asarray(samples), sample_rate)
        listening = self.listen()
        for start in range(0, mono.size, _BLOCK_SAMPLES):
            listening.add(mono[start : start + _BLOCK_SAMPLES])
        return listening.finish()

    def predict_log_mel(self, log_mel: ArrayLike) -> Prediction:
        """Return what the model says about a log-mel spectrogram.

        Args:
            log_mel: (128, frames), frames ≥ 1, uint8 or floating point, 0…255, as
                `genre_app.features.log_mel.log_mel` computes it. Values that are not numbers count as 0.
                One single value everywhere is silence.

        Raises:
            InvalidInputError: if shape or type is another.
        """
        array = np.asarray(log_mel)
        if array.ndim != 2 or array.shape[0] != N_MELS or array.shape[1] == 0:
            raise InvalidInputError(reason=f"a log-mel has the shape ({N_MELS}, frames), not {array.shape}")
        if array.dtype.kind not in "uif":
            raise InvalidInputError(reason=f"a log-mel holds numbers, not {array.dtype}")
        values = np.nan_to_num(array.astype(np.float32), nan=0.0)
        tally = self._tally()
        for window in windows_of_log_mel(np.clip(values, 0.0, FULL_SCALE)):
            tally.add(window)
        return tally.prediction(array.shape[1] * FRAME_SECONDS)

    def _tally(self) -> Tally:
        return Tally(self.version, self._backbone, self._head)
