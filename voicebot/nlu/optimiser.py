"""Minimising a smooth convex function: L-BFGS with a backtracking line search (Nocedal and Wright, algorithm 7.4 and 3.1)."""

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Objective = Callable[[Array], tuple[float, Array]]
"""Point to (value, gradient), the gradient of the point's shape."""

HISTORY = 8
"""Steps remembered: more costs memory and gains nothing here."""

SUFFICIENT = 1e-4
"""Armijo's constant: share of the promised decrease that a step must keep."""


def minimise(objective: Objective, start: Array, iterations: int, tolerance: float = 1e-4) -> Array:
    """The point reached after at most `iterations` steps, or when a step gains less than `tolerance` of the value."""
    point, (value, gradient) = start, objective(start)
    pairs: deque[tuple[Array, Array]] = deque(maxlen=HISTORY)
    for _ in range(iterations):
        direction = _direction(gradient, pairs)
        slope = float(np.vdot(direction, gradient))
        if slope >= 0.0:
            pairs.clear()
            direction, slope = -gradient, -float(np.vdot(gradient, gradient))
        if slope > -1e-12:
            break
        step = 1.0 if pairs else min(1.0, 1.0 / float(np.sqrt(-slope) + 1e-12))
        moved = _search(objective, point, value, direction, slope, step)
        if moved is None:
            break
        new_point, new_value, new_gradient = moved
        change, bend = new_point - point, new_gradient - gradient
        if float(np.vdot(change, bend)) > 1e-10:
            pairs.append((change, bend))
        gained = value - new_value
        point, value, gradient = new_point, new_value, new_gradient
        if gained < tolerance * max(abs(value), 1e-9):
            break
    return point


def _search(
    objective: Objective, point: Array, value: float, direction: Array, slope: float, step: float
) -> tuple[Array, float, Array] | None:
    for _ in range(12):
        candidate = point + np.float32(step) * direction
        new_value, new_gradient = objective(candidate)
        if new_value <= value + SUFFICIENT * step * slope:
            return candidate, new_value, new_gradient
        step *= 0.5
    return None


def _direction(gradient: Array, pairs: deque[tuple[Array, Array]]) -> Array:
    """Minus the inverse Hessian, as the pairs know it, times the gradient."""
    direction = -gradient
    scales: list[tuple[float, float]] = []
    for change, bend in reversed(pairs):
        curvature = 1.0 / float(np.vdot(change, bend))
        along = curvature * float(np.vdot(change, direction))
        direction = direction - np.float32(along) * bend
        scales.append((curvature, along))
    if pairs:
        change, bend = pairs[-1]
        direction = direction * np.float32(float(np.vdot(change, bend)) / float(np.vdot(bend, bend)))
    for (change, bend), (curvature, along) in zip(pairs, reversed(scales), strict=True):
        back = curvature * float(np.vdot(bend, direction))
        direction = direction + np.float32(along - back) * change
    return direction
