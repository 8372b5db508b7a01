"""The sales units with their keys, and the access tokens that are made for them."""
