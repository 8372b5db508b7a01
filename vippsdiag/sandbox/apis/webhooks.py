"""The Webhooks API."""

from vippsdiag.sandbox import answers, gate
from vippsdiag.sandbox.call import MSN, Call
from vippsdiag.sandbox.forms import Forms
from vippsdiag.sandbox.gate import Gate
from vippsdiag.sandbox.reply import Reply, in_json
from vippsdiag.sandbox.routes import Route


def own_link(call: Call, forms: Forms) -> None:
    """See that the caller may act; a partner without a number acts for itself."""
    if call.header(MSN):
        gate.link(call, forms)
    else:
        gate.own_key(call, forms)


FORMS = Forms(not_linked=answers.empty_403, other_unit=answers.empty_403)
GATE = Gate(steps=(gate.key, gate.token, own_link), forms=FORMS)


def registered(call: Call) -> Reply:
    """List what is registered: nothing, until it can be."""
    return in_json(200, {"webhooks": []})


ROUTES = (
    Route(method="GET", template="/webhooks/v1/webhooks", gate=GATE, serve=registered),
)
