"""Sound in and out: decode any file, record, play, peaks and levels. No Qt, no TensorFlow.

Nothing is imported here on purpose: the decoder's child process starts through this package and must not
pay for what it does not use.
"""
