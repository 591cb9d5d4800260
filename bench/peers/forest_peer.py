"""scikit-learn's side of the forest benchmark: forest_peer.py DATA ROWS COLUMNS JSON.

Answers one line of JSON for each line `fit`, and a last one for `quit`; see bench/learn/side.ts.
"""

import json
import resource
import sys
import time

import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score


def main():
    path, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    settings = json.loads(sys.argv[4])
    data = numpy.fromfile(path, dtype="<f8").reshape(width + 1, rows)
    # Row-major, as its users hold their data; the transposed copy is not timed.
    x = numpy.ascontiguousarray(data[:width].T)
    y = data[width]
    training = settings["trainingRows"]

    def fit(trees):
        model = RandomForestClassifier(
            trees,
            min_samples_leaf=settings["minSamplesLeaf"],
            n_jobs=settings["threads"],
            random_state=1,
        )
        return model.fit(x[:training], y[:training])

    model = fit(2)
    for line in sys.stdin:
        if line.strip() == "fit":
            started = time.perf_counter()
            model = fit(settings["trees"])
            print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
            continue
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        auc = float(roc_auc_score(y[training:], model.predict_proba(x[training:])[:, 1]))
        answer = {"peakMemoryBytes": peak, "auc": auc, "version": sklearn.__version__}
        print(json.dumps(answer), flush=True)
        break


main()
