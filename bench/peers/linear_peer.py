"""scikit-learn's side of the linear benchmark: linear_peer.py DATA ROWS COLUMNS.

Answers one line of JSON for each line `fit`, and a last one for `quit`; see bench/learn/side.ts.
"""

import json
import resource
import sys
import time

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression


def main():
    path, rows, width = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    data = numpy.fromfile(path, dtype="<f8").reshape(width + 1, rows)
    # Row-major, as its users hold their data; the transposed copy is not timed.
    x = numpy.ascontiguousarray(data[:width].T)
    y = data[width].astype(int)

    def fit():
        model = LogisticRegression(C=1.0, solver="lbfgs", tol=1e-10, max_iter=100_000)
        return model.fit(x, y)

    model = fit()
    for line in sys.stdin:
        if line.strip() == "fit":
            started = time.perf_counter()
            model = fit()
            print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)
            continue
        print(
            json.dumps(
                {
                    "peakMemoryBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                    "coefficients": [*model.coef_[0].tolist(), float(model.intercept_[0])],
                    "version": sklearn.__version__,
                }
            ),
            flush=True,
        )
        break


main()
