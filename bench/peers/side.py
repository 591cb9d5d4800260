"""A peer's side of a benchmark: NAME_peer.py DATA ROWS COLUMNS JSON; see bench/learn/in-turn.ts."""

import json
import resource
import sys
import time

import numpy


def told():
    """Path of the data, rows, columns, settings."""
    return sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])


def read_columns(path, rows, width):
    """A file of doubles, one column after the other: the first ones row-major, as a peer's users hold
    their data (the transposed copy is not timed), and all of them, a row each."""
    data = numpy.fromfile(path, dtype="<f8").reshape(-1, rows)
    return numpy.ascontiguousarray(data[:width].T), data


def serve(run, version, reached=dict):
    """Answers one line of JSON for each line `fit`, and a last one for `quit`."""
    for line in sys.stdin:
        if line.strip() == "fit":
            started = time.perf_counter()
            run()
            print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
            continue
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"peakMemoryBytes": peak, "version": version, **reached()}), flush=True)
        break
