"""Writes packages/learn/src/learners/boosting/fixtures/lightgbm.json: LightGBM's predictions on small
tables whose values are whole numbers, so that its bins are those of any other exact histogram. Where
hessians differ, LightGBM estimates the rows of a leaf bin by bin: leaves are held by their hessians.

    python bench/peers/lightgbm_fixtures.py
"""
import json
import pathlib

import lightgbm
import numpy as np

SEED = 20240301
ROWS = 1500
COMMON = dict(
    learning_rate=0.1, num_leaves=15, verbose=-1, num_threads=1, seed=1,
    min_data_in_bin=1, deterministic=True, feature_pre_filter=False,
)
BY_HESSIAN = dict(min_data_in_leaf=1, min_sum_hessian_in_leaf=4.0)


def table(random, missing):
    columns = [random.integers(-20, 21, ROWS).astype(float) for _ in range(4)]
    columns.append(random.integers(0, 3, ROWS).astype(float))
    if missing:
        columns[1][random.random(ROWS) < 0.15] = np.nan
    return np.stack(columns, axis=1)


def signal(x):
    known = np.nan_to_num(x[:, 1], nan=12.0)
    return 0.08 * x[:, 0] + 0.004 * x[:, 2] * known + 0.7 * (x[:, 4] == 1) - 0.3


def case(name, objective, missing, **params):
    random = np.random.default_rng([SEED, len(name)])
    x = table(random, missing)
    s = signal(x)
    if objective == "binary":
        y = (random.random(ROWS) < 1 / (1 + np.exp(-s))).astype(float)
    elif objective == "multiclass":
        y = np.digitize(s + random.normal(size=ROWS), [-0.8, 0.6]).astype(float)
        params["num_class"] = 3
    else:
        y = np.round(s + random.normal(size=ROWS), 2)
    rounds = params.pop("rounds", 20)
    data = lightgbm.Dataset(x, y, params=dict(min_data_in_bin=1, verbose=-1))
    model = lightgbm.train(dict(COMMON, objective=objective, **params), data, rounds)
    told = [[None if np.isnan(v) else int(v) for v in column] for column in x.T]
    return dict(
        name=name, objective=objective, rounds=rounds, options=params, columns=told,
        target=y.tolist(), predictions=np.round(model.predict(x), 8).ravel().tolist(),
        contributions=np.round(model.predict(x[:25], pred_contrib=True), 8).tolist(),
    )


fixture = dict(
    about=dict(
        script="bench/peers/lightgbm_fixtures.py",
        versions=dict(lightgbm=lightgbm.__version__, numpy=np.__version__),
        seed=SEED,
    ),
    cases=[
        case("two classes", "binary", False, **BY_HESSIAN),
        case("two classes, missing values", "binary", True, **BY_HESSIAN),
        case("values", "regression", True, lambda_l2=1.0),
        case("three classes", "multiclass", False, rounds=10, **BY_HESSIAN),
    ],
)
root = pathlib.Path(__file__).resolve().parents[2]
path = root / "packages/learn/src/learners/boosting/fixtures/lightgbm.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
