"""Genre App: hear a song, name its genre, and teach the program new ones. Offline."""

__version__ = "0.1.0"
