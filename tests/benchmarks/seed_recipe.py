"""The recipe that this program replaces, as it is usually written: the yardstick of the benchmark.

librosa loads the song, matplotlib draws its mel spectrogram into a picture of 224×224, and a Keras
EfficientNet-B0 looks at that. Its weights are random here, which costs as much time as learned ones.

    python seed_recipe.py song.wav              one answer from nothing
    python seed_recipe.py song.wav --warm 5     JSON: seconds of each answer of a loaded model
    python seed_recipe.py song.wav --warm 5 --samples       the same without loading the song each time
    python seed_recipe.py --server              "ready" when a server made of it could take requests
    python seed_recipe.py --train 8             JSON: seconds of each of so many steps of its training
"""

from __future__ import annotations

import argparse
import io
import json
import os
import time
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import librosa
import librosa.display
import matplotlib as mpl
import numpy as np

mpl.use("Agg")

import matplotlib.pyplot as plt
from PIL import Image

EPOCHS = 25
PICTURES = 800
BATCH = 32


def load_model() -> keras.Model:
    return keras.applications.EfficientNetB0(weights=None, classes=10, input_shape=(224, 224, 3))


def picture_of(samples: np.ndarray, sample_rate: float) -> np.ndarray:
    power = librosa.feature.melspectrogram(y=samples, sr=sample_rate)
    figure = plt.figure(figsize=(2.24, 2.24), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.axis("off")
    librosa.display.specshow(librosa.power_to_db(power, ref=np.max), sr=sample_rate, ax=axes)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    return np.asarray(Image.open(file).convert("RGB").resize((224, 224)), dtype=np.float32)


def classify(model: keras.Model, path: str) -> int:
    return classify_samples(model, *librosa.load(path))


def classify_samples(model: keras.Model, samples: np.ndarray, sample_rate: float) -> int:
    return int(model.predict(picture_of(samples, sample_rate)[np.newaxis], verbose=0)[0].argmax())


class Clock(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.seconds.append(time.perf_counter() - self._started)


def train(steps: int) -> list[float]:
    """Fit the network to pictures of noise, which takes as long as to pictures of music."""
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (steps * BATCH, 224, 224, 3)).astype(np.float32)
    genres = random.integers(0, 10, len(pictures))
    model = load_model()
    model.compile("adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    clock = Clock()
    model.fit(pictures, genres, batch_size=BATCH, verbose=0, callbacks=[clock])
    return clock.seconds


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("song", nargs="?")
    parser.add_argument("--warm", type=int)
    parser.add_argument("--samples", action="store_true")
    parser.add_argument("--server", action="store_true")
    parser.add_argument("--train", type=int)
    options = parser.parse_args()
    if options.train is not None:
        print(json.dumps(train(options.train)), flush=True)
        return
    model = load_model()
    if options.server:
        print("ready", flush=True)
    elif options.warm is None:
        print(classify(model, options.song), flush=True)
    else:
        answer = partial(classify, model, options.song)
        if options.samples:
            answer = partial(classify_samples, model, *librosa.load(options.song))
        answer()
        seconds = []
        for _ in range(options.warm):
            started = time.perf_counter()
            answer()
            seconds.append(time.perf_counter() - started)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
