# The two commands: `make lab` and `make test`. Python does the work, so that nothing
# here needs more than a POSIX shell; elsewhere see the README.
PYTHON ?= python3
VENV = .venv
RUN = $(VENV)/bin/python
STAMP = $(VENV)/.installed
WRITTEN = $(wildcard vippsdiag/locale/*/LC_MESSAGES/*.po)
SPOKEN = $(WRITTEN:.po=.mo)

.PHONY: lab hub test check catalogues conformance lock pictures fuzz clean

lab: $(STAMP) $(SPOKEN)
	@$(VENV)/bin/vippsdiag lab

# A workshop of many on this machine; docs/hub.md says how.
hub: $(STAMP) $(SPOKEN)
	@$(RUN) tests/npm.py deploy
	@$(VENV)/bin/jupyterhub --config deploy/jupyterhub_config.py

test: $(STAMP) $(SPOKEN)
	@$(RUN) tests/browser/chromium.py
	@$(RUN) tests/postgres.py
	@$(RUN) tests/npm.py tests/browser
	@$(RUN) tests/npm.py tests/conformance
	@$(RUN) tests/npm.py deploy
	@$(RUN) .ci/check.py

check: $(STAMP) $(SPOKEN)
	@$(RUN) .ci/check.py --lints

# Whatever stopped half-way has no stamp, and is made anew.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) .ci/venv.py $(VENV)
	@touch $(STAMP)

# The installing compiles the catalogues; later on, whoever changes one or gets a new one.
%.mo: %.po | $(STAMP)
	@$(RUN) .ci/catalogues.py --compile

# What people read, gathered from the code into the catalogues of the languages.
catalogues: $(STAMP)
	@$(RUN) .ci/catalogues.py

# The sandbox against the official files, collections and SDK; prints what passed.
conformance: $(STAMP) $(SPOKEN)
	@$(RUN) tests/npm.py tests/conformance
	@$(RUN) -m pytest --quiet tests/conformance

lock:
	@$(PYTHON) .ci/venv.py $(VENV) --lock

# The pictures of the documentation, taken while the browser tests walk the notebooks.
pictures: $(STAMP) $(SPOKEN)
	@PICTURES=docs $(RUN) -m pytest --quiet tests/browser -k "test_walks \
		and JupyterLab and English or test_typed_secret_is_diagnosed \
		or test_the_wrong_order or test_a_trainer_sees"

# A million made-up inputs for the importers; needs Linux.
fuzz: $(STAMP)
	@$(RUN) -m pip install --quiet --no-build-isolation --editable '.[fuzz]'
	@$(RUN) fuzz/importers.py -atheris_runs=1000000 -max_len=600

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
