# The only list of commands. `make` alone prints it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# Where `make demo` keeps its office, where it listens, and with which program.
DEMO ?= demo-data
LISTEN ?= 127.0.0.1:8443
MIANZHENG ?= target/release/mianzheng
# What verifies receipts with nothing of ours.
VERIFIER ?= cargo run --release --quiet --example receipt_verifier --
# A department's own system, with faults to order.
SIMULATOR ?= cargo run --release --quiet --example department_simulator --
# Tests at the same time: many wait for a server, a disk or a lease rather than for a processor.
THREADS ?= 4
# How many cases of each property, and rows of a file that is killed, make test-all takes.
CASES ?= 2000
ROWS ?= 100000

.PHONY: help
help: ## prints this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.PHONY: tools
tools: ## installs the system packages that are missing (root), or says the command
	@bash tests/tools.sh build

.PHONY: test-tools
test-tools:
	@bash tests/tools.sh build test
	@$(MAKE) --no-print-directory --silent $(BROWSER_TOOLS)

# Anew when the versions change.
BROWSER_TOOLS := tests/browser/node_modules/.package-lock.json
$(BROWSER_TOOLS): tests/browser/package-lock.json
	npm ci --prefix tests/browser --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: build
build: tools ## builds the release binary
	cargo build --release

.PHONY: demo
demo: build ## an office with demo keys, the sample files issued, a server left running
	$(MIANZHENG) --folder $(DEMO) demo --listen $(LISTEN) --examples examples

.PHONY: counter
counter: ## plays the stories of the counter over the API of the running demonstration
	for story in newborn grandmother restaurant troubles figures; do \
		echo; echo "== $$story"; \
		bash examples/counter/$$story.sh --url https://localhost:$(lastword $(subst :, ,$(LISTEN))) \
			--cacert $(DEMO)/tls/ca.pem --token-file $(DEMO)/tokens/operator.token \
			--anchors $(DEMO)/anchors.json --verifier '$(VERIFIER)'; \
	done

.PHONY: league
league: ## the league's four systems, each a process, fetch from the running demonstration
	url=https://localhost:$(lastword $(subst :, ,$(LISTEN))); \
	play() { echo; echo "== $$1"; bash examples/league/$$1.sh "$${@:2}"; }; \
	options=(--url $$url --cacert $(DEMO)/tls/ca.pem --token-file $(DEMO)/tokens/operator.token \
		--folder $(DEMO) --program $(MIANZHENG) --simulator '$(SIMULATOR)'); \
	play four_systems "$${options[@]}"; \
	play quarter_operators "$${options[@]}"; \
	play quarter_of_an_hour $$url $(DEMO)/tls/ca.pem $(DEMO)/league/fund.token; \
	for story in unseen scraping evidence_table faults; do play $$story "$${options[@]}"; done

.PHONY: stop-demo
stop-demo: ## stops the demonstration's server
	kill $$(cat $(DEMO)/server.pid)

.PHONY: test
test: test-tools ## everything CI needs: lints, documentation, all tests on both databases
	$(MAKE) --no-print-directory check
	cargo test --no-fail-fast -- --test-threads=$(THREADS)
	node --test tests/js/*.test.mjs
	node tests/browser/run.mjs

.PHONY: browser
browser: test-tools ## the tests of the pages in a real browser alone
	cargo build
	node tests/browser/run.mjs $(NAMES)

.PHONY: test-all
test-all: test ## make test, then the long campaigns: many more cases, kills in long files
	PROPTEST_CASES=$(CASES) cargo test --lib
	MIANZHENG_TEST_ROWS=$(ROWS) cargo test --test cli interrupted::

.PHONY: vectors
vectors: tools ## makes the golden vectors anew; says so if they are no longer what they were
	cargo test --lib the_golden_vectors_are_written_anew -- --ignored
	git diff --exit-code --stat -- tests/vectors

.PHONY: check
check: tools ## formatting, lints and documentation, warnings denied
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --document-private-items

.PHONY: bench
bench: build ## ratios to limits measured in the same run, on both databases
	bash tests/bench.sh target/release/mianzheng

.PHONY: clean-demo
clean-demo: ## removes the demonstration's folder; stop it first
	rm -rf $(DEMO)
