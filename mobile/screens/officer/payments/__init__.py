"""Thu phí: tasks of reconciliation, statements, orders and refunds, for officers with the duty to collect."""
