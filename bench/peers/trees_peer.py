"""LightGBM's side of the boosting benchmark: trees_peer.py DATA ROWS COLUMNS JSON.

Answers one line of JSON for each line `fit`, and a last one for `quit`; see bench/learn/side.ts.
"""

import json
import resource
import sys
import time

import lightgbm
import numpy
from sklearn.metrics import roc_auc_score


def main():
    path, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    settings = json.loads(sys.argv[4])
    data = numpy.fromfile(path, dtype="<f8").reshape(width + 1, rows)
    # Row-major, as its users hold their data; the transposed copy is not timed.
    x = numpy.ascontiguousarray(data[:width].T)
    y = data[width]
    training = settings["trainingRows"]
    params = {
        "objective": "binary",
        "num_leaves": settings["leaves"],
        "learning_rate": 0.1,
        "num_threads": settings["threads"],
        "verbose": -1,
        "seed": 1,
    }

    def fit(rounds):
        table = lightgbm.Dataset(x[:training], y[:training], params=params)
        return lightgbm.train(params, table, rounds)

    model = fit(1)
    for line in sys.stdin:
        if line.strip() == "fit":
            started = time.perf_counter()
            model = fit(settings["rounds"])
            print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
            continue
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        scores = model.predict(x[training:], num_threads=settings["threads"])
        auc = float(roc_auc_score(y[training:], scores))
        answer = {"peakMemoryBytes": peak, "auc": auc, "version": lightgbm.__version__}
        print(json.dumps(answer), flush=True)
        break


main()
