"""Golden values of detectors from PyOD, scikit-learn and scipy: `detectors_fixtures.py`.

Writes JSON beside the tests of packages/learn/src/learners; run with the pins of
detectors-requirements.txt."""

import json
import pathlib

import numpy
import pyod
import scipy
import scipy.stats
import sklearn
import sklearn.covariance._robust_covariance as robust
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.hbos import HBOS
from pyod.models.pca import PCA
from sklearn.covariance import MinCovDet
from sklearn.mixture import GaussianMixture
from sklearn.svm import OneClassSVM

SEED = 20260101
own_search = robust.fast_mcd
LEARNERS = pathlib.Path(__file__).parents[2] / "packages/learn/src/learners"


def write(path, cases):
    made_by = {
        "script": "bench/peers/detectors_fixtures.py",
        "seed": SEED,
        "numpy": numpy.__version__,
        "pyod": pyod.version.__version__,
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
    }
    target = LEARNERS / path
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"madeBy": made_by, "cases": cases}) + "\n")


def columns(x):
    return [[float(value) for value in column] for column in numpy.asarray(x).T]


def numbers(values):
    return [float(value) for value in numpy.asarray(values).ravel()]


def tables(random):
    """Training and test rows: skewed columns, ties, a constant one, more columns than two."""
    skewed = numpy.column_stack(
        [random.lognormal(size=120), -random.exponential(size=120), random.normal(size=120)]
    )
    ties = numpy.column_stack(
        [random.poisson(2, 90), random.integers(0, 3, 90) ** 3, random.normal(size=90).round(1)]
    ).astype(float)
    constant = numpy.column_stack([random.gamma(2, size=60), numpy.full(60, 3.5)])
    mixed = random.multivariate_normal(
        [1, -2, 0, 5, 100], numpy.diag([1, 4, 0.25, 9, 100]) + 0.2, size=150
    ) + random.exponential(2, size=(150, 5))
    for name, x in [("skewed", skewed), ("ties", ties), ("constant", constant), ("mixed", mixed)]:
        away = x[:12] + random.normal(size=(12, x.shape[1])) * x.std(0) * 2
        yield name, x.round(4), numpy.vstack([away, x[20:26]]).round(4)


def skews(x):
    return numpy.sign(numpy.nan_to_num(scipy.stats.skew(x, axis=0)))


def one_by_one(make, x, test):
    """Scores of batches of one row: PyOD adds the scored batch to the training rows. None where the
    row turns the sign of a column's skewness."""
    detector = make().fit(x)
    scores = []
    for row in test:
        kept = (skews(numpy.vstack([x, row])) == skews(x)).all()
        scores.append(float(detector.decision_function(row[None, :])[0]) if kept else None)
    return scores


def tail_cases(random):
    for name, x, test in tables(random):
        yield {
            "name": name,
            "columns": columns(x),
            "test": columns(test),
            "ecod": one_by_one(ECOD, x, test),
            "copod": one_by_one(COPOD, x, test),
            "ecodTraining": numbers(ECOD().fit(x).decision_scores_),
            "copodTraining": numbers(COPOD().fit(x).decision_scores_),
        }


def off_edges(model, x, scores):
    """None where a value lies on an edge between two bins: PyOD counts it in the bin above and looks it
    up in the bin below."""
    inner = model.bin_edges_[1:-1]
    return [
        None if (row == inner).any() else float(score) for row, score in zip(x, scores)
    ]


def histogram_cases(random):
    for name, x, test in tables(random):
        for bins in (10, 25):
            model = HBOS(n_bins=bins).fit(x)
            yield {
                "name": f"{name}, {bins} bins",
                "bins": bins,
                "columns": columns(x),
                "test": columns(test),
                "scores": off_edges(model, test, model.decision_function(test)),
                "training": off_edges(model, x, model.decision_scores_),
            }


def projection_cases(random):
    for name, x, test in tables(random):
        if name == "constant":
            continue
        for standardise in (True, False):
            # Without standardisation PyOD does not centre the rows that it scores.
            centre = 0 if standardise else x.mean(0)
            x, test = x - centre, test - centre
            model = PCA(standardization=standardise, svd_solver="full").fit(x)
            yield {
                "name": f"{name}, {'standardised' if standardise else 'as it is'}",
                "standardise": standardise,
                "columns": columns(x),
                "test": columns(test),
                "shares": numbers(model.explained_variance_ratio_),
                "scores": numbers(model.decision_function(test)),
            }


def covariance_cases(random):
    for name, x, test in tables(random):
        if name == "constant":
            continue
        normal = scipy.stats.multivariate_normal(x.mean(0), numpy.cov(x.T, bias=True))
        case = {
            "name": name,
            "columns": columns(x),
            "test": columns(test),
            "scores": numbers(-normal.logpdf(test)),
            "covariance": numbers(numpy.cov(x.T, bias=True)),
        }
        yield case


def contaminated(random, rows, width):
    """A tenth far off on one side; what is left is normal."""
    clean = random.multivariate_normal(
        numpy.arange(width), numpy.eye(width) + 0.5 * numpy.ones((width, width)), size=rows
    )
    clean[: rows // 10] += 12
    return clean.round(3)


def searched_well(x, support_fraction=None, cov_computation_method=None, random_state=None):
    """scikit-learn's steps from 2,000 starts of columns + 1 rows, as in the paper: its own random
    halves miss the smallest determinant."""
    rows, width = x.shape
    draws = [random_state.permutation(rows)[: width + 1] for _ in range(2000)]
    starts = (
        numpy.array([x[draw].mean(0) for draw in draws]),
        numpy.array([numpy.cov(x[draw].T, bias=True) for draw in draws]),
    )
    support = min(int(numpy.ceil(0.5 * (rows + width + 1))), rows)
    best = robust.select_candidates(x, support, starts, select=1, n_iter=100)
    return [found[0] for found in best]


def robust_cases(random):
    for rows, width in [(60, 2), (80, 2), (100, 3), (900, 3), (1600, 3)]:
        x = contaminated(random, rows, width)
        exact = rows <= 100
        robust.fast_mcd = searched_well if exact else own_search
        best = min(
            (MinCovDet(random_state=seed).fit(x) for seed in range(1 if exact else 20)),
            key=lambda model: numpy.linalg.slogdet(model.raw_covariance_)[1],
        )
        yield {
            "name": f"{rows} × {width}",
            "exact": exact,
            "columns": columns(x),
            "logDeterminant": float(numpy.linalg.slogdet(best.raw_covariance_)[1]),
            "location": numbers(best.location_),
            "covariance": numbers(best.covariance_),
            "support": int(best.support_.sum()),
            "scores": numbers(best.dist_[:20]),
        }


def mixture_cases(random):
    for components in (1, 2, 3):
        parts = [
            random.multivariate_normal(
                [9 * k, -6 * k], [[1 + k, 0.5], [0.5, 2]], size=60 + 30 * k
            )
            for k in range(components)
        ]
        x = numpy.vstack(parts)
        x = ((x - x.mean(0)) / x.std(0)).round(6)
        x = (x - x.mean(0)) / x.std(0)
        model = GaussianMixture(
            components, tol=1e-12, reg_covar=1e-6, n_init=5, max_iter=2000, random_state=1
        ).fit(x)
        test = x[::15] + random.normal(size=x[::15].shape)
        yield {
            "name": f"{components} components",
            "components": components,
            "columns": columns(x),
            "test": columns(test),
            "scores": numbers(-model.score_samples(test)),
            "weights": sorted(numbers(model.weights_)),
        }


def support_cases(random):
    """Scores are the logarithm of the offset less that of the weighted sum of kernels."""
    for name, x, test in tables(random):
        scale = x.std(0)
        scale[scale == 0] = 1
        centred, others = (x - x.mean(0)) / scale, (test - x.mean(0)) / scale
        gamma = 1 / centred.var(0).sum()
        for nu in (0.1, 0.5):
            model = OneClassSVM(nu=nu, gamma=gamma, tol=1e-12).fit(centred)
            score = lambda rows: numpy.log(model.offset_[0] / model.score_samples(rows))
            yield {
                "name": f"{name}, nu {nu}",
                "nu": nu,
                "columns": columns(x),
                "test": columns(test),
                "supports": len(model.support_),
                "offset": float(model.offset_[0]),
                "scores": numbers(score(others)),
                "training": numbers(score(centred)),
            }


random = numpy.random.default_rng(SEED)
write("copula/fixtures/tails.json", list(tail_cases(random)))
write("histogram/fixtures/hbos.json", list(histogram_cases(random)))
write("projection/fixtures/pca.json", list(projection_cases(random)))
write("gaussian/fixtures/covariance.json", list(covariance_cases(random)))
write("gaussian/fixtures/robust.json", list(robust_cases(random)))
write("gaussian/fixtures/mixture.json", list(mixture_cases(random)))
write("projection/fixtures/one-class-svm.json", list(support_cases(random)))
