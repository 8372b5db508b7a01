"""What a HAR says where its form demands a value and none is known."""

# The comment of a response that stands for none.
NOT_KNOWN = "The answer is not known."
# The member of an entry that says of what kind its failure was.
KIND = "_vippsdiagFailure"
# The moment that stands for none.
NO_MOMENT = "1970-01-01T00:00:00+00:00"
# How the evidence in a report begins, and by what it is found again.
EVIDENCE = "vippsdiag-evidence/1"
