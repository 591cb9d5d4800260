"""scikit-learn's side of the forest benchmark; see side.py."""

import sklearn
from side import read_columns, serve, told
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score

path, rows, width, settings = told()
x, data = read_columns(path, rows, width)
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


def run():
    global model
    model = fit(settings["trees"])


def reached():
    return {"auc": float(roc_auc_score(y[training:], model.predict_proba(x[training:])[:, 1]))}


serve(run, sklearn.__version__, reached)
