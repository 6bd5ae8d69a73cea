"""What the `congdan` command can do: one module a topic, with ``add(commands, env)``; backend/cli.py lists them."""
