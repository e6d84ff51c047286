"""选取 selection: the heart. Random (随机) and price (竞价) rounds, blind until the choice is final."""
