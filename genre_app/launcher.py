"""Puts the program into the desktop's menu and on audio files, for the user that runs it, on Linux.

    python -m genre_app.launcher install [--default]
    python -m genre_app.launcher uninstall

The entry starts the Python environment that this module runs in, so it works from a checkout and from a
plain installation alike. On Windows and macOS the installation makes its own launcher, ``genre-app-window``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from genre_app.directories import resources_directory

_DESKTOP_FILE: Final = "genre-app.desktop"
_ICON_FILE: Final = "genre-app.svg"
# Characters that keep a meaning inside the quotes of an Exec line (Desktop Entry Specification 1.5).
_SPECIAL_IN_QUOTES: Final = '"`$\\'


def data_home() -> Path:
    """Return the folder in which the desktop looks for what this user installed."""
    named = os.environ.get("XDG_DATA_HOME", "")
    # The specification has relative paths ignored.
    return Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "share"


def install(data: Path, *, python: Path, as_default: bool = False) -> list[Path]:
    """Write the desktop entry and the icon below `data`, and tell the desktop.

    Args:
        data: the folder that desktops look in, see `data_home`.
        python: the interpreter to start the program with.
        as_default: whether audio files shall open with the program even where another one did so far.

    Returns:
        The files written.

    Raises:
        OSError: if they can't be written.
    """
    entry, icon = _places(data)
    for path in (entry, icon):
        path.parent.mkdir(parents=True, exist_ok=True)
    template = (resources_directory() / _DESKTOP_FILE).read_text(encoding="utf-8")
    entry.write_text(desktop_entry(template, python), encoding="utf-8")
    # Some desktops start only what is marked as a program.
    entry.chmod(0o755)
    shutil.copyfile(resources_directory() / "icons" / _ICON_FILE, icon)
    _tell_desktop(data)
    if as_default:
        _run("xdg-mime", "default", _DESKTOP_FILE, *_mime_types(template))
    return [entry, icon]


def uninstall(data: Path) -> list[Path]:
    """Remove what `install` wrote below `data`; return what was there."""
    removed = [path for path in _places(data) if path.is_file()]
    for path in removed:
        path.unlink()
    if removed:
        _tell_desktop(data)
    return removed


def desktop_entry(template: str, python: Path) -> str:
    """Return the shipped desktop entry with the commands in it replaced by ones that start `python`."""
    # -P: the folder that the desktop starts programs in must not be searched for modules.
    replaced = {"Exec": f"{_quoted(str(python))} -P -m genre_app %F", "TryExec": _escaped(str(python))}
    lines = []
    for line in template.splitlines():
        key = line.partition("=")[0]
        lines.append(f"{key}={replaced[key]}" if key in replaced else line)
    return "\n".join(lines) + "\n"


def _quoted(argument: str) -> str:
    """Return `argument` as an Exec line takes it."""
    inside = "".join(f"\\{char}" if char in _SPECIAL_IN_QUOTES else char for char in argument)
    return _escaped(f'"{inside}"').replace("%", "%%")


def _escaped(value: str) -> str:
    """Return `value` as any string in a desktop entry is written."""
    return value.replace("\\", "\\\\")


def _places(data: Path) -> tuple[Path, Path]:
    icons = data / "icons" / "hicolor" / "scalable" / "apps"
    return data / "applications" / _DESKTOP_FILE, icons / _ICON_FILE


def _mime_types(template: str) -> list[str]:
    line = next(line for line in template.splitlines() if line.startswith("MimeType="))
    return [kind for kind in line.removeprefix("MimeType=").split(";") if kind]


def _tell_desktop(data: Path) -> None:
    """Have the caches made anew by which desktops find entries and icons; without them they look anyway."""
    if (data / "applications").is_dir():
        _run("update-desktop-database", "--quiet", str(data / "applications"))
    if (data / "icons" / "hicolor").is_dir():
        # A newer folder is how a desktop notices that its icon cache is stale.
        (data / "icons" / "hicolor").touch()


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program):
        subprocess.run([program, *arguments], check=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m genre_app.launcher",
        description="Put the program into the desktop's menu and on audio files, or take it out again.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    installing = commands.add_parser("install", help="put the program into the menu and on audio files")
    installing.add_argument("--default", action="store_true", help="open audio files with it by default")
    commands.add_parser("uninstall", help="take it out again")
    options = parser.parse_args(arguments)
    if not sys.platform.startswith("linux"):
        parser.error("there is nothing to do on this system: start genre-app-window")
    try:
        if options.command == "uninstall":
            print("\n".join(f"removed {path}" for path in uninstall(data_home())) or "nothing to remove")
        else:
            # sys.executable may be a link into the system; the environment is found by the link's own path.
            written = install(data_home(), python=Path(sys.executable), as_default=options.default)
            print("\n".join(f"wrote {path}" for path in written))
            if options.default and shutil.which("xdg-mime") is None:
                print(
                    f"{parser.prog}: xdg-mime is missing, so audio files still open with another program;"
                    " install xdg-utils and run this again",
                    file=sys.stderr,
                )
                return 1
            if not options.default:
                print("Audio files now offer Genre App under “Open with”; --default has them open with it.")
    except OSError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
