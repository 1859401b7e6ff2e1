# `make help` lists what there is. ARGS is handed on: make run ARGS='--listen 127.0.0.1:8080'

CARGO ?= cargo
# Crates whose benchmarks build in seconds; the store's run with the whole program in `palisade bench`.
LIGHT := palisade-model palisade-guard palisade-events palisade-sources palisade-supply
PALISADE := $(CARGO) run --quiet --release --package palisade --
FUZZ_SECONDS ?= 40
ROUNDS ?= 10
# The tests that make up their inputs make the same up for everybody, so that a change is judged by what it changed.
# `make properties` looks for inputs that nobody has tried.
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test properties check deny audit bench fuzz dist

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /|/' | \
	  awk -F '|' '{ printf "make %-10s %s\n", $$1, $$2 }'

run: ## build the release binary and start the server with sample observations
	$(CARGO) run --release --package palisade -- serve --demo $(ARGS)

test: export PROPTEST_RNG_SEED = $(SEED)
test: ## install what the tests need, and run all of them
	tests/setup.sh
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
	  set -x; $(CARGO) nextest run --release --workspace $(ARGS); \
	else \
	  set -x; $(CARGO) test --release --workspace $(ARGS); \
	fi

properties: ## the tests without a server, ROUNDS times, with inputs that are new each time (cargo-nextest)
	@for round in $$(seq $(ROUNDS)); do \
	  $(CARGO) nextest run --release --workspace --no-fail-fast --status-level fail -E 'not package(palisade)' || exit 1; \
	done

check: ## formatting, clippy with warnings as errors, licences and sources of dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --workspace --all-targets -- -D warnings
	@$(MAKE) --no-print-directory deny

deny: ## licences, bans and sources of dependencies (offline)
	@if $(CARGO) deny --version >/dev/null 2>&1; then \
	  set -x; $(CARGO) deny --offline check licenses bans sources; \
	else \
	  echo 'make deny: NOT CHECKED: cargo-deny is not installed (cargo install --locked cargo-deny)' >&2; \
	fi

audit: ## known vulnerabilities of dependencies (fetches the advisory database)
	$(CARGO) deny check advisories

bench: ## benchmarks of the light crates, then of the whole program
	$(CARGO) bench --benches $(addprefix --package ,$(LIGHT))
	$(PALISADE) bench ingest $(ARGS)
	$(PALISADE) bench query $(ARGS)

fuzz: ## each fuzz target for FUZZ_SECONDS (nightly compiler and cargo-fuzz)
	$(CARGO) +nightly fuzz build --sanitizer none
	@set -e; for target in $$($(CARGO) +nightly fuzz list); do \
	  echo "== $$target"; \
	  $(CARGO) +nightly fuzz run --sanitizer none $$target -- -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=1; \
	done

dist: ## a fully optimised binary for publishing
	$(CARGO) build --locked --profile dist --package palisade
