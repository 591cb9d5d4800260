"""Golden trees of scikit-learn for packages/learn/src/learners/{cart,forest}/fixtures.

Run: bench/.venv/learn/bin/python bench/peers/forest_fixtures.py
Columns hold few distinct values, so that every value has a bin of its own. Every tree was grown ten
times with the columns tried in other orders and came out the same, so that no split is a tie.
"""

import json
import pathlib

import numpy
import sklearn
from sklearn.ensemble import (
    ExtraTreesClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

SEED = 20240305
ROWS = 240
learners = pathlib.Path(__file__).parents[2] / "packages/learn/src/learners"


def draw(rng, rows, holes):
    x = numpy.column_stack(
        [
            rng.integers(0, 40, rows),
            numpy.round(rng.normal(0, 3, rows)) / 2,
            rng.integers(0, 3, rows),
            rng.integers(-100, 100, rows) * 10,
        ]
    ).astype(float)
    margin = 0.1 * (x[:, 0] - 20) + x[:, 1] * (x[:, 2] - 1) + 0.002 * x[:, 3]
    if holes:
        hidden = rng.random(rows) < 0.15
        x[hidden, 1] = numpy.nan
    return x, margin


def preorder(tree, total):
    nodes = []
    waiting = [0]
    while waiting:
        node = waiting.pop()
        left = int(tree.children_left[node])
        value = [round(float(v), 9) for v in tree.value[node][0]]
        one = {"rows": float(tree.weighted_n_node_samples[node]), "value": value}
        if left >= 0:
            right = int(tree.children_right[node])
            weights = tree.weighted_n_node_samples
            rest = sum(weights[c] * tree.impurity[c] for c in (left, right)) / weights[node]
            one["column"] = int(tree.feature[node])
            one["gain"] = round(float(weights[node] * (tree.impurity[node] - rest)), 6)
            one["threshold"] = float(tree.threshold[node])
            waiting += [right, left]
        nodes.append(one)
    return nodes


def tree_case(rng, name, options, holes, weighed):
    for _ in range(200):
        x, margin = draw(rng, ROWS, holes)
        noisy = margin + rng.normal(0, 1.5, ROWS)
        kind = "values" if "criterion" not in options else "classes"
        if kind == "values":
            y = numpy.round(noisy, 3)
        elif "three" in name:
            y = (noisy > -1).astype(float) + (noisy > 1)
        else:
            y = (noisy > 0).astype(float)
        weight = rng.integers(1, 5, ROWS).astype(float) if weighed else None
        maker = DecisionTreeRegressor if kind == "values" else DecisionTreeClassifier
        trees = [
            preorder(maker(random_state=s, **options).fit(x, y, weight).tree_, ROWS)
            for s in range(10)
        ]
        if all(tree == trees[0] for tree in trees) and len(trees[0]) > 5:
            model = maker(random_state=0, **options).fit(x, y, weight)
            return {
                "name": name,
                "options": options,
                "columns": [[None if numpy.isnan(v) else v for v in column] for column in x.T],
                "target": y.tolist(),
                "weight": None if weight is None else weight.tolist(),
                "leaves": int(model.get_n_leaves()),
                "nodes": trees[0],
            }
    raise SystemExit(f"{name}: ties everywhere")


def oob_case(rng, name, maker, options):
    x, margin = draw(rng, 400, False)
    noisy = margin + rng.normal(0, 1.5, 400)
    y = numpy.round(noisy, 3) if maker is RandomForestRegressor else (noisy > 0).astype(float)
    scores = [
        maker(400, oob_score=True, bootstrap=True, random_state=s, n_jobs=2, **options)
        .fit(x, y)
        .oob_score_
        for s in range(5)
    ]
    return {
        "name": name,
        "options": options,
        "columns": x.T.tolist(),
        "target": y.tolist(),
        "scores": scores,
    }


def write(folder, name, cases):
    about = {"script": "bench/peers/forest_fixtures.py", "seed": SEED}
    about["versions"] = {"scikit-learn": sklearn.__version__, "numpy": numpy.__version__}
    path = learners / folder / "fixtures" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({**about, "cases": cases}, separators=(",", ":")) + "\n")


def main():
    rng = numpy.random.default_rng(SEED)
    trees = [
        ("gini", {"criterion": "gini", "min_samples_leaf": 9}, False, False),
        ("gini, missing values", {"criterion": "gini", "min_samples_leaf": 12}, True, False),
        ("entropy", {"criterion": "entropy", "max_depth": 3, "min_samples_leaf": 5}, False, False),
        ("gini, weights", {"criterion": "gini", "min_samples_leaf": 9}, True, True),
        ("gini of three", {"criterion": "gini", "min_samples_leaf": 9}, True, False),
        ("entropy of three", {"criterion": "entropy", "min_samples_split": 40}, False, False),
        ("gini, pruned", {"criterion": "gini", "min_samples_leaf": 5, "ccp_alpha": 0.01}, False,
         False),
        ("values", {"min_samples_leaf": 12, "max_depth": 5}, True, False),
        ("values, weights", {"min_samples_leaf": 9, "max_depth": 4}, False, True),
        ("values, pruned", {"min_samples_leaf": 10, "ccp_alpha": 0.05}, False, False),
    ]
    write("cart", "trees.json", [tree_case(rng, *one) for one in trees])
    forests = [
        ("random-forest", RandomForestClassifier, {"min_samples_leaf": 3}),
        ("extra-trees", ExtraTreesClassifier, {"min_samples_leaf": 3, "max_features": 2}),
        ("random-forest-regression", RandomForestRegressor, {"min_samples_leaf": 2}),
    ]
    write("forest", "out-of-bag.json", [oob_case(rng, *one) for one in forests])


main()
