# Two commands do everything: `make brief` and `make test`. Both make .venv first, when it is not there.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/summarizer

.PHONY: brief digest docs eval agreement test crash check clean

brief: .venv/installed
	$(RUN) brief seeds --replay fixtures/negotiation -o brief.json -o brief.md

# The sample reports as a sequence of days, and how the lines moved from the first to the last.
# To record: make digest REPLIES="--record fixtures/digest" with OPENAI_BASE_URL and OPENAI_API_KEY set.
REPLIES ?= --replay fixtures/digest
digest: .venv/installed
	rm -rf out/digest
	$(RUN) digest rehearse --config examples/digest.toml $(REPLIES)
	$(RUN) digest show --config examples/digest.toml --changes 2025-02-12 2025-09-05

eval: .venv/installed
	$(RUN) eval seeds/gold --replay fixtures/negotiation

# Three recordings of the same reports: how far they say the same.
agreement: .venv/installed
	$(RUN) brief seeds --replay fixtures/negotiation -q -o out/repeats/first.json
	$(RUN) brief seeds --replay tests/data/repeats/second -q -o out/repeats/second.json
	$(RUN) brief seeds --replay tests/data/repeats/third -q -o out/repeats/third.json
	$(RUN) eval --agreement out/repeats/first.json out/repeats/second.json out/repeats/third.json

test: .venv/developed check
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report=term-missing:skip-covered

# A run of a digest killed at two hundred points; `make test` does it at some of them.
crash: .venv/developed
	$(BIN)/python -m pytest tests/test_digest_crash.py --crash-points 200

check: .venv/developed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python tests/installed.py

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

.venv/developed: .venv/installed
	$(BIN)/python -m pip install --quiet --group dev
	touch $@

clean:
	rm -rf .venv build *.egg-info

docs: .venv/installed
	$(BIN)/python docs/cli.py > docs/cli.md
