"""Golden scores for packages/learn/src/learners/{isolation,neighbours}/fixtures.

Run: bench/.venv/detectors/bin/python bench/peers/isolation_neighbours_fixtures.py
Values are whole or halves, so that scikit-learn's floats of 32 bits hold them; rows are too many
for equal distances to decide anything, but where a case is about them.
"""

import json
import pathlib

import numpy
import pyod
import sklearn
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.ensemble import IsolationForest

SEED = 20240411
learners = pathlib.Path(__file__).parents[2] / "packages/learn/src/learners"


def about():
    versions = {
        "scikit-learn": sklearn.__version__,
        "pyod": pyod.__version__,
        "numpy": numpy.__version__,
    }
    return {
        "script": "bench/peers/isolation_neighbours_fixtures.py",
        "seed": SEED,
        "versions": versions,
    }


def write(folder, name, body):
    path = learners / folder / "fixtures" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**about(), **body}, separators=(",", ":")) + "\n")


def listed(values):
    return [float(v) for v in values]


def isolation(rng):
    x = numpy.round(rng.normal(0, 20, (300, 4))) / 2
    x[:6] *= 5
    model = IsolationForest(n_estimators=8, max_samples=32, random_state=1).fit(x)
    trees = []
    for tree, columns in zip(model.estimators_, model.estimators_features_):
        t = tree.tree_
        trees.append(
            {
                "left": t.children_left.tolist(),
                "right": t.children_right.tolist(),
                "column": [int(columns[f]) if f >= 0 else -1 for f in t.feature],
                "threshold": listed(t.threshold),
                "rows": t.n_node_samples.tolist(),
            }
        )
    seeds = [IsolationForest(random_state=s).fit(x).score_samples(x) for s in range(20)]
    body = {
        "columns": x.T.tolist(),
        "sampled": 32,
        "trees": trees,
        "scores": listed(-model.score_samples(x[:40])),
        "meanScores": [round(float(v), 5) for v in -numpy.mean(seeds, axis=0)],
    }
    write("isolation", "scikit-learn.json", body)


def neighbour_case(name, x, others, k):
    case = {"name": name, "neighbours": k, "columns": x.T.tolist(), "others": others.T.tolist()}
    for method in ("largest", "mean", "median"):
        model = KNN(n_neighbors=k, method=method).fit(x)
        case[method] = {
            "training": listed(model.decision_scores_),
            "others": listed(model.decision_function(others)),
        }
    model = LOF(n_neighbors=k).fit(x)
    case["lof"] = {
        "training": listed(model.decision_scores_),
        "others": listed(model.decision_function(others)),
    }
    return case


def neighbours(rng):
    x = numpy.round(rng.normal(0, 40, (160, 3)), 3)
    x[:4] *= 4
    others = numpy.round(rng.normal(0, 60, (30, 3)), 3)
    others[0] = x[9]
    wide = numpy.round(rng.normal(0, 1, (90, 7)) + 1e6, 4)
    # Every row three times: the first neighbours of a row are its copies.
    copies = numpy.repeat(numpy.round(rng.normal(0, 9, (50, 2)), 3), 3, axis=0)
    cases = [
        neighbour_case("three columns", x, others, 6),
        neighbour_case("an even count", x, others, 5),
        neighbour_case("far from 0", wide, wide[:20] + 0.25, 4),
        neighbour_case("every row three times", copies, copies[:15] + 0.5, 7),
    ]
    write("neighbours", "pyod.json", {"cases": cases})


rng = numpy.random.default_rng(SEED)
isolation(rng)
neighbours(rng)
