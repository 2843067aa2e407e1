# `make` lists what there is. Everything runs from a clean clone with Python 3.11 or newer and make; uv is fetched
# into .tools when the machine has none, and everything else into .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

TOOLS := .tools
PYTHON := .venv/bin/python
UV := $(TOOLS)/uv
ARGS ?=
# What is said on the way is Chinese or English, as careline itself chooses.
SPEAKS := $(shell case "$${CARELINE_LANG:-$${LC_ALL:-$${LC_MESSAGES:-$$LANG}}}" in ([zZ][hH]*) echo zh ;; (*) echo en ;; esac)
say = if [ $(SPEAKS) = zh ]; then echo "$(1)"; else echo "$(2)"; fi
# Where Python may not keep what it has compiled, every process of a demo and of the tests compiles all of it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: ctk help demo test check format bench bench-calls bench-peers requirements shots clean

help:
	@echo "make demo          try it: a town, the pages, an SMSC simulator, in one command"
	@echo "make test          all tests, on all cores, on Postgres servers of their own   (ARGS='-k word' for some)"
	@echo "make check         formatting, lint, types, import floors, requirement marks"
	@echo "make format        let ruff put the code in order"
	@echo "make bench         how many commands per second, and how long they take"
	@echo "make bench-calls   how many calls one core holds, how fast they come in, how soon a key is answered"
	@echo "make bench-peers   the same beside other gateways"
	@echo "make requirements  which requirement is proved by which test"
	@echo "make ctk          a conformance kit of TM Forum against our doors   (KIT=folder of the kit)"
	@echo "make shots         screenshots of every page in both languages"
	@echo "make clean         remove everything that was built or fetched, the demo's data too"

demo: .venv/runs
	@.venv/bin/careline demo $(ARGS)

test: .venv/develops
	@$(PYTHON) -m tests.house.everything $(ARGS)

check: .venv/develops
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(PYTHON) -m tests.house.requirements --check

format: .venv/develops
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: .venv/runs
	@.venv/bin/careline bench sms $(ARGS)
	@.venv/bin/careline bench parts
	@.venv/bin/careline bench kill

bench-calls: .venv/runs
	@.venv/bin/careline bench calls --find $(ARGS)

bench-peers: .venv/develops
	@$(PYTHON) -m benchmarks.peers

requirements: .venv/develops
	@$(PYTHON) -m tests.house.requirements $(ARGS)

ctk: .venv/runs
	@test -n "$(KIT)" || { echo "make ctk KIT=folder: the folder of an unpacked kit of TM Forum" >&2; exit 2; }
	@.venv/bin/careline ctk "$(KIT)" $(ARGS)

shots: .venv/develops
	@$(PYTHON) -m tests.house.shots $(ARGS)

clean:
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m careline.postgres.removing .careline; fi
	rm -rf .venv .tools .careline .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What runs needs no developer's tools; both environments are one folder, and the tools stay once they are there.
.venv/runs: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked --no-dev --inexact $$(sh .ci/python --for-sync)
	@touch $@

.venv/develops: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked $$(sh .ci/python --for-sync)
	@touch $@ .venv/runs

# The machine's uv when there is one, else one of our own; .tools/bin may hold it already.
$(UV):
	@mkdir -p $(TOOLS)
	@if [ ! -x $(TOOLS)/bin/uv ] && ! command -v uv >/dev/null 2>&1; then \
		python=$$(sh .ci/python) || exit 1; \
		$(call say,正在把 uv 下载到 $(TOOLS) ……,Fetching uv into $(TOOLS) ...); \
		if ! "$$python" -m venv $(TOOLS) >$(TOOLS)/venv.log 2>&1; then \
			cat $(TOOLS)/venv.log; \
			$(call say,make：$$python 建不了虚拟环境。Debian 或 Ubuntu：apt-get install python3-venv,make: $$python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv) >&2; \
			rm -rf $(TOOLS); exit 1; \
		fi; \
		$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8" || { \
			$(call say,make：下载不了 uv；有网络吗？也可用 PIP_INDEX_URL 指定软件源,make: uv could not be fetched; is there a network? PIP_INDEX_URL names a package index) >&2; \
			rm -rf $(TOOLS); exit 1; }; \
	fi
	@if [ -x $(TOOLS)/bin/uv ]; then ln -sf bin/uv $@; else ln -sf "$$(command -v uv)" $@; fi
