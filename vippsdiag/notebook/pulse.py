"""Something that is done again and again, while the page can be used."""

from collections.abc import Callable
from threading import Event, Thread

from vippsdiag.notebook.mishap import tell

# Seconds between two beats.
PERIOD = 0.1
# Nobody looks at it for longer than five minutes; a kernel that is left open rests.
MOST = 3000


class Pulse:
    """Calls back on a thread of its own, ten times a second.

    Args:
        beat: what to call; if it raises, the pulse stops.
        stopped: what to call when it has stopped by itself.
    """

    def __init__(
        self, beat: Callable[[], object], stopped: Callable[[], object]
    ) -> None:
        self._beat, self._stopped = beat, stopped
        self._end: Event | None = None

    @property
    def running(self) -> bool:
        """Whether it beats."""
        return self._end is not None and not self._end.is_set()

    def start(self) -> None:
        """Beat from now on; starting it twice changes nothing."""
        if not self.running:
            self._end = Event()
            Thread(target=self._run, args=(self._end,), daemon=True).start()

    def stop(self) -> None:
        """Beat no longer."""
        if self._end is not None:
            self._end.set()

    def _run(self, end: Event) -> None:
        try:
            for _ in range(MOST):
                if end.wait(PERIOD):
                    return
                self._beat()
        except Exception as error:  # noqa: BLE001 - nobody sees a thread's errors
            tell(type(error))
        finally:
            if not end.is_set():
                end.set()
                self._stopped()
