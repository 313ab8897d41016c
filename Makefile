# Every command a person runs. Each sets up what it needs, and is quick when that is there already.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

TARGET_DIR := $(or $(CARGO_TARGET_DIR),target)
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(PATH)

WASM := pkg/wasm/bulla_bg.wasm
ACCOUNT := pkg/account/account_bg.wasm
KEYS := pkg/keys/keys_bg.wasm
LOCK := pkg/lock/lock_bg.wasm
WASM_SOURCES := Cargo.toml Cargo.lock $(shell find src -type f)
ACCOUNT_SOURCES := $(WASM_SOURCES) $(shell find account -type f)
NPM_SOURCES := $(shell find npm -type f) LICENSE-MIT LICENSE-APACHE
SERVER_SOURCES := $(WASM_SOURCES) $(shell find server www -type f)

## serve: build everything and run the server at http://127.0.0.1:8787 (SERVE_ARGS="--listen ..." adds options)
.PHONY: serve
serve: build
	exec $(TARGET_DIR)/release/bulla serve $(SERVE_ARGS)

## build: the server's binary, with the pages and the wasm module inside
.PHONY: build
build: $(TARGET_DIR)/release/bulla
$(TARGET_DIR)/release/bulla: $(SERVER_SOURCES) pkg/package.json
	cargo build --release --locked -p bulla-server
	touch $@

## pkg: the npm package, in pkg/: the core module, and those for accounts, keys and locked links, which are loaded on first use
.PHONY: pkg
pkg: pkg/package.json

# wasm-pack writes its own package.json and .gitignore into its output folder, so that lies a level below.
$(WASM): $(WASM_SOURCES) scripts/types.mjs scripts/strip.mjs | toolchain
	rm -rf pkg/wasm/snippets
	wasm-pack build --profile wasm --no-opt --target web --out-dir pkg/wasm --out-name bulla --mode no-install -- --locked
	rm -f pkg/wasm/package.json pkg/wasm/.gitignore pkg/wasm/README.md pkg/wasm/LICENSE*
	node scripts/types.mjs pkg/wasm/bulla.d.ts
	node scripts/strip.mjs $@
	node scripts/sizes.mjs $@

# The account's modules are one crate, of which each takes a feature: one after the other.
$(KEYS): | $(ACCOUNT)
$(LOCK): | $(KEYS)
$(ACCOUNT) $(KEYS) $(LOCK): $(ACCOUNT_SOURCES) scripts/strip.mjs | toolchain
	module=$(notdir $(@D))
	rm -rf pkg/$$module/snippets
	wasm-pack build account --profile wasm --no-opt --target web --no-typescript --out-dir ../pkg/$$module --out-name $$module --mode no-install -- --locked --no-default-features --features $$module
	rm -f pkg/$$module/package.json pkg/$$module/.gitignore pkg/$$module/README.md pkg/$$module/LICENSE*
	node scripts/strip.mjs $@
	node scripts/sizes.mjs $@

# A plain `wasm-pack build` puts its own files here, newer than ours: what differs is replaced, what is alike stays.
pkg/package.json: $(WASM) $(ACCOUNT) $(KEYS) $(LOCK) $(NPM_SOURCES) FORCE
	rm -f pkg/.gitignore pkg/bulla*
	for file in npm/* LICENSE-MIT LICENSE-APACHE; do
		cmp -s $$file pkg/$${file##*/} || cp $$file pkg/
	done

.PHONY: FORCE
FORCE:

## test: everything: formatting, lints, native tests, wasm tests and journeys in Chromium, Firefox and WebKitGTK
.PHONY: test
test: lint test-native test-interop test-wasm test-web

.PHONY: lint
lint: pkg/package.json
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked --target wasm32-unknown-unknown --lib --tests -- -D warnings
	cargo clippy --locked --target wasm32-unknown-unknown --lib -p bulla-account -- -D warnings

## test-native: the format, its vectors and properties; the server with real SQLite, real disk and real ClamAV
.PHONY: test-native
test-native: pkg/package.json | scanner
	cargo test --locked --workspace

## test-interop: OpenPGP.js opens our parts; SendSafely's Node and Python clients, crosswise too; schemathesis over the API
INTEROP := openpgpjs sendsafely-node
PYTHON_CLIENT := tests/interop/sendsafely-python
SCHEMATHESIS := tests/interop/schemathesis
.PHONY: test-interop
test-interop: export BULLA_BIN = $(abspath $(TARGET_DIR))/release/bulla
test-interop: build $(INTEROP:%=tests/interop/%/node_modules/.package-lock.json) $(PYTHON_CLIENT)/.venv/installed $(SCHEMATHESIS)/.venv/installed | toolchain
	for client in $(INTEROP); do
		(cd tests/interop/$$client && npm test)
	done
	(cd $(PYTHON_CLIENT) && .venv/bin/python -m unittest)
	(cd tests/interop/crosswise && npm test)
	(cd $(SCHEMATHESIS) && .venv/bin/python -m unittest)

tests/interop/%/node_modules/.package-lock.json: tests/interop/%/package-lock.json
	cd tests/interop/$*
	npm ci --no-audit --no-fund
	touch node_modules/.package-lock.json

# The interpreter is the system's, which python3-venv belongs to.
$(PYTHON_CLIENT)/.venv/installed: $(wildcard $(PYTHON_CLIENT)/requirements*.txt) | python
	cd $(PYTHON_CLIENT)
	/usr/bin/python3 -m venv --clear .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-build.txt
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation --use-pep517 -r requirements.txt
	touch .venv/installed

$(SCHEMATHESIS)/.venv/installed: $(SCHEMATHESIS)/requirements.txt | python
	cd $(SCHEMATHESIS)
	/usr/bin/python3 -m venv --clear .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch .venv/installed

## test-wasm: the SDK in headless Chromium and Firefox, in a page and in a worker
.PHONY: test-wasm
test-wasm: | toolchain browsers
	scripts/test-wasm

## test-web: the npm package, other people's clients, and whole journeys in real browsers against the real server
.PHONY: test-web
test-web: build tests/node_modules/.package-lock.json | browsers archivers
	cd tests
	BULLA_BIN="$(abspath $(TARGET_DIR))/release/bulla" npm test

tests/node_modules/.package-lock.json: tests/package.json tests/package-lock.json
	cd tests
	npm ci --no-audit --no-fund
	touch node_modules/.package-lock.json

## test-faults: what takes minutes of a network that fails: half-open connections, long outages, 1 Mbit/s
## test-large: a file of LARGE_GIB (5) up and down in Chromium and Firefox, its memory watched, which writes a report; a large archive
.PHONY: test-faults test-large
test-faults test-large: build tests/node_modules/.package-lock.json | browsers archivers
	cd tests
	BULLA_BIN="$(abspath $(TARGET_DIR))/release/bulla" npm run $(@:test-%=test:%)

## bench: speed beside plain fetch and OpenPGP.js, and memory, in headless Chromium (BENCH_ONLY="plain,memory" narrows it)
.PHONY: bench
bench: build tests/node_modules/.package-lock.json | browsers
	scripts/setup bench
	cd tests
	BULLA_BIN="$(abspath $(TARGET_DIR))/release/bulla" npm run bench

## fuzz: each parser of what comes from outside, for FUZZ_SECONDS (60) each
FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz:
	scripts/setup fuzz
	FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz

## api-docs: write the tables of docs/API.md anew, which are made from the description of the API
.PHONY: api-docs
api-docs:
	BULLA_WRITE_DOCS=1 cargo test --quiet --locked -p bulla-server --test api_docs the_tables_come_from_the_description

## fmt: format the code
.PHONY: fmt
fmt:
	cargo fmt --all

.PHONY: toolchain browsers archivers scanner python
toolchain browsers archivers scanner python:
	scripts/setup $@

## clean: remove what was built
.PHONY: clean
clean:
	cargo clean
	rm -rf pkg tests/node_modules

.PHONY: help
help:
	@grep -hE '^## ' $(MAKEFILE_LIST) | sed 's/^## /make /'
