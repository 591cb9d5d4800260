"""PyOD's side of the detectors benchmark; see side.py. One job: two of them took 2 to 10 times as long
(100,000 x 20, 2 cores)."""

import pyod
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from side import read_columns, serve, told
from sklearn.metrics import roc_auc_score

path, rows, width, settings = told()
x, data = read_columns(path, rows, width)
make = {
    "ecod": ECOD,
    "copod": COPOD,
    "hbos": lambda: HBOS(n_bins=settings["bins"]),
}[settings["detector"]]
scores = make().fit(x[:1000]).decision_function(x[:1000])


def run():
    global scores
    scores = make().fit(x).decision_function(x)


serve(run, pyod.version.__version__, lambda: {"auc": float(roc_auc_score(data[width], scores))})
