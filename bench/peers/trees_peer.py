"""LightGBM's side of the boosting benchmark; see side.py."""

import lightgbm
from side import read_columns, serve, told
from sklearn.metrics import roc_auc_score

path, rows, width, settings = told()
x, data = read_columns(path, rows, width)
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


def run():
    global model
    model = fit(settings["rounds"])


def reached():
    scores = model.predict(x[training:], num_threads=settings["threads"])
    return {"auc": float(roc_auc_score(y[training:], scores))}


serve(run, lightgbm.__version__, reached)
