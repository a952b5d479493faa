"""Widgets of the page "Retrain", and what stands between the window and the process that trains."""
