# One command for each need. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test soak lint fmt e2e golden bench bench-large fuzz audit

LISTEN ?= 127.0.0.1:8080
DATA   ?= data/demo

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## Install what this machine lacks for `make run` and `make test`
	@scripts/setup test

run: ## Build, make the invented district once, open it and print the address (LISTEN=, DATA=)
	@scripts/run "$(DATA)" "$(LISTEN)"

test: ## Everything that must hold: format, lints, docs, tree, rulebook, tests, browser tests
	@scripts/test

CASES ?= 10000
soak: ## Try every property on many other cases (CASES= for each, by chance)
	@PROPTEST_CASES=$(CASES) cargo test --locked -p xinheng-domain -p xinheng-exchange -p xinheng-rulebook

lint: ## The quick part of `make test`: no databases, no browser
	@scripts/test lint

fmt: ## Format the Rust code
	cargo fmt --all

e2e: ## Only the browser tests
	@scripts/setup test && scripts/e2e

golden: ## Accept new snapshots and take the README's screenshot again; read the diff before you commit
	@scripts/setup test && scripts/golden

bench: ## Measure speed against pinned baselines, in one run
	@scripts/setup run && scripts/with-postgres cargo run --locked --release -p xinheng-bench

bench-large: ## From 10^5 to 10^7 records: how load and look-up grow (half an hour, 50 GB)
	@scripts/setup run && cargo run --locked --release -p xinheng-bench -- large

EXAMPLES ?= 40
audit: ## Before a release: requests made by rule with every role's session, dependencies (network)
	@scripts/audit "$(EXAMPLES)"

SECONDS ?= 180
fuzz: ## Hand anything at all to every reader and parser (SECONDS= for each, or ten million runs)
	@scripts/fuzz "$(SECONDS)"
