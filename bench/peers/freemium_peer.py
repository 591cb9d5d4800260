"""XGBoost and scikit-learn on the folds of `npm run verify -- freemium`.

freemium_peer.py TABLE ROWS COLUMNS FOLDS OUT SETTINGS: the table as little-endian doubles, column
by column, the target last; FOLDS as one byte a row and repeat (0…4 = fold, 8 more where the row is
kept for early stopping of the other folds' models); OUT receives doubles, repeats x rows a model.
"""

import json
import sys

import numpy
import xgboost
from sklearn.ensemble import RandomForestClassifier


def main():
    table, rows, columns, folds, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:6]
    settings = json.loads(sys.argv[6])
    data = numpy.fromfile(table, dtype="<f8").reshape(columns + 1, rows)
    x = numpy.ascontiguousarray(data[:columns].T)
    y = data[columns]
    marks = numpy.fromfile(folds, dtype="u1").reshape(-1, rows)
    boosted = numpy.zeros(marks.shape)
    forest = numpy.zeros(marks.shape)
    for repeat, mark in enumerate(marks):
        fold, kept = mark & 7, mark >= 8
        for k in range(settings["folds"]):
            test = fold == k
            training, watched = ~test & ~kept, ~test & kept
            model = xgboost.XGBClassifier(
                n_estimators=settings["rounds"],
                learning_rate=settings["learningRate"],
                max_leaves=settings["maxLeaves"],
                max_depth=0,
                grow_policy="lossguide",
                tree_method="hist",
                min_child_weight=settings["minHessian"],
                reg_lambda=settings["l2"],
                subsample=settings["rowShare"],
                colsample_bytree=settings["columnShare"],
                early_stopping_rounds=settings["patience"],
                eval_metric="logloss",
                random_state=10 * repeat + k,
                n_jobs=settings["threads"],
            )
            model.fit(
                x[training], y[training], eval_set=[(x[watched], y[watched])], verbose=False
            )
            boosted[repeat, test] = model.predict_proba(x[test])[:, 1]
            trees = RandomForestClassifier(
                n_estimators=settings["trees"],
                min_samples_leaf=settings["minSamplesLeaf"],
                max_features="sqrt",
                random_state=10 * repeat + k,
                n_jobs=settings["threads"],
            )
            trees.fit(x[~test], y[~test])
            forest[repeat, test] = trees.predict_proba(x[test])[:, 1]
    numpy.concatenate([boosted.ravel(), forest.ravel()]).astype("<f8").tofile(out)
    import sklearn

    print(json.dumps({"xgboost": xgboost.__version__, "sklearn": sklearn.__version__}))


main()
