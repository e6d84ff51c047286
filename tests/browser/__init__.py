"""A package, so that Chromium and the demo city go when its tests are over: idle, they cost too."""
