"""scikit-learn's one-class SVMs: beside ours on one table (see side.py), or on sets with their marks
in the last column (`one_class_peer.py FILE…`), as JSON: ROC-AUC of the exact form on all rows, and
the mean over three seeds of gradient descent on Nyström's and on Fourier's features, 512 each."""

import gzip
import json
import pathlib
import sys

import numpy
import sklearn
from sklearn.kernel_approximation import Nystroem, RBFSampler
from sklearn.linear_model import SGDOneClassSVM
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

FEATURES = 512
SEEDS = range(3)


def descended(make, x, seed):
    """Scores by gradient descent; higher = more abnormal."""
    features = make(gamma=gamma_of(x), n_components=min(FEATURES, len(x)), random_state=seed)
    z = features.fit_transform(x)
    model = SGDOneClassSVM(nu=0.5, random_state=seed, tol=1e-4).fit(z)
    return -model.decision_function(z)


def gamma_of(x):
    return 1 / x.var(0).sum()


def solved(x, drawn):
    """Scores by the exact form, learnt from drawn rows."""
    model = OneClassSVM(nu=0.5, gamma=gamma_of(x), cache_size=1000).fit(drawn)
    return -model.score_samples(x)


def of_set(path):
    with gzip.open(path, "rt") as file:
        rows = numpy.loadtxt(file, delimiter=",", skiprows=1)
    x, marks = StandardScaler().fit_transform(rows[:, :-1]), rows[:, -1]
    mean = lambda make: numpy.mean([roc_auc_score(marks, descended(make, x, s)) for s in SEEDS])
    return {
        "exact": roc_auc_score(marks, solved(x, x)),
        "nystroem": float(mean(Nystroem)),
        "fourier": float(mean(RBFSampler)),
    }


def beside():
    from side import read_columns, serve, told

    path, rows, width, settings = told()
    table, data = read_columns(path, rows, width)
    scores = None

    def run():
        nonlocal scores
        x = StandardScaler().fit_transform(table)
        if settings["form"] == "descended":
            scores = descended(Nystroem, x, 0)
        else:
            drawn = numpy.random.default_rng(0).choice(rows, settings["sampleSize"], replace=False)
            scores = solved(x, x[drawn])

    serve(run, sklearn.__version__, lambda: {"auc": float(roc_auc_score(data[width], scores))})


if sys.argv[1].endswith(".gz"):
    sets = {pathlib.Path(path).name[: -len(".csv.gz")]: of_set(path) for path in sys.argv[1:]}
    print(json.dumps({"version": sklearn.__version__, "sets": sets}))
else:
    beside()
