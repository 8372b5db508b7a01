"""What the APIs say in words, told apart from prose that only speaks of it."""

import re
from collections.abc import Iterator
from itertools import islice

from vippsdiag.extent import Span

# What the gateway, the identity provider and the APIs say, where the status is not
# known (facts section 6). Nobody speaks so: it counts wherever it stands.
_UNMISTAKABLE = (
    *("aadsts", "invalid_client", "invalid_grant", "invalid_request", "invalid_scope"),
    *("unauthorized_client", "invalid redirect_uri", "merchant.not.allowed"),
    "access denied due to missing subscription key",
    "access denied due to invalid subscription key",
    *("subscription not found", "resource not found", "merchant not allowed"),
    *("access token is missing", "access token is invalid", "access token is expired"),
    *("jwt token is invalid", "invalid msn", "client secret was invalid"),
    "something went wrong, please try again",
    *("check your api keys", "invalid api keys"),
    # The page that Login shows in the place of its own.
    "any of your preregistered uris",
)
# What the checks know an answer by, in words that people use, too: it counts only as
# a message, which `_message` knows by what is around it.
_ORDINARY = (
    # Of a payment, as eCom and ePayment have it.
    *("order not found", "payment not found", "reference not found", "was not found"),
    *("does not exist for msn", "unique constraint violation", "already exists"),
    *("duplicate order", "duplicate reference", "reference exists"),
    *("already been used", "wrong msn for the order"),
    *("cancel already captured", "cancel an already captured", "is not reserved"),
    *("capture before reservation", "captured amount exceeds", "already captured"),
    *("refund more than captured", "can not refund", "can't refund", "cannot refund"),
    "order locked",
    *("same in an idempotent", "same in idempotent", "idempotency conflict"),
    *("idempotency-key", "different payload", "reservation failed for some"),
    *("capture failed for some", "refund failed during debit", "concurrent requests"),
    *("transaction is not allowed", "transaction already processed"),
    *("missing required parameter", "payment cannot be created", "amount too high"),
    *("capture period expired", "refund period expired", "not enough refundable"),
    *("funds unavailable", "approve failed", "approve not allowed", "no cards"),
    *("identification required", "invalid payment source", "payment limit exceeded"),
    # Of the user.
    *("registered with vipps", "invalid phone number", "valid vipps user"),
    *("a vipps user", "app version not supported", "have a valid card"),
    *("refused by issuer", "refused by the issuer", "not bankid verified"),
    *("at least 15", "minst 15", "mindst 15", "vähintään 15", "under 15", "over 15"),
    *("vipps on your phone", "customer not found", "customer was not found"),
    "vipps login token",
    # Of the merchant.
    *("agreement not signed", "merchant is blocked", "receiving limit of merchant"),
    *("skip landing page", "initiate long", "payment not allowed", "push_message not"),
    *("push message not", "currency for merchant", "bank account not verified"),
    *("perform payments", "invalid sale unit", "invalid-sale-unit", "super merchant"),
    *("invalid sale-unit", "supermerchant", "invalid subscription or configuration"),
    *("authorized for this product", "deactivated or blocked", "msn or subscription"),
    "merchant does not exist",
    # Of keys and tokens.
    *("suspended subscription", "expired subscription", "inactive subscription"),
    *("cancelled subscription", "canceled subscription", "invalid token", "idx10"),
    *("invalid jwt", "invalid_token", "invalid_jwt", "token expired", "jwt expired"),
    *("token is expired", "token has expired", "token was expired", "jwt is expired"),
    *("provided has expired", "provided is expired", "tokenexpired", "jwt not active"),
    *("lifetime validation failed", "not yet valid", "not valid yet", "used before"),
    *("issuer validation failed", "invalid issuer", "audience validation failed"),
    *("invalid audience", "invalid signature", "unknown signature", "token signature"),
    *("signature validation failed", "signature verification failed"),
    *("signature key was not found", "signature has expired", "token used too"),
    # Of a client and of Login.
    *("client authentication failed", "unsupported grant type", "scope is invalid"),
    *("callback url mismatch", "client does not exist", "cross-origin token"),
    "must contain the following",
)
# What settings name, too: it counts only where the same message refuses it.
_NAMED = (
    *("client secret", "client_secret", "redirect_uri", "redirect uri", "redirect_url"),
    *("redirect url", "authentication method", "authorization grant", "psp id"),
    *("authorization code", "provided grant", "provided code", "pspid"),
)
_REFUSED = re.compile(
    r"\b(?:not|invalid|incorrect|wrong|mismatch|differs?|must|missing|expired|requires"
    r"|supports)\b",
    re.IGNORECASE,
)
# How often each is looked for, how many are looked at closely in a text and near a
# status, and how far a message reaches from where it is.
_EACH = 40
_TRIED = 300
_NEAR = 6
_AROUND = 600
# How far behind the beginning of a message its known words stand.
_LEAD = 45
# A message on lines of its own is one where little is around it.
_SHORT = 600
# A text with more of them is a list of what can be said.
_MOST = 3

_QUOTED = re.compile(
    r"(?<![\w.])(?:\"(?P<a>[^\"\n]{5,400})\"|'(?P<b>(?:[^'\n]|\b'\b|(?<=\s)'\w+'"
    r"(?=[\s,])){5,400})'|«(?P<c>[^«»\n]{5,400})»|»(?P<d>[^«»\n]{5,400})«"
    r"|[“”„](?P<e>[^“”„\n]{5,400})[“”]|`(?P<f>[^`\n]{5,400})`"
    r"|[‘’](?P<g>[^‘’\n]{5,400})[‘’])(?!\w)"
)
_NAMES = (
    r"(?:error|err|warn\w*|fatal|critical|exception|\w*fail\w*|feil\w*|fejl\w*|fel"
    r"|felmeddeland\w*|virhe\w*|message|melding\w*|besked\w*|meddelelse\w*"
    r"|meddeland\w*|viesti|vipps|mobilepay|response|answer|svar\w*|vastaus|status"
    r"|details?|title|reason|description|\w+(?:Error|Exception))"
)
# What stands before a message: "Error: ", "[error] ", "Vipps - ", "ERROR ".
_MARKED = re.compile(
    rf"\b{_NAMES}\b[^\w\n]{{0,3}}(?: ?\w{{1,12}})?(?:\]|\)|:|=|\||>| [-–—])[\s\"'`]*$"
    r"|\b(?-i:ERROR|WARN|WARNING|FATAL|CRITICAL)[\s:|\])-]+$",
    re.IGNORECASE,
)
_SEPARATED = re.compile(r"(?:[\])=:|>]| [-–—])[\s\"'`]+|\b(?:ERROR|WARN\w*|FATAL)\s+")
_SENT = re.compile(
    r"\b(?:gets?|got|getting|returns?|returned|receives?d?|says?|said|sees?|shows?"
    r"|answers?|får|fikk|fik|fick|svarer|svarar|sier|siger|säger|saamme|saan|saa"
    rf"|{_NAMES})[\s:,–-]{{1,3}}(?:(?:the|an?|en|ei|et|ett|with|med|{_NAMES})\s){{0,3}}$",
    re.IGNORECASE,
)
# Who has the trouble, and not who writes what can be said.
_THEIRS = re.compile(
    r"\b(?:we|i|i'm|our|us|my|vi|vår\w*|vores|os|oss|jeg|jag|min|mitt|mig|meg|saamme"
    r"|saan|meille|meidän|customers?|kund\w+|asiak\w+|keeps?|now|today|nå|nu|nyt)\b",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"\b(?:if|whether|hvis|dersom|ifall|jos|in case|unless|should|means?|e\.g\."
    r"|for example|avoid\w*|prevent\w*|unngå\w*|undgå\w*|undvik\w*"
    r"|(?:om|når|när|when) (?:du|man|ni|i|vi|you|an?|the))\b[^,]{0,80}$",
    re.IGNORECASE,
)
_MEANT = re.compile(
    r"\W{0,3}\s*(?:(?:error|feil\w*|fejl\w*|response)\s+)?(?:means?|is returned"
    r"|indicates?|is shown|is sent|can|could|may|might|should|betyr|betyder"
    r"|tarkoittaa|kan|voi)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(
    r"\b(?:when|if|means?|you|your|can|may|når|när|hvis|du|kan|kun|jos|voi)\b",
    re.IGNORECASE,
)
# In a sentence of people, not in a message of a server.
_PROSE = re.compile(
    r"[!?](?:\s|$)|(?<!\S)(?:we|i|i'm|our|us|my|vi|vår\w*|vores|oss|jeg|jag|mitt|if|hvis"
    r"|dersom|jos|because(?! of)|since|so that|then|fordi|siden|eftersom|koska|me"
    r"|meidän|should)(?=[\s,.;!?]|$)",
    re.IGNORECASE,
)


def unmistakable(text: str) -> int | None:
    """Return where a server's own words begin, that nobody else uses; None if none."""
    words = _lower(text)
    places = (words.find(saying) for saying in _UNMISTAKABLE)
    return min((place for place in places if place >= 0), default=None)


def message_in(text: str, behind: int | None = None) -> Span | None:
    """Return where a server's message is in a text, known by its words; None if none.

    Args:
        text: what may be nothing but the message, or have it in a log or a sentence.
        behind: where a status ends, if the text has one, which a message may follow.
    """
    found: list[tuple[Span, bool]] = []
    done = 0
    for place in _places(text)[: _TRIED if behind is None else _NEAR]:
        message = None if place < done else _message(text, place, behind)
        if message is None or not _refuses(text[slice(*message[0])]):
            continue
        found.append(message)
        done = message[0][1]
    listed = sum(not marked for _, marked in found) > _MOST
    kept = (span for span, marked in found if marked or not listed)
    return next(kept, None)


def _refuses(message: str) -> bool:
    """Tell whether a text of some words says no; one word is a name."""
    words = message.lower()
    known = any(saying in words for saying in _ORDINARY)
    return " " in message.strip() and (known or bool(_REFUSED.search(message)))


def _places(text: str) -> list[int]:
    """Return where known words stand, in order."""
    words = _lower(text)
    found = {
        place
        for saying in (*_ORDINARY, *_NAMED)
        for place in islice(_occurrences(words, saying), _EACH)
        if not words[place - 1 : place].isalnum()
    }
    return sorted(found)


def _occurrences(words: str, saying: str) -> Iterator[int]:
    place = words.find(saying)
    while place >= 0:
        yield place
        place = words.find(saying, place + len(saying))


def _lower(text: str) -> str:
    """Return a text in small letters, each where it was."""
    words = text.lower()
    if len(words) == len(text):
        return words
    return "".join(one if len(one.lower()) > 1 else one.lower() for one in text)


def _message(text: str, place: int, behind: int | None) -> tuple[Span, bool] | None:
    """Return the message that words are of, and whether a mark before it says so."""
    start = max(text.rfind("\n", 0, place) + 1, place - _AROUND, 0)
    end = text.find("\n", place, place + _AROUND)
    end = end if end >= 0 else min(len(text), place + _AROUND)
    line, at = text[start:end], place - start
    begun = max((m.end() for m in _SEPARATED.finditer(line, 0, at)), default=0)
    if quoted := _quoted(line, at):
        first, last = quoted
        around = line[: first - 1], line[last + 1 :]
        if _is_reported(*around):
            return (start + first, start + last), bool(_MARKED.search(around[0]))
        return None
    if behind is not None and start <= behind <= place:
        begun = max(begun, behind - start)
    lead = line[begun:at]
    if len(lead) > _LEAD or _MAYBE.search(line[:at]):
        return None
    span = (start + begun + len(lead) - len(lead.lstrip()), end)
    told = behind is not None and abs(behind - place) < _AROUND
    marked = bool(_MARKED.search(line[:begun]))
    if not _PROSE.search(line[begun:]):
        if marked or (told and _stands_by(text, span, behind or 0)):
            return span, True
        if not begun and _is_apart(text, start, end):
            return span, told
    sent = next((m for m in _capitals(line, at) if _is_sent(line, m)), None)
    return None if sent is None else ((start + sent, end), False)


def _is_sent(line: str, place: int) -> bool:
    """Tell whether a sentence says just before a place that something came."""
    return bool(_SENT.search(line, max(place - _LEAD, 0), place))


def _quoted(line: str, at: int) -> Span | None:
    """Return what is in the quotes that words stand in, near their beginning.

    A name in quotes is a part of the message.
    """
    for match in _QUOTED.finditer(line):
        first, last = match.span(match.lastgroup or 0)
        if first <= at < last and " " in line[first:last].strip():
            return (first, last) if at - first <= _LEAD else None
    return None


def _capitals(line: str, at: int) -> Iterator[int]:
    """Yield where a message can begin in a sentence: at a capital letter."""
    for start in range(max(at - _LEAD, 0), at + 1):
        if line[start].isupper() and not line[start - 1 : start].isalnum():
            yield start


def _is_reported(before: str, behind: str) -> bool:
    """Tell whether what a sentence quotes happened, and is not only spoken of."""
    if _MAYBE.search(before) or _MEANT.match(behind):
        return False
    sentence = f"{before} {behind}"
    return bool(_THEIRS.search(sentence)) or not _GENERAL.search(sentence)


def _stands_by(text: str, span: Span, status: int) -> bool:
    """Tell whether a message stands on the line of a status, or on the next ones."""
    between = text[min(status, span[1]) : max(status, span[0])]
    return between.count("\n") <= 2


def _is_apart(text: str, start: int, end: int) -> bool:
    """Tell whether a line is a message alone, and not one of a text of sentences."""
    above, below = text[max(start - _AROUND, 0) : start], text[end : end + 2]
    alone = (not above.strip() or above.endswith("\n\n")) and not below.strip()
    before = above.rstrip().rpartition("\n")[2]
    if before.endswith(":"):
        return True
    return alone and (len(text) <= _SHORT or bool(_THEIRS.search(before)))
