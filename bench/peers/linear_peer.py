"""scikit-learn's side of the linear benchmark; see side.py."""

import numpy
import sklearn
from side import read_columns, serve, told
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def listed(*parts):
    return [float(value) for part in parts for value in numpy.ravel(part)]


def logistic(x, y, s):
    model = LogisticRegression(C=1.0 / s["l2"], solver="lbfgs", tol=s["tolerance"], max_iter=100_000)
    model.fit(x, y)
    return listed(model.coef_, model.intercept_)


def lasso(x, y, s):
    """liblinear penalises its intercept too: scaled until that hardly counts."""
    model = LogisticRegression(
        C=1.0 / s["l1"], l1_ratio=1, solver="liblinear", tol=1e-7, max_iter=10_000,
        intercept_scaling=1e4,
    ).fit(x, y)
    return listed(model.coef_, model.intercept_)


def ridge(x, y, s):
    model = Ridge(alpha=s["l2"], solver="cholesky").fit(x, y)
    return listed(model.coef_, model.intercept_)


def multinomial(x, y, s):
    model = LogisticRegression(C=1.0 / s["l2"], solver="lbfgs", tol=s["tolerance"], max_iter=100_000)
    model.fit(x, y)
    return listed(model.coef_, model.intercept_ - model.intercept_.mean())


def bootstrap(x, y, s):
    """Users of two rows are drawn; the fastest way with these libraries is weights by counts."""
    rng = numpy.random.default_rng(1)
    users = numpy.arange(len(y)) >> 1
    count = int(users[-1]) + 1
    score = x[:, 0]
    draws = numpy.empty(s["repeats"])
    for resample in range(s["repeats"]):
        times = numpy.bincount(rng.integers(0, count, size=count), minlength=count)
        draws[resample] = roc_auc_score(y, score, sample_weight=times[users].astype(float))
    numpy.quantile(draws, [0.025, 0.975])
    return [float(roc_auc_score(y, score))]


def main():
    path, rows, width, settings = told()
    kind = settings["kind"]
    x, data = read_columns(path, rows, width)
    y = data[width].astype(int)
    targets = {"multinomial": data[width + 1].astype(int), "ridge": data[width + 2].copy()}
    if kind in ("rows", "all"):
        pipe = make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression(tol=1e-8)).fit(x, y)

    def rows_one_by_one(x, y, settings):
        singles = [x[row : row + 1] for row in range(min(settings["repeats"], rows))]
        return [float(pipe.predict_proba(one)[0, 1]) for one in singles]

    # In the order of linear-ours.ts.
    fits = {"logistic": logistic, "lasso": lasso, "ridge": ridge, "multinomial": multinomial,
            "bootstrap": bootstrap, "rows": rows_one_by_one}
    wanted = list(fits) if kind == "all" else [kind]

    answers = []

    def run():
        answers[:] = [v for one in wanted for v in fits[one](x, targets.get(one, y), settings)]

    run()
    serve(run, sklearn.__version__, lambda: {"answers": answers})


main()
