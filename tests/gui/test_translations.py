"""Every string of the window speaks Korean, and what the window loads is what the sources say."""

from __future__ import annotations

import re
import string
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from genre_app.gui import language
from genre_app.gui.genre_names import display_name

SUFFIX = ".exe" if sys.platform == "win32" else ""


def qt_tool(name: str) -> str:
    return str(Path(PySide6.__file__).parent / f"{name}{SUFFIX}")


def translations(repository: Path) -> list[Path]:
    found = sorted((repository / "resources" / "translations").glob("genre-app_*.ts"))
    assert [path.stem for path in found] == ["genre-app_en", "genre-app_ko"]
    return found


def messages(path: Path) -> list[tuple[str, str, list[str], bool]]:
    """Return context, source, translations and whether it is finished, of each message."""
    result = []
    for context in ET.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            finished = translation.get("type") is None
            result.append((context.findtext("name", ""), message.findtext("source", ""), forms, finished))
    return result


@pytest.mark.parametrize("name", ["en", "ko"])
def test_nothing_is_left_to_translate(repository: Path, tmp_path: Path, name: str) -> None:
    committed = repository / "resources" / "translations" / f"genre-app_{name}.ts"
    updated = tmp_path / committed.name
    updated.write_bytes(committed.read_bytes())
    sources = tmp_path / "sources.lst"
    sources.write_text("\n".join(map(str, sorted((repository / "genre_app").rglob("*.py")))))
    plural = ["-pluralonly"] if name == "en" else []
    subprocess.run(
        [
            qt_tool("lupdate"),
            "-silent",
            "-no-obsolete",
            "-locations",
            "none",
            *plural,
            f"@{sources}",
            "-ts",
            str(updated),
        ],
        check=True,
        timeout=100,
    )
    unfinished = [
        source for _, source, forms, finished in messages(updated) if not finished or not all(forms)
    ]
    assert unfinished == [], "translate these: make translations, then edit the .ts file"
    assert {message[:2] for message in messages(updated)} == {message[:2] for message in messages(committed)}


@pytest.mark.parametrize("name", ["en", "ko"])
def test_the_compiled_translation_is_that_of_the_source(repository: Path, tmp_path: Path, name: str) -> None:
    source = repository / "resources" / "translations" / f"genre-app_{name}.ts"
    compiled = tmp_path / "compiled.qm"
    subprocess.run(
        [qt_tool("lrelease"), "-silent", str(source), "-qm", str(compiled)], check=True, timeout=60
    )
    present = source.with_suffix(".qm")
    assert present.exists(), "run: make translations"
    assert present.read_bytes() == compiled.read_bytes(), "out of date, run: make translations"


def test_what_is_filled_in_is_in_both(repository: Path) -> None:
    def holes(text: str) -> set[str]:
        named = {name for _, name, _, _ in string.Formatter().parse(text) if name} if "{" in text else set()
        return named | set(re.findall(r"%[1-9]", text))

    for path in translations(repository):
        for context, source, forms, _ in messages(path):
            for form in forms:
                assert holes(form) == holes(source), (path.name, context, source)
                # “one second” may do without its number.
                assert "%n" not in form or "%n" in source, (path.name, context, source)


def test_korean_is_korean(repository: Path) -> None:
    for _, source, forms, _ in messages(repository / "resources" / "translations" / "genre-app_ko.ts"):
        words = re.sub(r"\{\w+\}|%\w|Genre App|Hz|kHz|dB", "", source)
        if re.search("[A-Za-z]{2}", words) and words.strip() != "of":
            assert re.search("[가-힣]", forms[0]), source


def test_a_language_is_loaded_and_taken_back(qapp: QApplication) -> None:
    language.use_language("ko")
    assert display_name("hiphop") == "힙합"
    assert QCoreApplication.translate("errors", "File not found") == "파일을 찾을 수 없음"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "취소"
    language.use_language("en")
    assert display_name("hiphop") == "Hip-hop"
    assert display_name("trot") == "trot"
    assert QCoreApplication.translate("ListenPage", "%n file(s)", None, 1) == "1 file"
    assert QCoreApplication.translate("ListenPage", "%n file(s)", None, 2) == "2 files"


def test_qt_s_dialog_for_files_is_korean(qtbot: QtBot) -> None:
    language.use_language("ko")
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert len(labels) == 3
    for label in labels:
        assert re.search("[가-힣]", label), label


def test_a_system_in_another_language_gets_english(monkeypatch: pytest.MonkeyPatch) -> None:
    class System:
        languages = ("fr-FR", "ko_KR", "en")

        @classmethod
        def system(cls) -> type[System]:
            return cls

        @classmethod
        def uiLanguages(cls) -> tuple[str, ...]:  # noqa: N802 - Qt's name
            return cls.languages

    monkeypatch.setattr(language, "QLocale", System)
    assert language.system_language() == "ko"
    System.languages = ("fr-FR",)
    assert language.system_language() == "en"
