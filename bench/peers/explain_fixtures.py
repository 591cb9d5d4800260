"""Writes packages/learn/src/explain/fixtures/explained.json: trees of LightGBM, and what LightGBM and
shap say of them; linear models, and what shap says of them.

    python bench/peers/explain_fixtures.py
"""

import json
import pathlib

import lightgbm
import numpy as np
import shap
from lightgbm_trees import ensemble
from sklearn.linear_model import LogisticRegression

SEED = 20240302
ROWS = 900


def table(random):
    x = random.normal(size=(ROWS, 6)).round(3)
    x[:, 3] = random.integers(0, 4, ROWS)
    x[random.random(ROWS) < 0.2, 1] = np.nan
    return x


def told(values):
    return [[None if np.isnan(v) else float(v) for v in row] for row in values]


def trees(name, objective, **params):
    random = np.random.default_rng([SEED, len(name)])
    x = table(random)
    signal = x[:, 0] * np.nan_to_num(x[:, 1], nan=1) + (x[:, 3] == 2) + np.sin(2 * x[:, 2])
    y = signal + random.normal(size=ROWS) * 0.3
    if objective == "binary":
        y = (y > 0.5).astype(float)
    if objective == "multiclass":
        y = np.digitize(y, [0, 1]).astype(float)
        params["num_class"] = 3
    options = dict(objective=objective, verbose=-1, num_threads=1, seed=1, deterministic=True)
    model = lightgbm.train(dict(options, **params), lightgbm.Dataset(x, y), 6)
    rows, background = x[:12], x[100:125]
    explainer = shap.TreeExplainer(model, background, feature_perturbation="interventional")
    # Of a model of several outputs shap 0.51 explains the sum of them all by background rows.
    single = model.num_model_per_iteration() == 1
    values = explainer.shap_values(rows, check_additivity=False) if single else []
    return dict(
        name=name,
        trees=ensemble(model),
        rows=told(rows),
        background=told(background),
        margins=model.predict(rows, raw_score=True).ravel().tolist(),
        contributions=model.predict(rows, pred_contrib=True).tolist(),
        interventional=np.reshape(values, (-1, 6)).tolist(),
        base=np.ravel(explainer.expected_value).tolist() if single else [],
    )


def linear():
    random = np.random.default_rng([SEED, 99])
    x = random.normal(size=(200, 4)) * [1, 2, 0.5, 3] + [0, 1, -1, 5]
    y = (x @ [1, -0.5, 0.3, 0.2] + random.normal(size=200) > 0.5).astype(float)
    model = LogisticRegression(C=2).fit(x, y)
    background = x[50:90]
    explainer = shap.LinearExplainer(model, shap.maskers.Independent(background, max_samples=40))
    return dict(
        x=x.tolist(),
        background=background.tolist(),
        coefficients=model.coef_[0].tolist(),
        intercept=float(model.intercept_[0]),
        base=float(explainer.expected_value),
        values=explainer.shap_values(x[:10]).tolist(),
    )


fixture = dict(
    about=dict(
        script="bench/peers/explain_fixtures.py",
        versions=dict(
            lightgbm=lightgbm.__version__, shap=shap.__version__, numpy=np.__version__
        ),
        seed=SEED,
    ),
    cases=[
        trees("two classes", "binary", num_leaves=15, min_data_in_leaf=5),
        trees("values", "regression", num_leaves=40, min_data_in_leaf=1, max_depth=12),
        trees("three classes", "multiclass", num_leaves=8),
    ],
    linear=linear(),
)
root = pathlib.Path(__file__).resolve().parents[2]
path = root / "packages/learn/src/explain/fixtures/explained.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")
