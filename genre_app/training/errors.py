"""What can go wrong when a model is trained, said so that people can act on it."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class ReferenceDataMissingError(GenreAppError):
    """The reference data that the base model is trained on is not on this machine."""

    code = "reference-data-missing"
    title = QT_TRANSLATE_NOOP("errors", "Reference data missing")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Training the base model needs {path}, which isn't there. "
        "Set GENRE_APP_REFERENCE_DATA to the folder of the reference data.",
    )


class SpeechSynthesiserMissingError(GenreAppError):
    """``espeak-ng`` is not installed."""

    code = "speech-synthesiser-missing"
    title = QT_TRANSLATE_NOOP("errors", "espeak-ng is missing")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Training the base model needs examples of speech, which espeak-ng makes. "
        "Install it (on Debian and Ubuntu: sudo apt-get install espeak-ng).",
    )


class NothingToLearnError(GenreAppError):
    """No clip of the user's is in the training split."""

    code = "nothing-to-learn"
    title = QT_TRANSLATE_NOOP("errors", "There is nothing to learn from yet")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "None of your clips is there to be trained on. Add some to the data set, and try again.",
    )


class UnlearnableDataError(GenreAppError):
    """The data set's embeddings do not belong to the model. Parameters: `reason`."""

    code = "unlearnable-data"
    title = QT_TRANSLATE_NOOP("errors", "The data set does not fit the model")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "What is stored about your clips can't be learned from: {reason}. The model was not changed.",
    )


class VerificationError(GenreAppError):
    """The finished version does not do what its training measured. Parameters: `reason`."""

    code = "verification"
    title = QT_TRANSLATE_NOOP("errors", "The new model did not pass its check")
    template = QT_TRANSLATE_NOOP(
        "errors", "The new model was not installed: {reason}. The active one was not changed."
    )


class TrainingRunningError(GenreAppError):
    """Another training has not finished yet."""

    code = "training-running"
    title = QT_TRANSLATE_NOOP("errors", "A training is running already")
    template = QT_TRANSLATE_NOOP(
        "errors", "Only one training can run at a time. Wait until the other has finished, or cancel it."
    )


class TrainerDiedError(GenreAppError):
    """The process of the training ended without a last word. Parameters: `reason`."""

    code = "trainer-died"
    title = QT_TRANSLATE_NOOP("errors", "The training broke off")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The process that trains ended unexpectedly ({reason}). The active model and the data set are"
        " as they were; try again.",
    )


class TooFewClipsError(GenreAppError):
    """The data set is too small for a full training.

    Parameters: `needed_train`, `needed_genres`, `of_genre`, `needed_valid`, `train`, `genres`, `valid`.
    """

    code = "too-few-clips"
    title = QT_TRANSLATE_NOOP("errors", "Not enough clips for a full training")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "A full training needs at least {needed_train} clips to learn from, with {of_genre} or more in each"
        " of {needed_genres} genres, and {needed_valid} clips kept for validation. The data set has {train}"
        " to learn from, {genres} such genres, and {valid} for validation. Add clips, or use the quick"
        " retrain, for which a few are enough.",
    )


class WeightsMissingError(GenreAppError):
    """The version to start from has no weights that could be trained further. Parameters: `model`."""

    code = "weights-missing"
    title = QT_TRANSLATE_NOOP("errors", "This model can't be trained in full")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The model “{model}” does not have the weights that a full training starts from. Activate another"
        " one, such as the one that came with the program, and try again.",
    )


class NothingToResumeError(GenreAppError):
    """No full training was broken off after an epoch at least."""

    code = "nothing-to-resume"
    title = QT_TRANSLATE_NOOP("errors", "There is no training to go on with")
    template = QT_TRANSLATE_NOOP(
        "errors", "No full training was broken off that could be resumed. Start a new one."
    )


class ResumeChangedError(GenreAppError):
    """What the broken-off training learned from is not what there is now. Parameters: `reason`."""

    code = "resume-changed"
    title = QT_TRANSLATE_NOOP("errors", "The training can't go on")
    template = QT_TRANSLATE_NOOP(
        "errors", "The training that was broken off can't be resumed: {reason}. Start a new one."
    )
