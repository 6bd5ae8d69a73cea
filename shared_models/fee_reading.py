"""Reading a rule of fees from a file or the API: its shape first, then what its members owe one another.

Apart from `shared_models.fee_rule`, because the phone reckons with rules and has no schemas.
"""

from collections.abc import Mapping
from typing import Any, Final

from shared_models.errors import Invalid
from shared_models.fee_rule import FeeRule, faults_of
from shared_models.schemas.fee import FeeRuleSchema
from shared_models.schemas.procedure import flat_errors

_SCHEMA: Final = FeeRuleSchema()


def read_fee_rule(data: Any) -> FeeRule:
    """Raises ``Invalid("catalogue.fee_rule_invalid")`` naming every member that cannot be."""
    if not isinstance(data, Mapping):
        raise Invalid("catalogue.fee_rule_invalid", {"_": ["field.malformed"]})
    faults = flat_errors(_SCHEMA.validate(dict(data))) or faults_of(data)
    if faults:
        raise Invalid("catalogue.fee_rule_invalid", faults)
    return FeeRule.of_stored(data)
