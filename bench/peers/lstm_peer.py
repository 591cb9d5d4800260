"""Keras's side of the LSTM's benchmark; see side.py."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy
import tensorflow
from side import read_columns, serve, told

path, rows, width, settings = told()
tensorflow.config.threading.set_intra_op_parallelism_threads(settings["threads"])
tensorflow.config.threading.set_inter_op_parallelism_threads(settings["threads"])
x, data = read_columns(path, rows, width)
steps = settings["steps"]
x = x.astype("float32").reshape(-1, steps, width)
y = data[width].reshape(-1, steps)[:, -1].astype("float32")
training = settings["trainingSequences"]
keras.utils.set_random_seed(1)
model = keras.Sequential(
    [
        keras.Input((steps, width)),
        keras.layers.LSTM(settings["hidden"]),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
optimizer = keras.optimizers.Adam(settings["learningRate"], global_clipnorm=1.0)
model.compile(optimizer, loss="binary_crossentropy")
start = model.get_weights()
batch = settings["batchSize"]
# The graph is compiled before anything is timed, for whole batches and for the last one; every fit
# begins at the first weights.
warm = batch + training % batch
model.fit(x[:warm], y[:warm], batch_size=batch, epochs=1, verbose=0)


def run():
    model.set_weights(start)
    for variable in optimizer.variables:
        if variable is not optimizer.learning_rate:
            variable.assign(keras.ops.zeros_like(variable))
    model.fit(
        x[:training], y[:training], batch_size=batch, epochs=settings["epochs"], verbose=0
    )


def reached():
    scores = model.predict(x[training:], batch_size=4096, verbose=0)[:, 0]
    labels = y[training:]
    ranks = numpy.empty(len(scores))
    ranks[numpy.argsort(scores, kind="stable")] = numpy.arange(1, len(scores) + 1)
    positives = labels.sum()
    negatives = len(labels) - positives
    auc = (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    return {"auc": float(auc)}


serve(run, f"{keras.__version__} / {tensorflow.__version__}", reached)
