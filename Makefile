# Everything runs from a virtual environment of this folder's own; nothing is installed outside it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
# One more than there are processors: some tests wait for processes of their own.
WORKERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: help demo test test-peers soak-races soak-stripe soak-whatif soak-dashboard soak-memory check format bench lock \
	goldens pictures clean

help:
	@echo "make demo        make a demonstration out of generated events and serve it on http://127.0.0.1:8000"
	@echo "make test        run every test that needs Python alone, PostgreSQL from a wheel included"
	@echo "make test-peers  run the tests against foreign programs (Graphviz, PlantUML, Mermaid, XState, two Stripes, …)"
	@echo "make soak-races  32 clients ask at once for each of 200 resources, on both databases"
	@echo "make soak-stripe 500 refunds against each program that speaks Stripe's API, with lost replies"
	@echo "make soak-whatif other rules for 100,000 resources on both databases, within a minute each"
	@echo "make soak-dashboard  every page with a million resources on both databases, each within 200 ms"
	@echo "make soak-memory what a replica holds in memory after 5,000,000 events, beside after 500,000"
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

# What stands beside us in the measurements, on top of what the tests need.
$(VENV)/bench: $(VENV)/dev requirements/bench.txt
	@$(PIP) --require-hashes -r requirements/bench.txt
	@touch $@

demo: $(VENV)/runtime
	$(BIN)/refundry demo

test: $(VENV)/dev
	$(BIN)/python -m pytest -m "not peers" -n $(WORKERS) --dist worksteal

tests/peers/node_modules/.installed: tests/peers/package-lock.json
	@cd tests/peers && npm ci --no-audit --no-fund --silent
	@touch $@

# A program under a copyleft licence that is only ever run, never imported: an environment of its own.
build/localstripe/.installed: tests/peers/localstripe.txt
	@$(PYTHON) -m venv build/localstripe
	@build/localstripe/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r $<
	@touch $@

PEERS := tests/peers/node_modules/.installed build/localstripe/.installed

test-peers: $(VENV)/dev $(PEERS)
	$(BIN)/python -m pytest -m peers -n 2 --dist loadfile

soak-races: $(VENV)/dev
	REFUNDRY_SOAK=1 $(BIN)/python -m pytest tests/money/test_races.py

soak-stripe: $(VENV)/dev $(PEERS)
	REFUNDRY_SOAK=1 $(BIN)/python -m pytest -m peers -s tests/peers/test_stripe_mock.py tests/peers/test_stripe_careless.py

soak-whatif: $(VENV)/dev
	$(BIN)/python -m bench.whatif

soak-dashboard: $(VENV)/dev
	$(BIN)/python -m bench.dashboard

soak-memory: $(VENV)/dev
	$(BIN)/python -m bench.memory

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_house.py

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/bench
	$(BIN)/python -m bench

pictures: $(VENV)/dev
	$(BIN)/python -m tests.browser.pictures

goldens: $(VENV)/dev
	$(BIN)/python -m tests.goldens

lock: $(VENV)/dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/build.in -o requirements/build.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev pyproject.toml -o requirements/dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra bench -c requirements/dev.txt pyproject.toml -o requirements/bench.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header tests/peers/localstripe.in -o tests/peers/localstripe.txt

clean:
	rm -rf $(VENV) build refundry-demo.db*
