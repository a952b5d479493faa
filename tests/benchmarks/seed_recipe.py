"""The recipe that this program replaces, as it is usually written: the yardstick of the benchmark.

librosa loads the song, matplotlib draws its mel spectrogram into a picture of 224×224, and a Keras
EfficientNet-B0 looks at that. Its weights are random here, which costs as much time as learned ones.

    python seed_recipe.py song.wav              one answer from nothing
    python seed_recipe.py song.wav --warm 5     JSON: seconds of each answer of a loaded model
    python seed_recipe.py --server              "ready" when a server made of it could take requests
"""

from __future__ import annotations

import argparse
import io
import json
import os
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import librosa
import librosa.display
import matplotlib as mpl
import numpy as np

mpl.use("Agg")

import matplotlib.pyplot as plt
from PIL import Image


def load_model() -> keras.Model:
    return keras.applications.EfficientNetB0(weights=None, classes=10, input_shape=(224, 224, 3))


def picture_of(path: str) -> np.ndarray:
    samples, sample_rate = librosa.load(path)
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
    return int(model.predict(picture_of(path)[np.newaxis], verbose=0)[0].argmax())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("song", nargs="?")
    parser.add_argument("--warm", type=int)
    parser.add_argument("--server", action="store_true")
    options = parser.parse_args()
    model = load_model()
    if options.server:
        print("ready", flush=True)
    elif options.warm is None:
        print(classify(model, options.song), flush=True)
    else:
        classify(model, options.song)
        seconds = []
        for _ in range(options.warm):
            started = time.perf_counter()
            classify(model, options.song)
            seconds.append(time.perf_counter() - started)
        print(json.dumps(seconds), flush=True)


if __name__ == "__main__":
    main()
