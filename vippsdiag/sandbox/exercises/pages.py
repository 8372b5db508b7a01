"""Write ``docs/exercises.md``: ``python -m vippsdiag.sandbox.exercises.pages``."""

from pathlib import Path

from vippsdiag.sandbox.exercises.catalogue import EXERCISES, FAMILIES
from vippsdiag.sandbox.exercises.exercise import MOST_POINTS, Exercise

PAGE = Path("docs/exercises.md")
# Run by a test.
USAGE = """\
from vippsdiag.render.values import revealed
from vippsdiag.sandbox import Sandbox
from vippsdiag.sandbox.exercises import classroom, progress, start

sandbox = Sandbox(classroom(seats=30))
attempt = start("two-keys-are-enough", sandbox, seat=3)
print(attempt.exercise.story)
print(attempt.curl)
print(attempt.hint())

key = revealed(attempt.keys["Test unit"].subscription_key)
mended = attempt.curl + f" -H 'Ocp-Apim-Subscription-Key: {key}'"
print(attempt.check(attempt.paste(mended)).words)

for item in progress(sandbox):
    print(item.seat, item.exercise, item.since, item.hints, item.points)
"""


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
    count = len(EXERCISES)
    head = f"""# The exercises

Made from the code by `python -m vippsdiag.sandbox.exercises.pages`; not to be edited by
hand. There are {count} exercises. Each is a call that fails in the sandbox, and ends
when the same call succeeds. It gives {MOST_POINTS} points, and every hint that is taken
costs one.

`vippsdiag exercises` lists them, `vippsdiag exercises show ID` prints one, and
`vippsdiag exercises load FILE` makes one of a report, such as a HAR. In a workshop,
every seat has keys of its own:

```python
{USAGE}```

What stands between the program and the API, such as a proxy, is set in
`attempt.settings`; `attempt.keys` and `attempt.known` are what a learner has to hand.
"""
    return head + "".join(_family(*family) for family in FAMILIES.items())


if __name__ == "__main__":
    PAGE.write_text(exercises_page(), "utf-8")
