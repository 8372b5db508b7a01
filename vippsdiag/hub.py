"""A workshop on a JupyterHub: what each server is given before it starts.

The hub's own configuration is in ``deploy/``. A learner's server gets the notebooks and
a seat, and the trainer's gets the notebooks and the trainer's code. Both codes are in
the environment of that server alone; they are written to no file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from vippsdiag.environments import SEAT_CODE, TRAINER_CODE
from vippsdiag.lab import copy_notebooks, free_ports
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.state.state import State
from vippsdiag.sandbox.workshop.link import Link

# Who leads the workshop, as a user of the hub.
TRAINER = "trainer"


class Spawner(Protocol):
    """What is needed of a JupyterHub spawner that starts processes of this machine.

    Attributes:
        user: whose server it is.
        home_dir: the folder that the server works in.
        environment: what its environment has beside the usual; the hub keeps it in its
            memory only.
        port: where the server will listen; 0 for one that the hub chooses.
    """

    user: Any
    home_dir: str
    environment: dict[str, Any]
    port: int


def prepare(state: State) -> Callable[[Spawner], None]:
    """Return what a hub calls before it starts a server: its ``pre_spawn_hook``.

    Args:
        state: the state of the workshop's sandbox, which other processes share: a file
            or a database.
    """
    sandbox = Sandbox(state=state)
    code = sandbox.roll.trainer_code()
    link = Link(sandbox)
    link.lead(code)
    ports = free_ports()

    def before(spawner: Spawner) -> None:
        """Give a server what it needs; the same each time that it is started."""
        copy_notebooks(Path(spawner.home_dir))
        # The hub's own choice may be taken by the time that the server listens.
        spawner.port = next(ports)
        name: str = spawner.user.name
        given = (
            {TRAINER_CODE: code}
            if name == TRAINER
            else {SEAT_CODE: link.seat_for(name).code}
        )
        # A dictionary of its own: the one that is there is everybody's.
        spawner.environment = spawner.environment | given

    return before
