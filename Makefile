# Two commands for a newcomer: `make check` and `make test`. The others are listed by `make help`.
# Everything is installed into $(VENV): the active virtual environment, else .venv.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := $(or $(VIRTUAL_ENV),$(CURDIR)/.venv)
BIN := $(VENV)/bin
STAMP := .cache/setup-$(shell echo $(VENV) | cksum | cut -d' ' -f1)
OUT ?= out
LEVEL ?= quick
SELFTEST ?= .cache/selftest
JOBS ?= $(shell nproc)

# Every target is a command and no file.
.PHONY: $(shell sed -nE 's/^([a-z-]+):.*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 20

check: setup ## run the conformance suite against the embedded reference
	@$(BIN)/kofu check --reference all --level $(LEVEL) --out $(OUT)

test: setup ## the project's own tests, on all cores; ARGS="-n 0 -k NAME" for one of them
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

lint: setup ## ruff, mypy strict, import-linter, buf, drift of generated code
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory proto-check
	@$(MAKE) --no-print-directory vectors-check

format: setup ## let ruff format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

proto: setup ## regenerate proto/gen, schemas and OpenAPI documents from the protos
	@$(BIN)/python proto/generate.py

proto-release: setup ## the descriptor image of this version, into proto/released
	@$(BIN)/python proto/generate.py --release

proto-check: setup ## buf lint, no break of the last release, no difference between protos and generated code
	@$(BIN)/python proto/generate.py --image .cache/kofu.binpb
	@cd proto && $(BIN)/buf lint ../.cache/kofu.binpb
	@$(BIN)/python proto/generate.py --breaking
	@$(BIN)/python proto/generate.py --check

docs: setup ## the specification as a site, Japanese and English, into $(OUT)/docs
	@$(BIN)/python proto/generate.py --image .cache/kofu-commented.binpb
	@PYTHONPATH=spec/docs:proto $(BIN)/python -m kofu_site.build --image .cache/kofu-commented.binpb --out $(OUT)/docs

model: setup ## every state of the model's small configurations, and its mutants
	@$(BIN)/kofu model

model-full: setup ## the large configurations too; takes minutes
	@$(BIN)/kofu model --large

model-results: setup ## search again and write spec/kofu_spec/model/results.json
	@$(BIN)/python -m kofu_spec.model.results

crash-full: setup ## kill core, relay, issuing server and koseki system at every crash point; takes an hour
	@KOFU_CRASH_POINTS=all $(BIN)/python -m pytest -rs reference/tests/test_crash_points.py

vectors: setup ## regenerate the test vectors from the rules
	@$(BIN)/python -m kofu_spec.vectors

vectors-check: setup ## no difference between the rules and the test vectors
	@$(BIN)/python -m kofu_spec.vectors --check

selftest: setup ## every seeded fault against the suite: the matrix fault x check
	@$(BIN)/kofu selftest $(ARGS)

traceability: setup ## what judges what, from a real run of the suite and of every fault, into links.json
	@$(BIN)/kofu selftest --named --jobs 2 --out $(SELFTEST)
	@$(BIN)/python -m kofu_conformance.traceability write $(SELFTEST)

traceability-check: setup ## no gap between requirements, checks and faults in the last selftest --named --out $(SELFTEST)
	@$(BIN)/python -m kofu_conformance.traceability check $(SELFTEST)

kiosk-crash: setup ## kill -9 the kiosk at every step of a purchase; takes minutes
	@KOFU_CRASH_STEPS=all $(BIN)/python -m pytest reference/tests/test_kiosk_crash.py $(ARGS)

demo: setup ## six certificates from card to paper, into $(OUT)/demo
	@$(BIN)/kofu demo --out $(OUT)/demo

bench: setup ## side-by-side measurements, each printing a ratio
	@for one in bench/bench_*.py; do echo "== $$one"; $(BIN)/python $$one || exit 1; done

wheel: setup ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --outdir dist . > .cache/build.log || { cat .cache/build.log; exit 1; }

wheel-check: wheel ## the wheel alone, in an empty environment, runs the suite
	@./.ci/wheel-check dist/*.whl

setup: $(STAMP)

$(STAMP): pyproject.toml .ci/setup
	@PYTHON="$(PYTHON)" VENV="$(VENV)" ./.ci/setup
	@mkdir -p .cache && touch $@

clean: ## forget what was built and cached here
	@rm -rf .cache .venv dist build out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
