"""What the `congdan` command can do: one module a topic, each with ``add(commands, env)``; backend/cli.py lists them."""
