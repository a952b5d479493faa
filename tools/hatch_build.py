"""Build hook: compile the translations, so that the wheel carries what the window loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TranslationsHook(BuildHookInterface[Any]):
    """Runs Qt's ``lrelease`` over ``resources/translations/*.ts``; an editable build does it in place."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile each ``.ts`` to a ``.qm`` beside it (wheel only; an sdist carries the sources)."""
        if self.target_name != "wheel":
            return
        import PySide6

        # The program itself, not its wrapper `pyside6-lrelease`, which an isolated build has not on PATH.
        suffix = ".exe" if sys.platform == "win32" else ""
        lrelease = Path(PySide6.__file__).parent / f"lrelease{suffix}"
        for source in sorted(Path(self.root, "resources", "translations").glob("*.ts")):
            compiled = source.with_suffix(".qm")
            subprocess.run([str(lrelease), "-silent", str(source), "-qm", str(compiled)], check=True)
            build_data["artifacts"].append(compiled.relative_to(self.root).as_posix())
