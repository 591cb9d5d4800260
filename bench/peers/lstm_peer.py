"""Keras's side of the LSTM's benchmark; see side.py."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy
import tensorflow
from side import read_columns, serve, told

SEEDS = 8

path, rows, width, settings = told()
tensorflow.config.threading.set_intra_op_parallelism_threads(settings["threads"])
tensorflow.config.threading.set_inter_op_parallelism_threads(settings["threads"])
x, data = read_columns(path, rows, width)
steps = settings["steps"]
x = x.astype("float32").reshape(-1, steps, width)
y = data[width].reshape(-1, steps)[:, -1].astype("float32")
training = settings["trainingSequences"]


def draw(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input((steps, width)),
            keras.layers.LSTM(settings["hidden"]),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


# The first weights of each fit, which has a seed of its own.
starts = [draw(seed).get_weights() for seed in range(1, SEEDS + 1)]
model = draw(0)
optimizer = keras.optimizers.Adam(settings["learningRate"], global_clipnorm=1.0)
model.compile(optimizer, loss="binary_crossentropy")
batch = settings["batchSize"]
# The graph is compiled before anything is timed, for whole batches and for the last one.
warm = batch + training % batch
model.fit(x[:warm], y[:warm], batch_size=batch, epochs=1, verbose=0)
reached_weights = []


def run():
    model.set_weights(starts[len(reached_weights) % SEEDS])
    for variable in optimizer.variables:
        if variable is not optimizer.learning_rate:
            variable.assign(keras.ops.zeros_like(variable))
    model.fit(
        x[:training], y[:training], batch_size=batch, epochs=settings["epochs"], verbose=0
    )
    reached_weights.append(model.get_weights())


def reached():
    labels = y[training:].astype("float64")
    losses = []
    for weights in reached_weights:
        model.set_weights(weights)
        scores = model.predict(x[training:], batch_size=4096, verbose=0)[:, 0]
        p = numpy.clip(scores.astype("float64"), 1e-7, 1 - 1e-7)
        each = labels * numpy.log(p) + (1 - labels) * numpy.log(1 - p)
        losses.append(float(-each.mean()))
    return {"losses": losses}


serve(run, f"{keras.__version__} / {tensorflow.__version__}", reached)
