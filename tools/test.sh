#!/bin/sh
# Run the test suite, or the part named, on a screen of its own: no window pops up, and none is needed.
set -eu

export LC_ALL=C.UTF-8
unset WAYLAND_DISPLAY QT_QPA_PLATFORM QT_STYLE_OVERRIDE QT_SCALE_FACTOR

# Without -noreset the screen starts anew whenever its last window's program ends, and a program that comes to it
# at that moment is kept waiting.
if command -v xvfb-run >/dev/null; then
    exec xvfb-run --auto-servernum --server-args='-screen 0 1600x1200x24 -nolisten tcp -noreset' \
        .venv/bin/python -m pytest "$@"
fi
exec .venv/bin/python -m pytest "$@"
