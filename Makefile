# The commands a newcomer needs. Each works first on a fresh clone, on its own.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: install chat test test-all check lock illustrator browser

install: $(READY)  ## make .venv with the `codirector` command

# torch goes first and alone (2.13.0, whatever build this machine's index serves); the lock is complete, so nothing is resolved.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 13)))' || { echo "Codirector needs Python 3.11 or 3.12; set PYTHON=python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -c 'import torch' 2>/dev/null || $(BIN)/pip install --quiet $(TORCH_INDEX) torch==2.13.0
	$(BIN)/pip install --quiet --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --no-deps -e .
	@touch $(READY)

# Without CUDA the CPU build of torch is a tenth of the download; set TORCH_INDEX= to take the default one.
TORCH_INDEX ?=

chat: install  ## open the web page
	$(BIN)/codirector web

browser:  ## the browser the page's own tests play in (Debian)
	@command -v chromium >/dev/null || { apt-get update -qq && apt-get install -y -qq chromium; }

test: install  ## the tests, under 8 minutes on 2 cores
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest

test-all: install  ## the long ones too
	HF_HUB_OFFLINE=1 $(BIN)/python -m pytest -m ""

check: install  ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports

lock: install  ## pin every version again (needs uv)
	$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/pip install --quiet uv
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock

illustrator: install  ## train the embedded picture model again (hours on CPU, minutes on CUDA); resumes; PIECE=10 stops after ten minutes
	$(BIN)/python -m training.illustrator $(if $(PIECE),--piece $(PIECE))
