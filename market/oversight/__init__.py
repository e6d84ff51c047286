"""监管 oversight: the regulator's tree, alarms, opening orders, statistics."""
