"""What in a long recording or log has to do with Vipps MobilePay."""

from vippsdiag.environments import HOSTS, RETIRED_HOSTS, UNDOCUMENTED_HOSTS

API_HOSTS = frozenset(HOSTS.values()) | UNDOCUMENTED_HOSTS | RETIRED_HOSTS
_PARTS = (
    "vipps",
    "mobilepay",
    "accesstoken",
    "/miami/",
    "/access-management-1.0/",
    *(host for host in sorted(API_HOSTS) if "vipps" not in host),
)


def concerns(text: str) -> bool:
    """Tell whether an address or a line may have to do with Vipps MobilePay."""
    words = text.lower()
    return any(part in words for part in _PARTS)
