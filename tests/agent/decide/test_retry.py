"""How long is waited after failures, the arithmetic per row."""

from __future__ import annotations

import pytest

from agent.decide.retry import wait_s


@pytest.mark.parametrize(
    ("failures", "asked_s", "chance", "expected"),
    [
        pytest.param(1, 0.0, 0.0, 5.0, id="first: 5"),
        pytest.param(2, 0.0, 0.0, 10.0, id="second: 5 x 2"),
        pytest.param(5, 0.0, 0.0, 80.0, id="fifth: 5 x 16"),
        pytest.param(2, 0.0, 1.0, 12.0, id="10 and a fifth of it"),
        pytest.param(99, 0.0, 1.0, 3600.0, id="never beyond an hour"),
        pytest.param(9, 0.4, 0.0, 0.4, id="as asked, however often"),
        pytest.param(1, 30.0, 1.0, 36.0, id="never earlier than asked"),
        pytest.param(1, 1e9, 0.0, 3600.0, id="a year is not believed"),
        pytest.param(1, -5.0, 0.0, 5.0, id="nonsense counts as nothing asked"),
        pytest.param(1, 0.5, 1.0, 0.5, id="a short pause is kept to the moment"),
    ],
)
def test_waits(failures: int, asked_s: float, chance: float, expected: float) -> None:
    assert wait_s(failures, asked_s=asked_s, chance=chance) == pytest.approx(expected)
