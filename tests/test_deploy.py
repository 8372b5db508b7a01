"""What is written for clusters and containers, as far as it runs without one."""

import asyncio
import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from vippsdiag.environments import SANDBOX_ADDRESS, SEAT_CODE, TRAINER_CODE
from vippsdiag.hub import TRAINER
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.serving.server import running
from vippsdiag.sandbox.workshop.link import Link

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CODE = "access-code-of-a-test"
VALUES = yaml.safe_load((DEPLOY / "kubernetes.yaml").read_text())
# What the chart of Zero to JupyterHub calls the settings that are made here, as its
# jupyterhub/values.schema.yaml has them; it knows no others.
CHART = {
    "hub": {"concurrentSpawnLimit", "config", "extraConfig", "extraEnv"},
    "singleuser": {
        *("cmd", "cpu", "defaultUrl", "extraFiles", "fsGid", "image", "memory"),
        *("networkPolicy", "startTimeout", "storage", "uid"),
    },
    "cull": {"enabled", "every", "timeout"},
}
SANDBOX = list(yaml.safe_load_all((DEPLOY / "sandbox.yaml").read_text()))


def given_to(
    name: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Return what the hook of the values sets for a server."""
    hub = SimpleNamespace(
        Spawner=SimpleNamespace(), SharedPasswordAuthenticator=SimpleNamespace()
    )
    spawner = SimpleNamespace(user=SimpleNamespace(name=name), environment={})
    with running(sandbox, code=CODE) as address:
        given = {"SANDBOX": address, "CODE": CODE, "PASSWORD": "1"}
        given |= {"TRAINER_PASSWORD": "2", "TRAINER_CODE": sandbox.roll.trainer_code()}
        assert given.keys() == VALUES["hub"]["extraEnv"].keys()
        for key, value in given.items():
            monkeypatch.setenv(key, value)
        names: dict[str, Any] = {"c": hub}
        exec(VALUES["hub"]["extraConfig"]["workshop"], names)
        asyncio.run(hub.Spawner.pre_spawn_hook(spawner))
        found: dict[str, str] = spawner.environment
        link = Link(found[SANDBOX_ADDRESS])
        if name == TRAINER:
            link.lead(found[TRAINER_CODE])
        else:
            assert link.come_back(found[SEAT_CODE]).name == name
    return found


def test_in_a_cluster_a_learner_is_given_a_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = given_to("first", Sandbox(), monkeypatch)
    assert found.keys() == {SANDBOX_ADDRESS, SEAT_CODE}


def test_in_a_cluster_the_trainer_is_given_the_code_and_no_seat(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sandbox = Sandbox()
    found = given_to(TRAINER, sandbox, monkeypatch)
    assert found.keys() == {SANDBOX_ADDRESS, TRAINER_CODE}
    assert sandbox.roll.seats() == []


def test_in_a_cluster_the_sandbox_is_found_and_may_be_reached() -> None:
    _, deployment, service = SANDBOX
    label = deployment["spec"]["template"]["metadata"]["labels"]
    port = service["spec"]["ports"][0]["port"]
    name = service["metadata"]["name"]
    assert service["spec"]["selector"] == label
    assert VALUES["hub"]["extraEnv"]["SANDBOX"] == f"http://{name}:{port}"
    (egress,) = VALUES["singleuser"]["networkPolicy"]["egress"]
    assert egress["to"][0]["podSelector"]["matchLabels"] == label
    assert egress["ports"] == [{"port": port}]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert f"--port={port}" in container["args"]
    assert container["image"] == ":".join(VALUES["singleuser"]["image"].values())


def test_in_a_cluster_nothing_is_set_that_the_chart_does_not_know() -> None:
    assert {name: set(values) for name, values in VALUES.items()} == CHART


def test_in_a_cluster_all_are_the_user_of_the_image() -> None:
    image = (DEPLOY / "Dockerfile").read_text()
    (user,) = re.findall(r"useradd .*--uid (\d+) (\w+)", image)
    assert re.findall(r"^USER (.*)$", image, re.MULTILINE) == [user[1]]
    assert f"WORKDIR /home/{user[1]}" in image
    pod = SANDBOX[1]["spec"]["template"]["spec"]["securityContext"]
    assert pod["runAsUser"] == pod["fsGroup"] == int(user[0])
    singleuser = VALUES["singleuser"]
    assert singleuser["uid"] == singleuser["fsGid"] == int(user[0])
    assert f'CMD ["{singleuser["cmd"]}"]' in image


def test_an_image_has_what_the_hub_and_postgresql_need() -> None:
    (extras,) = re.findall(r"'\.\[(.*)\]'", (DEPLOY / "Dockerfile").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert {"hub", "postgres"} == set(extras.split(","))
    assert set(extras.split(",")) <= project["optional-dependencies"].keys()


def test_what_an_image_copies_is_there_and_is_not_kept_out() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    copied = [
        name
        for line in re.findall("^COPY (.*)$", text, re.MULTILINE)
        for name in line.split()[:-1]
    ]
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_in
