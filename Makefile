# The two commands: `make lab` and `make test`. Python does the work, so that nothing
# here needs more than a POSIX shell; elsewhere see the README.
PYTHON ?= python3
VENV = .venv
RUN = $(VENV)/bin/python
STAMP = $(VENV)/.installed

.PHONY: lab test check lock clean

lab: $(STAMP)
	@$(VENV)/bin/vippsdiag lab

test: $(STAMP)
	@$(RUN) tests/browser/chromium.py
	@$(RUN) .ci/check.py

check: $(STAMP)
	@$(RUN) .ci/check.py --lints

# Whatever stopped half-way has no stamp, and is made anew.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) .ci/venv.py $(VENV)
	@touch $(STAMP)

lock:
	@$(PYTHON) .ci/venv.py $(VENV) --lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
