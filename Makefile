# Everything runs from a virtual environment of this folder's own; nothing is installed outside it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.PHONY: help demo test test-peers check format bench lock goldens clean

help:
	@echo "make demo        make a demonstration out of generated events and serve it on http://127.0.0.1:8000"
	@echo "make test        run every test that needs Python alone"
	@echo "make test-peers  run the tests against foreign programs (Graphviz, Mermaid, Chromium)"
	@echo "make check       format, lint, types, import order"
	@echo "make bench       measure, as ratios within one run"
	@echo "make lock        pin every dependency anew"
	@echo "make goldens     draw the published diagrams and help texts anew"

$(VENV)/runtime: requirements/runtime.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing refundry and what it needs into $(VENV)"
	@$(PIP) --require-hashes -r requirements/build.txt
	@$(PIP) --require-hashes -r requirements/runtime.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements/dev.txt
	@$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/runtime
	$(BIN)/refundry demo

test: $(VENV)/dev
	$(BIN)/python -m pytest -m "not peers"

tests/peers/node_modules/.installed: tests/peers/package-lock.json
	@cd tests/peers && npm ci --no-audit --no-fund --silent
	@touch $@

test-peers: $(VENV)/dev tests/peers/node_modules/.installed
	$(BIN)/python -m pytest -m peers

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_house.py

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev
	$(BIN)/python -m bench

goldens: $(VENV)/dev
	$(BIN)/python -m tests.goldens

lock: $(VENV)/dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/build.in -o requirements/build.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements/dev.txt

clean:
	rm -rf $(VENV) refundry-demo.db*
