"""Widgets of the page "Models", and what stands between the window and the model versions."""
