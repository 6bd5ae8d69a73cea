"""Issue, check and notice as a steady load of real HTTP clients, for tests that hurt the city meanwhile."""
