"""Trains the base model that ships with the program: ``python -m genre_app.training.base_model``.

Three stages, each of which keeps what it made in the working folder, so that the command goes on where it
was interrupted: fit the network, fit and calibrate the head, write the version and its model card.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import io
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.evaluation import (
    chance_calibration_error,
    confusion_matrix,
    evaluate,
    evaluation_to_json,
    expected_calibration_error,
    wilson_interval,
)
from genre_app.classifier.head import Head, head_bytes
from genre_app.classifier.head_fit import choose_threshold, fit_head, fit_temperature
from genre_app.classifier.litert import Backbone
from genre_app.classifier.model_version import BACKBONE_NAME, HEAD_NAME, WEIGHTS_NAME
from genre_app.classifier.windows import windows_of_log_mel
from genre_app.directories import shipped_models_directory
from genre_app.errors import GenreAppError
from genre_app.training.architecture import EfficientNetConfig
from genre_app.training.batches import soften
from genre_app.training.channel_test import measure_channels
from genre_app.training.export import (
    convert_backbone,
    round_weights,
    weights_of,
    write_version,
)
from genre_app.training.fit_base_model import FitSettings, degrade, fit_base_model, teacher_error
from genre_app.training.joint_model import backbone_of
from genre_app.training.log_mel_augmentation import Channel
from genre_app.training.model_card import CONFUSION_NAME, draw_confusion, write_model_card
from genre_app.training.not_music import TEST_VOICES, make_log_mels
from genre_app.training.reference_data import (
    GENRES,
    Clips,
    Songs,
    fingerprint,
    hold_out_labels,
    hold_out_songs,
    load_clips,
    load_songs,
)

REPLAY_NAME: Final = "replay.npz"
PENALTIES: Final = (1e-2, 3e-2, 1e-1, 3e-1, 1.0)
LOSS_TOLERANCE: Final = 0.01
DEGRADED_COPIES: Final = 1
NOT_MUSIC_COUNT: Final = 240
PRECISION: Final = 0.85
FALSE_ALARMS: Final = 0.05

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TestSets:
    """What a finished network is looked at with; none of it was fitted to.

    Attributes:
        valid: GTZAN's validation part.
        degraded: the same through a random channel each.
        songs: real songs whose labels were held out.
        not_music: log-mels of speech by other voices, noise and tones.
    """

    valid: Clips
    degraded: Clips
    songs: Clips
    not_music: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class HeadCandidate:
    """A head to choose from.

    Attributes:
        name: how it was fitted.
        head: it.
        accuracy: on the validation clips.
        loss: cross-entropy on the validation clips, clean and through channels, in nats.
        calibration_error: on the validation clips.
    """

    name: str
    head: Head
    accuracy: float
    loss: float
    calibration_error: float


def embed(backbone: Backbone, log_mels: NDArray[Any]) -> NDArray[np.float32]:
    """Return the embeddings (n, D) of log-mels (n, 128, 336), 0…255, as the program computes them."""
    windows = (next(windows_of_log_mel(log_mel.astype(np.float32))) for log_mel in log_mels)
    return np.stack([backbone.look(window.looks).whole for window in windows])


def fit_best_head(
    backbone: Backbone,
    songs: Songs,
    clips: Clips,
    not_music: Any,
    valid: Clips,
    degraded: Clips,
    joint_head: Head,
) -> tuple[Head, dict[str, float]]:
    """Return the head that does best on the clips of `valid` and `degraded`, and all accuracies on `valid`.

    It is `joint_head`, the one trained together with the network, or a logistic regression on the embeddings
    of the clips, clean and degraded, with the best of the penalties: see `choose_head`. Its temperature is
    fitted to `valid`.
    """
    channel = Channel()
    rng = np.random.default_rng(0)
    labelled = songs.label >= 0
    one_hot = np.eye(len(GENRES), dtype=np.float32)
    log_mels: list[NDArray[Any]] = []
    targets: list[NDArray[np.float32]] = []
    weights: list[float] = []
    sources = [
        (clips.log_mel, clips.label, np.ones(len(clips), np.float32)),
        (songs.log_mel[labelled], songs.label[labelled], songs.label_weight[labelled]),
    ]
    for source, label, weight in sources:
        for log_mel, k, w in zip(source, label, weight, strict=True):
            for copy in range(1 + DEGRADED_COPIES):
                snr_db = np.inf
                heard: NDArray[Any] = log_mel
                if copy:
                    augmented = channel(log_mel, rng)
                    heard, snr_db = augmented.log_mel, augmented.snr_db
                log_mels.append(heard)
                targets.append(soften(one_hot[k], snr_db))
                # As much for the clean one as for its copies together.
                weights.append(float(w) if copy == 0 else float(w) / DEGRADED_COPIES)
    for log_mel in not_music:
        log_mels.append(log_mel)
        targets.append(np.full(len(GENRES), 1 / len(GENRES), np.float32))
        weights.append(1.0)
    embeddings = embed(backbone, np.stack([np.asarray(x, np.float32) for x in log_mels]))
    seen = embed(backbone, np.concatenate([valid.log_mel, degraded.log_mel]))
    label = np.concatenate([valid.label, degraded.label])
    heads = {"joint": joint_head}
    for penalty in PENALTIES:
        heads[f"penalty {penalty:g}"] = fit_head(
            embeddings, np.stack(targets), np.array(weights, np.float32), penalty
        )
    candidates = []
    for name, head in heads.items():
        logits = head.logits(seen)
        log_p = np.log(_softmax(logits / fit_temperature(logits, label)))
        head = replace(head, temperature=fit_temperature(logits[: len(valid)], valid.label))
        p = _softmax(logits[: len(valid)] / head.temperature)
        right = p.argmax(axis=1) == valid.label
        one = HeadCandidate(
            name,
            head,
            accuracy=float(right.mean()),
            loss=-float(log_p[np.arange(len(label)), label].mean()),
            calibration_error=expected_calibration_error(p.max(axis=1), right),
        )
        _log.info(
            "head: %s, accuracy %.3f, calibration error %.3f, cross-entropy with the degraded %.3f",
            one.name,
            one.accuracy,
            one.calibration_error,
            one.loss,
        )
        candidates.append(one)
    return choose_head(candidates).head, {one.name: one.accuracy for one in candidates}


def choose_head(candidates: Sequence[HeadCandidate]) -> HeadCandidate:
    """Return the best calibrated of those that are as good as the best.

    That is, by cross-entropy to within `LOSS_TOLERANCE`, a fraction of what chance makes of it.
    """
    best = min(one.loss for one in candidates)
    return min(
        (one for one in candidates if one.loss <= best + LOSS_TOLERANCE),
        key=lambda one: one.calibration_error,
    )


def _softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True), dtype=np.float64)


def measure(
    head: Head, embeddings: NDArray[np.float32], label: NDArray[np.intp], threshold: float
) -> dict[str, Any]:
    """Return accuracy, its interval, calibration and how often the answer is given, for one test set."""
    p = head.probabilities(embeddings)
    right = p.argmax(axis=1) == label
    sure = p.max(axis=1) >= threshold
    return {
        "n": len(label),
        "accuracy": float(right.mean()),
        "accuracy_ci95": list(wilson_interval(int(right.sum()), len(label))),
        "ece": expected_calibration_error(p.max(axis=1), right),
        "sure": float(sure.mean()),
        "accuracy_when_sure": float(right[sure].mean()) if sure.any() else None,
        "confidently_wrong": float((sure & ~right).mean()),
        "confusion": confusion_matrix(label, p.argmax(axis=1), len(GENRES)).tolist(),
    }


def train_base_model(work: Path, output: Path, settings: FitSettings) -> None:
    """Train in `work`, write the version to `output` and the model card beside it.

    Raises:
        GenreAppError: if the reference data or the speech synthesiser is missing.
    """
    songs, real_songs = hold_out_labels(load_songs())
    songs, held_songs = hold_out_songs(songs)
    clips, valid = load_clips("train"), load_clips("valid")
    work.mkdir(parents=True, exist_ok=True)
    not_music = _cached(work / "not_music.npy", lambda: make_log_mels(NOT_MUSIC_COUNT, seed=0))
    tests = TestSets(
        valid,
        degrade(valid, seed=1),
        real_songs,
        _cached(work / "not_music_test.npy", lambda: make_log_mels(100, seed=1, voices=TEST_VOICES)),
    )
    config = EfficientNetConfig()
    joint = fit_base_model(
        work / "fit",
        config,
        settings,
        songs,
        clips,
        not_music,
        {"valid": valid, "degraded": tests.degraded.take(np.arange(0, len(valid), 2)), "songs": real_songs},
        held_songs,
    )
    imitation = {"excerpts": len(held_songs), "error": teacher_error(joint, held_songs)}
    _log.info("teacher's error on %(excerpts)d excerpts held out: %(error).3f", imitation)
    keras_backbone = backbone_of(joint)
    round_weights(keras_backbone)
    content = convert_backbone(keras_backbone)
    backbone = Backbone(content)
    kernel, bias = joint.get_layer("genre").get_weights()
    size = len(kernel)
    joint_head = Head(np.zeros(size, np.float32), np.ones(size, np.float32), kernel, bias, 1.0)
    head, head_accuracies = fit_best_head(
        backbone, songs, clips, not_music, valid, tests.degraded, joint_head
    )

    embedded = {
        name: embed(backbone, getattr(tests, name).log_mel) for name in ("valid", "degraded", "songs")
    }
    # Sure of what people bring: clean clips, what a channel leaves of them, and songs of other kinds.
    seen = np.concatenate(list(embedded.values()))
    label = np.concatenate([valid.label, tests.degraded.label, real_songs.label])
    no_music = head.probabilities(embed(backbone, tests.not_music)).max(axis=1)
    p = head.probabilities(seen)
    threshold = choose_threshold(p.max(axis=1), p.argmax(axis=1) == label, PRECISION, no_music, FALSE_ALARMS)

    replay = _replay(backbone, songs, clips, valid, embedded["valid"])
    version: dict[str, Any] = {
        "parent": None,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "genres": list(GENRES),
        "temperature": head.temperature,
        "thresholds": {"confidence": threshold},
        "metrics": {},
        "data_fingerprint": fingerprint(
            clips.clip_id, clips.log_mel, songs.excerpt_id, songs.log_mel, songs.embedding, songs.label
        ),
        "architecture": {"name": "efficientnet", **config.to_json()},
        "training": {
            "settings": asdict(settings),
            "parameters": keras_backbone.count_params(),
            "precision": PRECISION,
            "false_alarms": FALSE_ALARMS,
            "loss_tolerance": LOSS_TOLERANCE,
            "versions": {name: importlib.metadata.version(name) for name in ("keras", "numpy")},
            "command": "make base-model",
        },
    }
    contents = {
        BACKBONE_NAME: content,
        HEAD_NAME: head_bytes(head),
        WEIGHTS_NAME: weights_of(keras_backbone),
        REPLAY_NAME: replay,
    }
    write_version(output, contents, version)

    # What is quoted is what the finished version answers, not what the training believed.
    classifier = Classifier.from_directory(output)
    predictions = [classifier.predict_log_mel(log_mel) for log_mel in valid.log_mel]
    evaluation = evaluate([GENRES[k] for k in valid.label], predictions, GENRES)
    version["metrics"] = evaluation_to_json(evaluation) | {
        "set": "GTZAN, validation part of the fault-filtered split",
        "ece_by_chance": chance_calibration_error(np.array([one.confidence for one in predictions])),
        "heads": head_accuracies,
        "degraded": measure(head, embedded["degraded"], tests.degraded.label, threshold),
        "songs": measure(head, embedded["songs"], real_songs.label, threshold),
        "not_music_sure": float((no_music >= threshold).mean()),
        "teacher": imitation,
        "channels": measure_channels(classifier),
    }
    picture = work / CONFUSION_NAME
    draw_confusion(evaluation.confusion, list(GENRES), picture)
    write_version(output, contents | {CONFUSION_NAME: picture.read_bytes()}, version)
    write_model_card(output)
    sys.stdout.write(json.dumps(version["metrics"], indent=1) + "\n")


def _cached(path: Path, make: Any) -> NDArray[np.uint8]:
    if not path.is_file():
        np.save(path, make())
    array: NDArray[np.uint8] = np.load(path, allow_pickle=False)
    return array


def _replay(
    backbone: Backbone, songs: Songs, clips: Clips, valid: Clips, valid_embeddings: NDArray[np.float32]
) -> bytes:
    """Return the embeddings that later trainings of the head learn from and are compared on."""
    labelled = songs.label >= 0
    embeddings = [embed(backbone, clips.log_mel), embed(backbone, songs.log_mel[labelled]), valid_embeddings]
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        embedding=np.concatenate(embeddings).astype(np.float16),
        label=np.concatenate([clips.label, songs.label[labelled], valid.label]).astype(np.int16),
        weight=np.concatenate(
            [np.ones(len(clips)), songs.label_weight[labelled], np.ones(len(valid))]
        ).astype(np.float32),
        clip_id=np.concatenate([clips.clip_id, songs.excerpt_id[labelled], valid.clip_id]),
        split=np.array(["train"] * (len(clips) + int(labelled.sum())) + ["valid"] * len(valid)),
    )
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m genre_app.training.base_model", description=__doc__)
    parser.add_argument(
        "--work", type=Path, default=Path(".cache/base-model"), help="where to keep checkpoints"
    )
    parser.add_argument("--output", type=Path, default=shipped_models_directory() / "base")
    parser.add_argument("--seed", type=int, default=FitSettings().seed)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        train_base_model(options.work, options.output, FitSettings(seed=options.seed))
    except GenreAppError as error:
        sys.stderr.write(f"{error.title}: {error.message}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
