"""What the network sees of the sound: the log-mel spectrogram, defined once and used everywhere."""
