"""Find and install what the program needs from the operating system: libraries and a few commands.

What is there is found by trying it (loading the library, looking for the command), so that nothing depends
on how it came there. Only the names of what is missing are Debian's and Ubuntu's.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

# What -> the package that brings it. Debian 13 and Ubuntu 24.04 renamed some to "…t64" (see `_package`).
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
SOUND_LIBRARIES = {
    "libportaudio.so.2": "libportaudio2",
    "libasound.so.2": "libasound2",
}
# Lets PortAudio, which speaks ALSA, reach PulseAudio and PipeWire.
ALSA_PULSE_PLUGIN = ("alsa-lib/libasound_module_pcm_pulse.so", "libasound2-plugins")
# Purpose -> the commands that it needs beyond the libraries.
COMMANDS = {
    "test": {
        "Xvfb": "xvfb",
        "xauth": "xauth",
        "pulseaudio": "pulseaudio",
        "pactl": "pulseaudio-utils",
        "desktop-file-validate": "desktop-file-utils",
        "appstreamcli": "appstream",
    },
    "base-model": {"espeak-ng": "espeak-ng"},
    "compare-trainings": {"espeak-ng": "espeak-ng"},
}
RENAMED_FOR_64_BIT_TIME = {"libglib2.0-0", "libasound2"}


def missing_packages(purpose: str) -> list[str]:
    """Return the packages that would bring what this machine lacks, in a stable order.

    It includes the part of Python that makes virtual environments, which Debian ships apart.
    """
    missing = [package for library, package in QT_LIBRARIES.items() if not _loads(library)]
    missing += [package for library, package in SOUND_LIBRARIES.items() if not _loads(library)]
    plugin, package = ALSA_PULSE_PLUGIN
    if not any(any(Path("/usr").glob(folder + plugin)) for folder in ("lib*/", "lib/*/")):
        missing.append(package)
    commands = COMMANDS.get(purpose, {})
    missing += [package for command, package in commands.items() if not shutil.which(command)]
    missing = [_package(name) for name in missing]
    if not _makes_environments():
        missing.append(f"python3.{sys.version_info.minor}-venv")
    return missing


def ensure(purpose: str) -> None:
    """Install what is missing, or say how to and exit.

    Raises:
        SystemExit: if something is missing that can't be installed from here.
    """
    if not sys.platform.startswith("linux"):
        return
    missing = missing_packages(purpose)
    if not missing:
        return
    if not shutil.which("apt-get"):
        print("This machine lacks what these Debian packages contain:", file=sys.stderr)
        print("    " + " ".join(missing), file=sys.stderr)
        print("Install their counterparts with your package manager. Going on without.", file=sys.stderr)
        return
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"] if _sudo_without_password() else None
    if as_root is None:
        _refuse(missing, install)
        return
    print("Installing system packages: " + " ".join(missing), flush=True)
    environment = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    # Lists that can't be renewed (no network, a broken extra source) may still do.
    subprocess.call([*environment, "apt-get", "update", "-qq"])
    if subprocess.call([*environment, *install, "-qq", "-o=Dpkg::Use-Pty=0"]) != 0:
        raise SystemExit("These system packages could not be installed: " + " ".join(missing))


def _refuse(missing: list[str], install: list[str]) -> None:
    both = "apt-get update && " + " ".join(install)
    command = f"sudo sh -c '{both}'" if shutil.which("sudo") else f"su - -c '{both}'"
    print(
        "Genre App needs these system packages, which only an administrator can install:\n"
        f"    {' '.join(missing)}\n"
        "Type this once, then the same make command again:\n\n"
        f"    {command}\n",
        file=sys.stderr,
    )
    raise SystemExit(1)


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _makes_environments() -> bool:
    return find_spec("venv") is not None and find_spec("ensurepip") is not None


def _sudo_without_password() -> bool:
    if not shutil.which("sudo"):
        return False
    return subprocess.call(["sudo", "-n", "true"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def _package(name: str) -> str:
    """Return the name that this release gives the package `name`."""
    if name in RENAMED_FOR_64_BIT_TIME and _has_64_bit_time_packages():
        return name + "t64"
    return name


def _has_64_bit_time_packages() -> bool:
    # Every release that renamed the libraries has some of them installed from the start, so this needs
    # no package lists, which a fresh machine has not.
    listed = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package}\\n", "*t64"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return bool(listed.stdout.strip())
