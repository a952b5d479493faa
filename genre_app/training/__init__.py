"""The EfficientNet: its definition, its training, its export. Runs in a process of its own.

This is the only room that imports TensorFlow and Keras.
"""
