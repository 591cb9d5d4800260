"""Golden values for @refrain/learn from scikit-learn, SciPy and NumPy.

    python3 -m venv bench/.venv && bench/.venv/bin/pip install -r bench/peers/learn-requirements.txt
    bench/.venv/bin/python bench/peers/learn_fixtures.py

Writes the JSON fixtures beside the tests that read them. Each says script, versions and seed.
"""

import json
import pathlib

import numpy
import scipy
import sklearn
from scipy import special, stats
from sklearn import isotonic, linear_model, metrics, preprocessing

SEED = 20240229
SOURCE = pathlib.Path(__file__).resolve().parents[2] / "packages" / "learn" / "src"
ABOUT = {
    "script": "bench/peers/learn_fixtures.py",
    "versions": {
        "numpy": numpy.__version__,
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
    },
    "seed": SEED,
}


def listed(values):
    return [float(value) for value in numpy.asarray(values).ravel()]


def write(path, content):
    target = SOURCE / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"about": ABOUT, **content}) + "\n")


def logistic_case(name, x, y, weight, l2):
    """Two solvers of scikit-learn, so that the fixture shows how far its own answers agree."""
    found = {}
    for solver in ("lbfgs", "newton-cholesky"):
        model = linear_model.LogisticRegression(
            C=1.0 / l2 if l2 > 0 else numpy.inf, solver=solver, tol=1e-10, max_iter=100_000
        ).fit(x, y, sample_weight=weight)
        found[solver] = [*listed(model.coef_[0]), float(model.intercept_[0])]
    case = {
        "name": name,
        "columns": [listed(column) for column in x.T],
        "target": listed(y),
        "weight": None if weight is None else listed(weight),
        "l2": l2,
        "coefficients": found,
    }
    if l2 == 0:
        full = numpy.column_stack([x, numpy.ones(len(x))])
        beta = numpy.array(found["newton-cholesky"])
        p = special.expit(full @ beta)
        w = numpy.ones(len(x)) if weight is None else weight
        errors = numpy.sqrt(numpy.diag(numpy.linalg.inv(full.T @ (full * (w * p * (1 - p))[:, None]))))
        case["standardErrors"] = listed(errors)
        case["pValues"] = listed(2 * stats.norm.sf(numpy.abs(beta / errors)))
    return case


def logistic(rng):
    def data(rows, columns, scale=1.0):
        x = rng.normal(size=(rows, columns)).round(3) * scale
        beta = rng.normal(size=columns) / scale
        y = (rng.random(rows) < special.expit(x @ beta - 0.5)).astype(float)
        return x, y

    plain = data(80, 3)
    weighted = data(80, 3)
    weight = rng.integers(1, 5, size=80).astype(float)
    skewed = data(120, 4)
    skewed[0][:, 1] *= 50
    skewed[0][:, 2] += 20
    collinear = data(120, 4)
    collinear[0][:, 3] = (0.95 * collinear[0][:, 2] + 0.05 * collinear[0][:, 3]).round(4)
    cases = [
        logistic_case("penalised", *plain, None, 1.0),
        logistic_case("unpenalised", *plain, None, 0),
        logistic_case("weighted", *weighted, weight, 0.5),
        logistic_case("weighted, unpenalised", *weighted, weight, 0),
        logistic_case("columns of unlike scales", *skewed, None, 0.1),
        logistic_case("nearly collinear columns", *collinear, None, 1.0),
    ]
    write("learners/linear/fixtures/logistic.json", {"cases": cases})


def elastic_case(name, x, y, weight, l1, l2):
    """saga and liblinear; liblinear's intercept is penalised, here by 1e-12 of its square."""
    strength, ratio = 1.0 / (l1 + l2), l1 / (l1 + l2)
    saga = linear_model.LogisticRegression(
        C=strength, l1_ratio=ratio, solver="saga", tol=1e-14, max_iter=3_000_000, random_state=SEED
    ).fit(x, y, sample_weight=weight)
    found = {"saga": [*listed(saga.coef_[0]), float(saga.intercept_[0])]}
    if l2 == 0:
        model = linear_model.LogisticRegression(
            C=strength, l1_ratio=1, solver="liblinear", tol=1e-12, max_iter=1_000_000,
            intercept_scaling=1e6, random_state=SEED
        ).fit(x, y, sample_weight=weight)
        found["liblinear"] = [*listed(model.coef_[0]), float(model.intercept_[0])]
    return {
        "name": name,
        "columns": [listed(column) for column in x.T],
        "target": listed(y),
        "weight": None if weight is None else listed(weight),
        "l1": l1,
        "l2": l2,
        "coefficients": found,
    }


def elastic_net(rng):
    def data(rows, columns):
        x = rng.normal(size=(rows, columns)).round(3)
        beta = rng.normal(size=columns) * (numpy.arange(columns) % 2)
        y = (rng.random(rows) < special.expit(x @ beta - 0.5)).astype(float)
        return x, y

    weighted = data(90, 4)
    weight = rng.integers(1, 5, size=90).astype(float)
    collinear = data(120, 5)
    collinear[0][:, 3] = (0.9 * collinear[0][:, 2] + 0.1 * collinear[0][:, 3]).round(4)
    shifted = data(100, 4)
    shifted[0][:, 1] += 3
    shifted[0][:, 2] *= 4
    cases = [
        elastic_case("L1", *data(100, 6), None, 4.0, 0),
        elastic_case("a little L1", *data(100, 6), None, 0.1, 0),
        elastic_case("elastic net", *data(100, 6), None, 2.0, 3.0),
        elastic_case("weighted", *weighted, weight, 6.0, 1.0),
        elastic_case("nearly collinear columns", *collinear, None, 1.0, 0),
        elastic_case("columns of unlike scales", *shifted, None, 3.0, 0.5),
    ]
    write("learners/linear/fixtures/elastic-net.json", {"cases": cases})


def ridge(rng):
    cases = []
    for name, l2, weighted, scale in (
        ("plain", 1.0, False, 1.0),
        ("weighted", 3.0, True, 1.0),
        ("without penalty", 0.0, False, 1.0),
        ("columns of unlike scales", 0.5, True, 1000.0),
    ):
        x = rng.normal(size=(60, 4)).round(3)
        x[:, 1] *= scale
        x[:, 2] += scale
        x[:, 3] = (0.9 * x[:, 0] + 0.1 * x[:, 3]).round(4)
        y = (x @ rng.normal(size=4) + 5 + rng.normal(size=60)).round(4)
        weight = rng.integers(1, 5, size=60).astype(float) if weighted else None
        found = {}
        for solver in ("svd", "cholesky"):
            model = linear_model.Ridge(alpha=l2, solver=solver).fit(x, y, sample_weight=weight)
            found[solver] = [*listed(model.coef_), float(model.intercept_)]
        cases.append({"name": name, "columns": [listed(column) for column in x.T],
                      "target": listed(y), "l2": l2,
                      "weight": None if weight is None else listed(weight),
                      "coefficients": found})
    write("learners/linear/fixtures/ridge.json", {"cases": cases})


def multinomial(rng):
    cases = []
    for name, classes, l2, weighted in (
        ("three classes", 3, 1.0, False),
        ("four classes, weighted", 4, 0.3, True),
        ("two classes", 2, 1.0, False),
    ):
        x = rng.normal(size=(150, 3)).round(3)
        x[:, 1] *= 10
        scores = x @ (rng.normal(size=(3, classes)) / numpy.array([[1], [10], [1]]))
        y = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
        weight = rng.integers(1, 4, size=150).astype(float) if weighted else None
        found = {}
        for solver in ("lbfgs", "newton-cg"):
            model = linear_model.LogisticRegression(
                C=1.0 / l2, solver=solver, tol=1e-11, max_iter=100_000
            ).fit(x, y, sample_weight=weight)
            probability = model.predict_proba(x[:20])
            found[solver] = listed(probability)
            if classes > 2:
                centred = model.intercept_ - model.intercept_.mean()
                found[solver + " coefficients"] = [*listed(model.coef_), *listed(centred)]
        cases.append({"name": name, "columns": [listed(column) for column in x.T],
                      "target": listed(y), "l2": l2,
                      "weight": None if weight is None else listed(weight), **found})
    write("learners/linear/fixtures/multinomial.json", {"cases": cases})


def shared_out(score, target, weight):
    """Rows by falling score, one a unit of weight, with tied runs' positives spread over them."""
    order = numpy.argsort(-score, kind="stable")
    times = numpy.ones(len(score), int) if weight is None else weight.astype(int)
    s = numpy.repeat(score[order], times[order])
    y = numpy.repeat(target[order], times[order])
    for value in numpy.unique(s):
        y[s == value] = y[s == value].mean()
    return s, y


def more_metrics(name, target, score, weight):
    """By definition, over rows repeated; curves by scikit-learn."""
    probability = special.expit(score)
    w = {"sample_weight": weight}
    p, y = shared_out(probability, target, weight)
    bins = 15
    # Every row counts as 15, so that a bin is a whole number of them: one in 15 of all.
    gaps = numpy.abs(numpy.repeat(p, bins).reshape(bins, -1).sum(axis=1)
                     - numpy.repeat(y, bins).reshape(bins, -1).sum(axis=1))
    entropy = stats.entropy([y.mean(), 1 - y.mean()])
    top = numpy.repeat(y, 10)[: len(y)]
    fpr, tpr, _ = metrics.roc_curve(target, score, drop_intermediate=False, **w)
    precision, recall, _ = metrics.precision_recall_curve(target, score, **w)
    f1 = 2 * precision * recall / numpy.maximum(precision + recall, 1e-300)
    truth = numpy.asarray(score) * 1.3 + target
    return {
        "name": name,
        "target": listed(target),
        "score": listed(score),
        "probability": listed(probability),
        "truth": listed(truth),
        "weight": None if weight is None else listed(weight),
        "ece": float(gaps.sum() / (bins * len(p))),
        "normalisedEntropy": float(metrics.log_loss(target, probability, **w) / entropy),
        "liftAt10": float(top.mean() / y.mean()),
        "recallAtFpr20": float(tpr[fpr <= 0.2].max()),
        "bestF1": float(f1.max()),
        "meanSquaredError": float(metrics.mean_squared_error(truth, score, **w)),
        "rootMeanSquaredError": float(metrics.root_mean_squared_error(truth, score, **w)),
        "meanAbsoluteError": float(metrics.mean_absolute_error(truth, score, **w)),
        "rSquared": float(metrics.r2_score(truth, score, **w)),
    }


def more_metric_cases(rng):
    def data(rows, decimals):
        score = rng.normal(size=rows).round(decimals)
        target = (rng.random(rows) < special.expit(score - 0.7)).astype(float)
        return target, score

    write("metrics/fixtures/more-metrics.json", {"cases": [
        more_metrics("distinct scores", *data(130, 6), None),
        more_metrics("many ties", *data(130, 0), None),
        more_metrics("weighted", *data(130, 1), rng.integers(0, 4, size=130).astype(float)),
    ]})


def metric_case(name, target, score, weight):
    probability = special.expit(score)
    w = {"sample_weight": weight}
    called = (score >= 0).astype(int)
    return {
        "name": name,
        "target": listed(target),
        "score": listed(score),
        "probability": listed(probability),
        "weight": None if weight is None else listed(weight),
        "rocAuc": float(metrics.roc_auc_score(target, score, **w)),
        "prAuc": float(metrics.average_precision_score(target, score, **w)),
        "logLoss": float(metrics.log_loss(target, probability, **w)),
        "brier": float(metrics.brier_score_loss(target, probability, **w)),
        "accuracy": float(metrics.accuracy_score(target, called, **w)),
        "f1": float(metrics.f1_score(target, called, **w)),
        "precision": float(metrics.precision_score(target, called, **w)),
        "recall": float(metrics.recall_score(target, called, **w)),
    }


def metric_cases(rng):
    def data(rows, decimals):
        score = rng.normal(size=rows).round(decimals)
        target = (rng.random(rows) < special.expit(score - 0.7)).astype(float)
        return target, score

    cases = [
        metric_case("distinct scores", *data(120, 6), None),
        metric_case("many ties", *data(120, 0), None),
        metric_case("weighted", *data(120, 1), rng.integers(0, 4, size=120).astype(float)),
    ]
    x = rng.normal(size=(60, 4)).round(1)
    x[:, 1] += x[:, 0]
    x[rng.random((60, 4)) < 0.15] = numpy.nan
    rho = [[float(stats.spearmanr(x[k := ~(numpy.isnan(x[:, i]) | numpy.isnan(x[:, j])), i], x[k, j])[0])
            for j in range(4)] for i in range(4)]
    columns = [[None if numpy.isnan(v) else float(v) for v in column] for column in x.T]
    relevance = [
        {"recommended": [3, 9, 1, 7, 4], "relevant": [1, 4, 8], "k": k,
         "ndcg": float(metrics.ndcg_score([[0, 1, 0, 0, 1, 0, 0, 0, 1, 0]],
                                          [[0, 3, 0, 5, 1, 0, 0, 2, 0, 4]], k=k))}
        for k in (1, 3, 5)
    ]
    write("metrics/fixtures/metrics.json",
          {"cases": cases, "spearman": {"columns": columns, "matrix": rho}, "topK": relevance})


def calibration(rng):
    score = rng.random(80).round(2)
    target = (rng.random(80) < score**2).astype(float)
    weight = rng.integers(1, 4, size=80).astype(float)
    grid = numpy.linspace(0, 1, 41)
    cases = []
    for name, w in (("plain", None), ("weighted", weight)):
        model = isotonic.IsotonicRegression(out_of_bounds="clip").fit(score, target, sample_weight=w)
        cases.append({"name": name, "score": listed(score), "target": listed(target),
                      "weight": None if w is None else listed(w),
                      "grid": listed(grid), "rate": listed(model.predict(grid))})
    write("encoders/fixtures/isotonic.json", {"cases": cases})


def splines(rng):
    cases = []
    for name, knots, degree in (
        ("cubic", 5, 3),
        ("linear", 4, 1),
        ("quadratic, two knots", 2, 2),
        ("fifth degree", 7, 5),
    ):
        x = numpy.exp(rng.normal(size=80)).round(3)
        transformer = preprocessing.SplineTransformer(
            n_knots=knots, degree=degree, knots="quantile", extrapolation="constant",
            include_bias=False,
        ).fit(x[:, None])
        grid = numpy.concatenate([[x.min() - 1, x.min(), x.max(), x.max() + 5], x[:12]])
        cases.append({"name": name, "knots": knots, "degree": degree, "values": listed(x),
                      "grid": listed(grid),
                      "basis": [listed(row) for row in transformer.transform(grid[:, None])]})
    write("encoders/fixtures/spline.json", {"cases": cases})


def beta_case(name, score, target, weight):
    """Kull's way: a logistic regression on ln s and -ln(1 - s), without what falls below 0."""
    w = numpy.ones(len(score)) if weight is None else weight
    positives = (w * target).sum()
    high = (positives + 1) / (positives + 2)
    low = 1 / ((w * (1 - target)).sum() + 2)
    goal = numpy.where(target == 1, high, low)
    x = numpy.column_stack([numpy.log(score), -numpy.log1p(-score)])
    used = [0, 1]
    while True:
        model = linear_model.LogisticRegression(
            C=numpy.inf, solver="newton-cholesky", tol=1e-12, max_iter=1000
        ).fit(
            numpy.vstack([x[:, used], x[:, used]]),
            numpy.r_[numpy.ones(len(x)), numpy.zeros(len(x))],
            sample_weight=numpy.r_[w * goal, w * (1 - goal)],
        )
        below = [feature for feature, value in zip(used, model.coef_[0]) if value < 0]
        if not below:
            break
        used.remove(below[0])
    shape = [0.0, 0.0, float(model.intercept_[0])]
    for feature, value in zip(used, model.coef_[0]):
        shape[feature] = float(value)
    return {"name": name, "score": listed(score), "target": listed(target),
            "weight": None if weight is None else listed(weight), "shape": shape}


def beta(rng):
    def data(rows, bend):
        score = rng.beta(1.2, 2.0, size=rows).round(4).clip(0.0005, 0.9995)
        return score, (rng.random(rows) < bend(score)).astype(float)

    write("encoders/fixtures/beta.json", {"cases": [
        beta_case("too sure", *data(300, lambda s: special.expit(0.4 * special.logit(s))), None),
        beta_case("weighted", *data(200, lambda s: s**2), rng.integers(1, 4, size=200).astype(float)),
        beta_case("one side only", *data(300, lambda s: 0.2 + 0.3 * s**6), None),
    ]})


def functions():
    def table(name, arguments):
        function = {"erfc": special.erfc, "lgamma": special.gammaln, "gammaLower": special.gammainc,
                    "gammaUpper": special.gammaincc, "betaRegularised": special.betainc,
                    "normalCdf": special.ndtr}[name]
        return {"name": name,
                "rows": [[*(float(a) for a in row), float(function(*row))] for row in arguments]}

    real = [(x,) for x in (-6.0, -3.5, -1.0, -0.3, 0.0, 0.2, 0.46875, 0.9, 1.7, 2.5, 4.0, 8.0, 20.0)]
    positive = [(x,) for x in (1e-8, 0.01, 0.5, 1.0, 1.5, 2.0, 3.7, 12.0, 55.5, 1e4, 1e9)]
    pairs = [(a, x) for a in (0.1, 0.5, 1.0, 3.3, 20.0, 150.0) for x in (0.01, 0.7, 3.0, 19.0, 140.0)]
    triples = [(a, b, x) for a in (0.5, 1.0, 4.2, 60.0) for b in (0.3, 2.0, 45.0)
               for x in (0.001, 0.2, 0.5, 0.93)]
    write("foundation/fixtures/special.json", {"tables": [
        table("erfc", real), table("normalCdf", real), table("lgamma", positive),
        table("gammaLower", pairs), table("gammaUpper", pairs), table("betaRegularised", triples)]})


def main():
    rng = numpy.random.default_rng(SEED)
    logistic(rng)
    metric_cases(rng)
    calibration(rng)
    functions()
    # Each with random numbers of its own, so that a new one moves nobody else's.
    for place, part in enumerate(
        (elastic_net, ridge, multinomial, splines, beta, more_metric_cases), start=1
    ):
        part(numpy.random.default_rng([SEED, place]))


main()
