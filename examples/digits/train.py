#!/usr/bin/env python3
"""Trains the model of this example: python3 train.py (needs numpy).

A multilayer perceptron, 64 inputs, 32 rectified hidden units, 10 outputs, by stochastic gradient
descent on data/train.csv. Writes model/weights.bin: the two weight matrices, row by row, each
followed by its biases, as little-endian 32-bit floats.
"""
import numpy as np

HIDDEN, CLASSES, EPOCHS, BATCH, RATE = 32, 10, 120, 32, 0.1


def load(path):
    table = np.loadtxt(path, delimiter=",", dtype=np.float32)
    return table[:, :-1] / 16.0, table[:, -1].astype(int)


def forward(x, w1, b1, w2, b2):
    hidden = np.maximum(x @ w1.T + b1, 0)
    return hidden, hidden @ w2.T + b2


def main():
    random = np.random.default_rng(1)
    x, y = load("data/train.csv")
    w1 = random.normal(0, np.sqrt(2 / 64), (HIDDEN, 64)).astype(np.float32)
    w2 = random.normal(0, np.sqrt(2 / HIDDEN), (CLASSES, HIDDEN)).astype(np.float32)
    b1, b2 = np.zeros(HIDDEN, np.float32), np.zeros(CLASSES, np.float32)
    for epoch in range(EPOCHS):
        order = random.permutation(len(x))
        for start in range(0, len(x), BATCH):
            batch = order[start : start + BATCH]
            hidden, scores = forward(x[batch], w1, b1, w2, b2)
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
            odds /= odds.sum(axis=1, keepdims=True)
            odds[np.arange(len(batch)), y[batch]] -= 1
            odds /= len(batch)
            back = (odds @ w2) * (hidden > 0)
            w2 -= RATE * odds.T @ hidden
            b2 -= RATE * odds.sum(axis=0)
            w1 -= RATE * back.T @ x[batch]
            b1 -= RATE * back.sum(axis=0)
    held_x, held_y = load("data/held-out.csv")
    right = (forward(held_x, w1, b1, w2, b2)[1].argmax(axis=1) == held_y).sum()
    print(f"{right} of {len(held_y)} held-out digits are right")
    with open("model/weights.bin", "wb") as out:
        for part in (w1, b1, w2, b2):
            out.write(part.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
