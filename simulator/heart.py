"""What makes a served world live: time brings what is due, and shoppers come in."""

from __future__ import annotations

import threading

from simulator.erp.office import Office
from simulator.world import World

BEAT_S = 0.2  # how often the world is asked what has become due
AT_ONCE = 20  # shoppers per beat, however far the clock was moved


class Heart:
    """Ticks the world while time goes by, and sends shoppers in. `failure` is what stopped it."""

    def __init__(self, world: World, purchases_per_hour: float, office: Office | None) -> None:
        self.world, self.rate, self.office = world, purchases_per_hour, office
        self.failure: BaseException | None = None
        self._stop = threading.Event()
        self._next = self._arrival(world.clock.now().timestamp())
        self._thread = threading.Thread(target=self._run, daemon=True, name="heart")
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stop.wait(BEAT_S):
                self.world.tick()
                self._shop()
                if self.office is not None:
                    with self.world.lock:
                        self.office.tick()
        except BaseException as failure:  # the main thread raises it again
            self.failure = failure
            raise

    def _arrival(self, last: float) -> float | None:
        if not self.rate:
            return None
        wait_s = self.world.chance.stream("arrivals").expovariate(self.rate / 3600)
        return last + wait_s

    def _shop(self) -> None:
        with self.world.lock:
            for _ in range(AT_ONCE):
                if self._next is None or self.world.clock.now().timestamp() < self._next:
                    return
                self.world.shoppers.stroll(1)
                self._next = self._arrival(self._next)

    def close(self) -> None:
        """Stop ticking."""
        self._stop.set()
        self._thread.join(timeout=5)
