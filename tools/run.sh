#!/bin/sh
# Open the window with the files given, or say what to do where there is no screen to open it on.
set -eu

if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
    cat >&2 <<'END'
There is no display here to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).
Without a window, from this folder:

    .venv/bin/genre-app classify SONG...

END
    exit 1
fi

exec .venv/bin/genre-app "$@"
