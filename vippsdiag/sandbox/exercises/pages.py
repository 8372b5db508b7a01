"""Write ``docs/exercises.md``: ``python -m vippsdiag.sandbox.exercises.pages``."""

from pathlib import Path

from vippsdiag.sandbox.exercises.catalogue import EXERCISES, FAMILIES
from vippsdiag.sandbox.exercises.exercise import Exercise
from vippsdiag.sandbox.workshop.progress import MOST_POINTS

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

`vippsdiag exercises` lists them, and `vippsdiag exercises show ID` prints one, with the
keys that are at hand. They open the sandbox only. The mended call is not for the real
API: `vippsdiag exercises check ID FILE` reads it as cURL, raw HTTP or HAR, plays it in
a sandbox of its own, and says whether the exercise is solved, or why not yet. Without
FILE it reads standard input, and these belong to it:

- Tokens, codes and agreements are new in each sandbox. A name in double braces, such as
  `{{{{access token of the test unit}}}}`, gets the one that is good there; so does a
  token that was printed.
- Of several calls, each is made in its turn, and the last one counts. `--wait SECONDS`
  lets time pass before it.
- `--set NAME=VALUE` changes a setting that is shown, such as that of a proxy.
- An idempotency key that had an answer has the same one again, as in the API; another
  body needs a new key.
- `--seat N`, for `show` as well, takes the keys of another learner.

The exit status is 0 if it is solved, 1 if not yet, and 2 if no call can be read.

`vippsdiag exercises load FILE` makes an exercise of a report, such as a HAR.
In a notebook they are played in [a workshop](workshop.md), with a seat for everybody.
In Python, several seats of one sandbox are numbered from 0:

```python
{USAGE}```

What stands between the program and the API, such as a proxy, is set in
`attempt.settings`; `attempt.keys` and `attempt.known` are what a learner has to hand.
"""
    return head + "".join(_family(*family) for family in FAMILIES.items())


if __name__ == "__main__":
    PAGE.write_text(exercises_page(), "utf-8")
