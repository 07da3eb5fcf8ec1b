"""The array types the mathematics speaks in."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
"""One axis, float64; each use states its shape."""

Matrix = NDArray[np.float64]
"""Two axes, float64; each use states its shape."""

Indices = NDArray[np.intp]
"""Positions on an axis; each use states its shape."""
