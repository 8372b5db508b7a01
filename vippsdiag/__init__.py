"""vippsdiag."""
