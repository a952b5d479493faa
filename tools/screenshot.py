"""Take resources/screenshots/window.png from the really running program, on songs computed here.

    .venv/bin/python tools/screenshot.py [--dark] [--korean] [--size 1360x860] [--output FILE]

Needs Xvfb. The shipped model must be there; GENRE_APP_HOME may name a home with another active one.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from screenshot_songs import write_songs

ROOT = Path(__file__).resolve().parent.parent

# Runs inside the program's process: it waits until all files are heard, and takes the window's picture.
_INSIDE = """
import sys
from PySide6.QtCore import QTimer
from genre_app.gui import app as program

output, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
files = sys.argv[4:]

class Photographed(program.Program):
    def open(self, paths):
        self.window.resize(width, height)
        super().open(paths)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(200)

    def _look(self):
        queue = self._queue
        if len(queue.rows.rows) == len(files) and not queue.busy:
            self._timer.stop()
            # The spectrogram is drawn a moment after the answer.
            QTimer.singleShot(1500, self, self._photograph)

    def _photograph(self):
        saved = self.window.grab().save(output)
        self.window.end_without_asking()
        self._app.exit(0 if saved else 1)

program.Program = Photographed
from genre_app.cli import main
sys.exit(main(files))
"""


def main() -> int:
    """Take the picture and return the exit status."""
    parser = argparse.ArgumentParser(description="Take the picture of the README from the running program.")
    parser.add_argument("--dark", action="store_true", help="in the dark colour scheme")
    parser.add_argument("--korean", action="store_true", help="in Korean")
    parser.add_argument("--size", default="1360x860", metavar="WxH", help="of the window")
    parser.add_argument("--output", type=Path, default=ROOT / "resources" / "screenshots" / "window.png")
    options = parser.parse_args()
    width, height = options.size.split("x")
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        print("xvfb-run is not there; on Debian and Ubuntu: sudo apt-get install xvfb", file=sys.stderr)
        return 1
    output = options.output.absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(os.environ.get("GENRE_APP_HOME", Path(folder) / "home"))
        (home / "config").mkdir(parents=True, exist_ok=True)
        (home / "config" / "settings.ini").write_text(
            f"[window]\nscheme={'dark' if options.dark else 'light'}\n"
            f"language={'ko' if options.korean else 'en'}\n"
        )
        songs = write_songs(Path(folder))
        return subprocess.run(
            [
                *(xvfb, "--auto-servernum", "--server-args=-screen 0 1920x1200x24"),
                *(sys.executable, "-c", _INSIDE, str(output), width, height, *map(str, songs)),
            ],
            cwd=ROOT,
            env={**os.environ, "GENRE_APP_HOME": str(home)},
            check=False,
            timeout=180,
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
