# Genre App. `make` alone lists what can be made. Needs Python 3.11 to 3.13, make and git; brings the rest.

PYTHON ?= python3
VENV := .venv/bin

.PHONY: help setup run test lint format install-launcher uninstall-launcher base-model compare-trainings benchmark \
	translations wheel clean distclean
.DEFAULT_GOAL := help

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## */\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do \
		printf '  make %-20s %s\n' "$$target" "$$text"; done

setup:  ## create .venv and install all that the program needs
	@$(PYTHON) tools/environment.py run

run: setup  ## open the window; FILES="song.mp3 'another song.wav'" opens these
	@tools/run.sh $(FILES)

test:  ## run the whole test suite; TESTS="tests/unit -k mel" runs a part
	@$(PYTHON) tools/environment.py test
	@tools/test.sh $(TESTS)

lint:  ## check style, types and architecture
	@$(PYTHON) tools/environment.py lint
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy
	$(VENV)/lint-imports

format:  ## put the sources into the house style
	@$(PYTHON) tools/environment.py lint
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

install-launcher: setup  ## put the program into the menu and on audio files; ARGS=--default opens them with it
	@$(VENV)/python -m genre_app.launcher install $(ARGS)

uninstall-launcher: setup  ## take it out again
	@$(VENV)/python -m genre_app.launcher uninstall

base-model:  ## train the shipped model again (models/README.md); ARGS="--help"
	@$(PYTHON) tools/environment.py base-model
	$(VENV)/python -m genre_app.training.base_model $(ARGS)

compare-trainings:  ## train other sizes, and with less, to see what limits the model (models/README.md)
	@$(PYTHON) tools/environment.py compare-trainings
	$(VENV)/python -m genre_app.training.compare_trainings $(ARGS)

benchmark:  ## compare speed with the recipe that this program replaces
	@$(PYTHON) tools/environment.py benchmark
	$(VENV)/python -m tests.benchmarks.against_seed_recipe $(ARGS)

translations: setup  ## bring resources/translations up to date with the sources, and compile them
	@tools/translations.sh

wheel:  ## build dist/*.whl and dist/*.tar.gz
	@$(PYTHON) tools/environment.py lint
	$(VENV)/python -m build --no-isolation

clean:  ## remove what the tools and builds left behind
	rm -rf build dist .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find genre_app tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## and .venv as well
	rm -rf .venv
