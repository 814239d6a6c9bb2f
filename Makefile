# Every command of the project; `make help` lists them. The work is done by conamus/standalone,
# which needs nothing but Python 3.11 or later.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
FILE ?=
INTO ?=
FORCE ?=
BIN := .venv/bin
STANDALONE := $(PYTHON) -m conamus.standalone
export PORT FILE INTO FORCE

.DEFAULT_GOAL := help
.PHONY: help demo reset test check lint bench guide backup restore migrate-check lock

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: ## Run the whole application with the demonstration network (PORT=8000)
	@$(STANDALONE) demo

reset: ## Forget the demonstration's data; backups and their key stay
	@$(STANDALONE) reset

test: ## Run the tests on throw-away services (ARGS="tests/house -k name" chooses)
	@$(STANDALONE) test $(ARGS)

check: ## Run the long tests of tests/long
	@$(STANDALONE) check $(ARGS)

lint: ## Check style, types and the directions of imports
	@$(STANDALONE) tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@$(STANDALONE) run -- $(BIN)/python -m mypy
	$(BIN)/lint-imports

migrate-check: ## Fail if a model has changed without its migration
	@$(STANDALONE) run -- $(BIN)/python manage.py makemigrations --check --dry-run

bench: ## Measure what docs/performance.md states
	@$(STANDALONE) bench $(ARGS)

guide: ## Take the user guide's pictures again
	@$(STANDALONE) tools
	@$(STANDALONE) run -- $(BIN)/python -m tests.browser.guide_pictures

backup: ## Write an encrypted backup (FILE=… chooses where)
	@$(STANDALONE) backup

restore: ## Restore FILE=… (INTO=name: beside, to look at it; FORCE=1: in place of the present data)
	@$(STANDALONE) restore

lock: ## Renew the hashed locks from the .in files (needs the uv command)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  -c requirements.txt requirements-dev.in -o requirements-dev.txt
