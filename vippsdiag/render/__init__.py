"""Report to text: pure functions, everything escaped."""
