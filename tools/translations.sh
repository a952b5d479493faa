#!/bin/sh
# Bring the translations up to date with the sources and compile them.
# A new language: tools/translations.sh fr
set -eu

folder=resources/translations
mkdir -p "$folder"
for language in "$@"; do
    new="$folder/genre-app_$language.ts"
    [ -e "$new" ] || printf '<!DOCTYPE TS>\n<TS version="2.1" language="%s"></TS>\n' "$language" >"$new"
done

set -- "$folder"/genre-app_*.ts
if [ ! -e "$1" ]; then
    echo "There is no translation yet. Begin one, for example in French: tools/translations.sh fr"
    exit 0
fi
find genre_app -name '*.py' | LC_ALL=C sort >"$folder/sources.lst"
trap 'rm -f "$folder/sources.lst"' EXIT
for translation in "$@"; do
    # The sources are English already; only "1 file" and "2 files" are told apart there.
    case $translation in *_en.ts) plural=-pluralonly ;; *) plural= ;; esac
    .venv/bin/pyside6-lupdate -no-obsolete -locations none $plural "@$folder/sources.lst" -ts "$translation"
    .venv/bin/pyside6-lrelease "$translation" -qm "${translation%.ts}.qm"
done
