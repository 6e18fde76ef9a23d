#!/usr/bin/python3
"""kill -9 under load, again and again: nothing acknowledged is lost, and every receipt
that was given is still in its party's log.

Usage: kill.py SIDELINED AGREEMENT_TEXT [TIMES]
"""

import random
import signal
import sys
import time

import line
import lifecycle

TIMES = int(sys.argv[3]) if len(sys.argv) > 3 else 50


def main():
    seed = int(time.time())
    print(f"seed: {seed}")
    chance = random.Random(seed)
    daemon = line.Daemon(*sys.argv[1:3], agreement={"quantum_ms": 0})
    everything = {}
    try:
        daemon.start()
        parties = daemon.found("ops")
        for _ in range(TIMES):
            load = lifecycle.Load(parties)
            time.sleep(chance.uniform(0.05, 0.4))
            assert daemon.stop(signal.SIGKILL) == -signal.SIGKILL
            load.end()
            everything.update(load.acknowledged)
            daemon.start()
            for party in parties:
                party.connection = None
            lifecycle.all_there(parties, load.acknowledged)
        lifecycle.all_there(parties, dict(chance.sample(sorted(everything.items()), 500)))   # of all rounds
        assert len(everything) > 10 * TIMES, len(everything)
        for party in parties:
            size = int(party.ask("GET", "/v1/log/checkpoint").body.split(b"\n")[1])
            assert size > max(index for side, index in everything.values() if side == party.side)
        assert daemon.stop() == 0
        print(f"{TIMES} kills, {len(everything)} acknowledged, none lost")
        return 0
    finally:
        daemon.remove()


if __name__ == "__main__":
    sys.exit(main())
