# `make help` lists what there is. ARGS is handed on: make run ARGS='--listen 127.0.0.1:8080'

CARGO ?= cargo
# Crates whose benchmarks build in seconds; the store's run with the whole program in `palisade bench`.
LIGHT := palisade-model palisade-guard palisade-sources
PALISADE := $(CARGO) run --quiet --release --package palisade --

.DEFAULT_GOAL := help
.PHONY: help run test check deny audit bench dist

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /|/' | \
	  awk -F '|' '{ printf "make %-6s %s\n", $$1, $$2 }'

run: ## build the release binary and start the server with sample observations
	$(CARGO) run --release --package palisade -- serve --demo $(ARGS)

test: ## install what the tests need, and run all of them
	tests/setup.sh
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
	  set -x; $(CARGO) nextest run --release --workspace $(ARGS); \
	else \
	  set -x; $(CARGO) test --release --workspace $(ARGS); \
	fi

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

dist: ## a fully optimised binary for publishing
	$(CARGO) build --locked --profile dist --package palisade
