# What a person types. `make` alone lists it. scripts/setup brings what is missing, once, and says so.
.DEFAULT_GOAL := help
.PHONY: help setup run build front server test check bench fmt dev e2e fuzz pictures clean
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

ROLLCALL := target/release/rollcall
FRONT := target/site/.built
FRONT_SOURCES := $(shell find app style -type f) Cargo.toml Cargo.lock .cargo/config.toml scripts/finish-front \
	scripts/wasm-opt/bin/wasm-opt scripts/wasm-opt/package-lock.json

# The toolchain and the PATH. Make reads this file first, makes it where it is missing or old, and starts anew.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
include target/setup.env
endif
target/setup.env: scripts/setup Cargo.lock scripts/wasm-opt/package-lock.json
	@scripts/setup

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

setup: ## bring everything that building and testing needs
	@scripts/setup --test

run: build ## build and start on SQLite in ./data; prints where to click
	@$(ROLLCALL) serve

# Each half has long stretches for one core alone, so that they are built side by side; what joins them is short.
build: ## the release binary, its assets inside: target/release/rollcall
	@$(MAKE) -j2 $(FRONT) server
	@cargo build --release -p server --features embed

front: $(FRONT) ## the WebAssembly half alone
$(FRONT): $(FRONT_SOURCES)
	@echo "build: the console's WebAssembly and styles"
	@MAKEFLAGS= cargo leptos build --release --split --frontend-only
	@scripts/finish-front
	@touch $@

server: ## the other half, without the console's assets
	@echo "build: the server"
	@MAKEFLAGS= cargo build --release -p server --features embed --lib

test: build ## every test, the browser's included
	@scripts/setup --test
	@scripts/test

check: ## format, lints on both halves, unit tests
	@echo "check: format"
	@cargo fmt --all --check
	@echo "check: lints, the server half"
	@cargo clippy --workspace --all-targets -- -D warnings
	@echo "check: lints, the WebAssembly half"
	@cargo clippy -p app --no-default-features --features hydrate --target wasm32-unknown-unknown --target-dir target/front -- -D warnings
	@echo "check: unit tests"
	@cargo test --workspace --lib --bins

bench: ## what things cost in a small directory and a large one, as ratios; USERS=20000 for a quicker one
	@scripts/setup
	@cargo bench -p directory --bench directory

fmt: ## format the code
	@cargo fmt --all

dev: ## rebuild and restart on every change, on http://127.0.0.1:3000
	@rm -f $(FRONT) # the site holds the development build from here on
	@cargo leptos watch --split -- serve

e2e: build ## the browser's tests alone; ARGS="-g token" passes options to Playwright
	@scripts/setup --test
	@cd end2end && npx playwright test $(ARGS)

fuzz: ## fuzz the SCIM parsers, SECONDS_EACH=60 a target; needs cargo-fuzz and a nightly compiler
	@for target in bulk filter path patch resource; do mkdir -p target/fuzz/$$target; \
		env -u RUSTUP_TOOLCHAIN cargo +nightly fuzz run --fuzz-dir server/scim/fuzz $$target target/fuzz/$$target \
		server/scim/fuzz/corpus/$$target -- -max_total_time=$(or $(SECONDS_EACH),60) -max_len=4096 -timeout=5; done

pictures: build ## a picture of every page, wide and narrow, light and dark, in target/pictures
	@scripts/setup --test
	@cd end2end && npx playwright test --config playwright.pictures.config.ts

clean: ## remove what was built; the data folder stays
	@rm -rf target end2end/node_modules scripts/wasm-opt/node_modules
