"""scikit-learn's side of the isolation benchmark; see side.py. It scores on one thread unless joblib is
told otherwise."""

import joblib
import sklearn
from side import read_columns, serve, told
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

path, rows, width, settings = told()
x, data = read_columns(path, rows, width)
threads = settings["threads"]


def scored(x):
    model = IsolationForest(
        n_estimators=settings["trees"],
        max_samples=min(settings["sampleSize"], len(x)),
        n_jobs=threads,
        random_state=0,
    ).fit(x)
    with joblib.parallel_config(backend="threading", n_jobs=threads):
        return -model.score_samples(x)


scores = scored(x[:1000])


def run():
    global scores
    scores = scored(x)


serve(run, sklearn.__version__, lambda: {"auc": float(roc_auc_score(data[width], scores))})
