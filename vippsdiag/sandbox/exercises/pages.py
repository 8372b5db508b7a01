"""Write ``docs/exercises.md``: ``python -m vippsdiag.sandbox.exercises.pages``."""

from pathlib import Path

from vippsdiag.sandbox.exercises.catalogue import EXERCISES, FAMILIES
from vippsdiag.sandbox.exercises.exercise import MOST_POINTS, Exercise

PAGE = Path("docs/exercises.md")


def exercise_page(exercise: Exercise) -> str:
    """Return the entry of an exercise."""
    hints = "\n".join(f"{n}. {hint}" for n, hint in enumerate(exercise.hints, 1))
    cause = exercise.causes[0]
    return f"""
### {exercise.id}

**{exercise.title}.** {exercise.story}

Goal: {exercise.goal}

<details><summary>Hints and cause</summary>

{hints}

The cause: [{cause}](checks.md#{cause}). Known from: {exercise.source}.

</details>
"""


def _family(name: str, exercises: tuple[Exercise, ...]) -> str:
    return f"\n## {name}\n" + "".join(map(exercise_page, exercises))


def exercises_page() -> str:
    """Return the page of all exercises."""
    head = f"""# The exercises

Made from the code by `python -m vippsdiag.sandbox.exercises.pages`; not to be edited by
hand. There are {len(EXERCISES)} exercises. Each is a call that fails in the sandbox,
and ends when the same call succeeds. It gives {MOST_POINTS} points, and every hint that
is taken costs one.
"""
    return head + "".join(_family(*family) for family in FAMILIES.items())


if __name__ == "__main__":
    PAGE.write_text(exercises_page(), "utf-8")
