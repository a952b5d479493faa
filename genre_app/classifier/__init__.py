"""From samples to a genre: model versions and predictions. No Qt, no TensorFlow."""

from __future__ import annotations

from genre_app.classifier.classifier import Classifier
from genre_app.classifier.prediction import Prediction, Segment

__all__ = ["Classifier", "Prediction", "Segment"]
