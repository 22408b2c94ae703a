# revoke: everything that a fresh machine with Swift needs is one of these.
#
#   make demo      build, then run the main job against the sandbox
#   make test      build and run all tests
#   make bench     the measurements that the documents quote
#   make install   put the program into PREFIX (/usr/local)

SWIFT ?= swift
PREFIX ?= /usr/local
RELEASE = .build/release/revoke
DEBUG = .build/debug/revoke

.PHONY: help deps build release demo test lint contract catalogue bench install completions man clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -e 's/:.*##/\t/' | expand -t 14

deps: ## install the C libraries where they are missing (Debian, Ubuntu)
	@pkg-config --exists libcurl libcrypto && test -e /usr/include/sqlite3.h || \
	  { apt-get update -q && apt-get install -y -q --no-install-recommends libcurl4-openssl-dev libssl-dev libsqlite3-dev pkg-config; }

build: deps ## build the program, without optimization
	$(SWIFT) build --product revoke

release: deps ## build the program as it is installed
	$(SWIFT) build -c release --product revoke

demo: build ## the main job: sandbox, dry run, revoke all, verify, check the log
	@Tests/Support/demo.sh $(DEBUG)

test: deps ## build and run all tests, the contract tests and the linter included
	Tests/Support/test.sh

lint: ## formatting, forbidden words, lengths
	Tests/Support/lint.sh

contract: ## hold the exchanges against the vendors' own specifications
	python3 Tests/Contract/contract.py

catalogue: build ## write docs/connectors.md, the table of all vendors, anew
	python3 Tests/Support/catalogue.py $(DEBUG)

bench: release ## the measurements: transport, grants, deletes, memory, start-up
	Benchmarks/transport.sh
	python3 Benchmarks/grants.py $(RELEASE)
	python3 Benchmarks/deletes.py $(RELEASE)
	python3 Benchmarks/memory.py $(RELEASE)
	python3 Benchmarks/startup.py $(RELEASE)

install: release ## put the program, its man page and its completions into PREFIX
	install -D -m 755 $(RELEASE) $(DESTDIR)$(PREFIX)/bin/revoke
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(RELEASE) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/revoke
	$(RELEASE) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_revoke
	$(RELEASE) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/revoke.fish
	install -D -m 644 docs/revoke.1 $(DESTDIR)$(PREFIX)/share/man/man1/revoke.1

clean: ## remove what was built
	rm -rf .build
