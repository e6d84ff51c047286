"""采购公告 projects: need, control price, way of selection, publication gates."""
