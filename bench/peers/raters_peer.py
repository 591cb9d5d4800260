"""A scikit-learn random forest on the rater features and folds of `npm run verify -- raters`.

raters_peer.py TABLE ROWS COLUMNS FOLDS OUT: the table as little-endian doubles, column by column,
the target last; FOLDS as little-endian int32, one a row; OUT receives one double a row, the
probability by the forest that has not seen its fold.
"""

import json
import sys

import numpy
import sklearn
from sklearn.ensemble import RandomForestClassifier

TREES = 500


def main():
    table, rows, columns, folds, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6]
    data = numpy.fromfile(table, dtype="<f8").reshape(columns + 1, rows)
    x = numpy.ascontiguousarray(data[:columns].T)
    y = data[columns]
    fold = numpy.fromfile(folds, dtype="<i4")
    scores = numpy.zeros(rows)
    for k in numpy.unique(fold):
        test = fold == k
        forest = RandomForestClassifier(TREES, max_features="sqrt", random_state=int(k), n_jobs=2)
        forest.fit(x[~test], y[~test])
        scores[test] = forest.predict_proba(x[test])[:, 1]
    scores.astype("<f8").tofile(out)
    print(json.dumps({"sklearn": sklearn.__version__, "trees": TREES}))


main()
