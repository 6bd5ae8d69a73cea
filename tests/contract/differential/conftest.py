"""How long Hypothesis may take for one example: as long as a shared machine needs."""

from hypothesis import settings

settings.register_profile("project", deadline=None)
settings.load_profile("project")
