"""What can go wrong between a model on disk and an answer, in words for people."""

from __future__ import annotations

from genre_app.errors import GenreAppError
from genre_app.translation import QT_TRANSLATE_NOOP


class ModelMissingError(GenreAppError):
    """No model version of that name is installed. Parameters: `model`."""

    code = "model-missing"
    title = QT_TRANSLATE_NOOP("errors", "Model not found")
    template = QT_TRANSLATE_NOOP("errors", "There is no model named “{model}”. Choose one that is installed.")


class ModelDamagedError(GenreAppError):
    """A model version is not what its description says. Parameters: `model`, `reason`."""

    code = "model-damaged"
    title = QT_TRANSLATE_NOOP("errors", "The model is damaged")
    template = QT_TRANSLATE_NOOP(
        "errors", "The model “{model}” can't be used: {reason}. Install it again, or choose another."
    )


class ModelFeatureVersionError(GenreAppError):
    """A model was made for other features. Parameters: `model`, `model_version`, `program_version`."""

    code = "model-feature-version"
    title = QT_TRANSLATE_NOOP("errors", "The model was made for another version of the program")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The model “{model}” was trained on spectrograms of version {model_version}; this program computes"
        " version {program_version}. Train it again, or choose another model.",
    )


class ActiveModelUnusableError(GenreAppError):
    """A warning: the active model failed and the shipped one took over. Parameters: `model`, `reason`."""

    code = "active-model-unusable"
    title = QT_TRANSLATE_NOOP("errors", "The shipped model took over")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The active model “{model}” can't be used, so the model that came with the program"
        " answers instead. {reason}",
    )


class ModelKeptError(GenreAppError):
    """A version that must stay was to be deleted or renamed. Parameters: `model`."""

    code = "model-shipped"
    title = QT_TRANSLATE_NOOP("errors", "This model belongs to the program")
    template = QT_TRANSLATE_NOOP(
        "errors", "The model “{model}” came with the program; it can't be renamed or deleted."
    )


class ModelActiveError(GenreAppError):
    """The active version was to be deleted. Parameters: `model`."""

    code = "model-active"
    title = QT_TRANSLATE_NOOP("errors", "The model is in use")
    template = QT_TRANSLATE_NOOP(
        "errors", "The model “{model}” is the active one. Roll back or activate another, then delete it."
    )


class ModelNameError(GenreAppError):
    """A name that a version can't have. Parameters: `name`."""

    code = "model-name"
    title = QT_TRANSLATE_NOOP("errors", "Not a name for a model")
    template = QT_TRANSLATE_NOOP(
        "errors", "A model can't be called “{name}”: a name is one line of 1 to 100 characters."
    )


class ModelPresentError(GenreAppError):
    """The version to be imported is there already. Parameters: `model`."""

    code = "model-present"
    title = QT_TRANSLATE_NOOP("errors", "The model is there already")
    template = QT_TRANSLATE_NOOP("errors", "This model is installed already, as “{model}”.")


class ModelArchiveError(GenreAppError):
    """A file that is not an exported model. Parameters: `path`, `reason`."""

    code = "model-archive"
    title = QT_TRANSLATE_NOOP("errors", "Not a model that can be imported")
    template = QT_TRANSLATE_NOOP(
        "errors", "{path} is not a model that this program exported: {reason}. Nothing was changed."
    )


class ModelStorageError(GenreAppError):
    """The disk does not do what it must. Parameters: `path`, `reason`."""

    code = "model-storage"
    title = QT_TRANSLATE_NOOP("errors", "The model can't be saved")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "Writing or reading {path} failed: {reason}. Check the disk, its free space and the permissions;"
        " the active model was not changed.",
    )


class RuntimeUnavailableError(GenreAppError):
    """The library that runs the network can't be loaded. Parameters: `reason`."""

    code = "runtime-unavailable"
    title = QT_TRANSLATE_NOOP("errors", "The program is not completely installed")
    template = QT_TRANSLATE_NOOP(
        "errors",
        "The library that runs the model (ai-edge-litert) can't be loaded: {reason}. Install it again.",
    )


class InvalidInputError(GenreAppError):
    """Samples or a log-mel that can't be listened to. Parameters: `reason`."""

    code = "invalid-input"
    title = QT_TRANSLATE_NOOP("errors", "This sound can't be listened to")
    template = QT_TRANSLATE_NOOP("errors", "There is nothing here that can be classified: {reason}.")
