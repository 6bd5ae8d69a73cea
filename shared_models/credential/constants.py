"""Every number of the format in one place: labels, claim keys, limits and windows (docs/credential.md 1 and 4).

The Token Status List and SD-CWT documents are drafts that *request* their code points; when these are assigned, only
this file and ``mobile/web/verify/constants.js`` change.
"""

from typing import Final

from shared_models.text import CREDENTIAL_TEXT_LIMIT

# COSE header labels and values (RFC 9052 3.1, RFC 9053 2.1, RFC 9596)
ALG: Final = 1
CRIT: Final = 2
KID: Final = 4
TYP: Final = 16
ES256: Final = -7
COSE_SIGN1: Final = 18

# CWT claims (RFC 8392 4)
SUBJECT: Final = 2
AUDIENCE: Final = 3
EXPIRES: Final = 4
NOT_BEFORE: Final = 5
ISSUED_AT: Final = 6
CONFIRMATION: Final = 8
CNONCE: Final = 39

# 7 is cwt-id in RFC 8392, a byte string; a credential is named by its status index, and the key says "no end date".
UNDATED: Final = 7

# COSE_Key (RFC 9053 7.1.1)
CNF_COSE_KEY: Final = 1
KTY: Final = 1
KTY_EC2: Final = 2
CRV: Final = -1
CRV_P256: Final = 1
X: Final = -2
Y: Final = -3

# draft-ietf-oauth-status-list: requested claim keys
STATUS: Final = 65535
STATUS_LIST_MEMBER: Final = "status_list"
STATUS_INDEX_MEMBER: Final = "idx"
STATUS_URI_MEMBER: Final = "uri"
STATUS_LIST: Final = 65533
BITS_MEMBER: Final = "bits"
LIST_MEMBER: Final = "lst"
TIME_TO_LIVE: Final = 65534
STATUS_LIST_TYPE: Final = "application/statuslist+cwt"

# draft-ietf-spice-sd-cwt: key binding token
KCWT: Final = 13
KBT_TYPE: Final = 294
KBT_AUDIENCE: Final = "inspector"
NONCE_BYTES: Final = 8

# ours: private claim keys (RFC 8392 9.1.1, below -65536)
LICENCE: Final = -70001
TRUST_VERSION: Final = -70010
TRUST_KEYS: Final = -70011
TRUST_HOSTS: Final = -70012
NEXT_ROOT: Final = -70013
TRUST_LIST_TYPE: Final = "application/congdan-trust-list+cwt"
ROOT_HANDOVER_TYPE: Final = "application/congdan-root-handover+cwt"

# members of the licence claim
NUMBER: Final = 1
HOLDER: Final = 2
TYPE_CODE: Final = 3
ACTIVITY: Final = 4
PLACE: Final = 5
GEOHASH: Final = 6

# sizes
KID_BYTES: Final = 8
COORDINATE_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
MAX_TOKEN_BYTES: Final = 4096
MAX_DEPTH: Final = 8
MAX_LIST_TOKEN_BYTES: Final = 1 << 20
MAX_TEXT_CHARACTERS: Final = CREDENTIAL_TEXT_LIMIT
STATUS_ENTRIES: Final = 1 << 20

# times, in seconds
MAX_TIME_S: Final = 253_402_300_799
"""The last second of the year 9999: a time in milliseconds is refused by its size."""
SKEW_S: Final = 300
PRESENTATION_MAX_AGE_S: Final = 90
PRESENTATION_MAX_AHEAD_S: Final = 30
UNDATED_TERM_S: Final = 157_766_400
"""5 years of 365.25 days: how long a code of a licence without end date lives before it is minted again."""
STATUS_TTL_S: Final = 12 * 3600
STATUS_LIFETIME_S: Final = 7 * 24 * 3600
