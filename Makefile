# Every target sets up what it needs first; the second time that is quick. VENV and PYTHON may be given.
VENV ?= .venv
export VENV
BIN := $(VENV)/bin
TESTS ?= -n 2 --dist loadgroup

.DEFAULT_GOAL := help
.PHONY: help setup demo test pytest fmt lint types contract client vsix screenshots e2e bench docs dist clean

help: ## what can be made
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r target text; do \
		printf '  %-10s %s\n' "$$target" "$$text"; done

setup: ## install into .venv; as root on Debian, the provers too
	@scripts/setup.sh dev

demo: ## fill the holes of examples/ before your eyes
	@scripts/setup.sh demo
	@scripts/demo.sh

test: setup lint types contract client pytest ## everything that has to hold: lint, types, architecture, tests

pytest:
	$(BIN)/pytest -q $(TESTS)

fmt: setup ## format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@scripts/client.sh check

types: setup ## strict types
	$(BIN)/mypy

contract: setup ## dependencies point one way
	$(BIN)/lint-imports

client: setup ## unit tests of the VS Code extension
	@scripts/client.sh test

vsix: setup ## build the VS Code extension into dist/
	@scripts/client.sh vsix

screenshots: setup ## take the pictures of the documentation anew, in a real VS Code
	UNSORRY_SCREENSHOTS=$(CURDIR)/docs/images $(BIN)/pytest -q -m vscode -k pictures

e2e: setup ## only the tests that drive Unsorry as a user or an editor does
	$(BIN)/pytest -q $(TESTS) -m e2e

bench: setup ## measure, print a table, write bench-results.json
	$(BIN)/python -m bench

docs: setup ## write the generated pages of the reference anew
	$(BIN)/python -m scripts.reference
	$(BIN)/python -m scripts.vscode_settings

dist: setup ## wheel, sdist and, where there is npm, the VS Code extension, into dist/
	@$(BIN)/python -m scripts.release check
	$(BIN)/python -m build --outdir dist .
	@if command -v npm >/dev/null; then $(MAKE) vsix; else echo 'no npm: the VS Code extension is not built'; fi

clean: ## remove what was built; .venv stays
	find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name _build \) -type d -print | xargs rm -rf
	find examples bench tests \( -name '*.vo' -o -name '*.vo[ks]' -o -name '*.glob' -o -name '.*.aux' -o -name '*.agdai' \) -delete
	rm -rf client-vscode/dist client-vscode/LICENSE client-vscode/*.vsix
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis bench-results.json
