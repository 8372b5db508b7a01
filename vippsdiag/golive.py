"""What is to be done before the first real payment: from test to production.

From the facts, sections 2, 3.1, 4, 6.6 and 7.2.
"""

from dataclasses import dataclass

from vippsdiag.language import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to see to.

    Attributes:
        id: what it is called in code.
        done: what is true when it is done.
        why: why it matters, and how to see to it.
    """

    id: str
    done: str
    why: str


ITEMS = (
    Item(
        id="keys",
        done=mark("The keys are those of production, from the list “Production”."),
        why=mark(
            "Test keys are refused in production. Put the keys into your "
            "configuration, not into your code."
        ),
    ),
    Item(
        id="msn",
        done=mark("The merchant serial number is the production sales unit's."),
        why=mark("The one of your test sales unit does not exist in production."),
    ),
    Item(
        id="host",
        done=mark("Calls go to api.vipps.no, and no longer to apitest.vipps.no."),
        why=mark(
            "The token call and all others change together: a token of one environment "
            "is refused by the other."
        ),
    ),
    Item(
        id="products",
        done=mark("Every product that you use is active for this sales unit."),
        why=mark(
            "ePayment, Recurring and Login are ordered for each sales unit. Reading "
            "calls with your production keys show some of them."
        ),
    ),
    Item(
        id="webhooks",
        done=mark("Webhooks are registered again, and their new secrets are in place."),
        why=mark(
            "Registrations of test do not come along. The secret is shown once, when "
            "you register."
        ),
    ),
    Item(
        id="redirects",
        done=mark("For Login, the redirect URIs of production are registered."),
        why=mark(
            "They have to be the same letter by letter, a slash at the end included."
        ),
    ),
    Item(
        id="firewall",
        done=mark("Your firewall lets callbacks in, by the names of their hosts."),
        why=mark(
            "callback-1 to callback-4 and callback-dr-1 to callback-dr-4, each with "
            ".vipps.no. Their addresses change. Test has other names."
        ),
    ),
    Item(
        id="pages",
        done=mark("Content policies and allow-lists know the payment pages."),
        why=mark(
            "pay.vipps.no, pay.mobilepay.dk and pay.mobilepay.fi; from 12 January 2027 "
            "also pay.vipps.dk and pay.vipps.fi."
        ),
    ),
    Item(
        id="secrets",
        done=mark("The keys are on your server only."),
        why=mark(
            "Not in an app, not in a web page, not in a repository, not in a log. The "
            "command vippsdiag scan looks for them in files."
        ),
    ),
    Item(
        id="token",
        done=mark("A token is kept until shortly before it ends."),
        why=mark(
            "It lives 24 hours in production and one hour in test. Who fetches one for "
            "each call meets the limits soon."
        ),
    ),
    Item(
        id="idempotency",
        done=mark("Every call that changes something has an Idempotency-Key."),
        why=mark(
            "A call that is sent again after a time-out then happens once. A corrected "
            "call needs a new key."
        ),
    ),
    Item(
        id="capture",
        done=mark("What is reserved is captured, or cancelled."),
        why=mark(
            "An approved payment is only reserved. The time to capture it is limited, "
            "and without a capture no money comes."
        ),
    ),
    Item(
        id="test-only",
        done=mark("Nothing of test is left in the code."),
        why=mark(
            "No phone numbers of test users, no forced approval, no amounts that are "
            "made to fail."
        ),
    ),
    Item(
        id="system",
        done=mark("The Vipps-System headers name your system and its version."),
        why=mark(
            "Partners and plugins have to send them, and for everybody they make help "
            "quicker."
        ),
    ),
    Item(
        id="first",
        done=mark("A small real payment was made, captured and refunded."),
        why=mark("Do it in your shop, with your own phone. It is not made from here."),
    ),
    Item(
        id="watch",
        done=mark("Somebody sees it when calls fail, and knows the status page."),
        why=mark("It is at https://status.vippsmobilepay.com."),
    ),
)
