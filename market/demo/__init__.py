"""演示 demo: personas, the city clock, the story of the demo city. Demo mode only."""
