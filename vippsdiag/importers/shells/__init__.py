"""Commands that send a request, for shells of every kind: cURL and its kin."""
