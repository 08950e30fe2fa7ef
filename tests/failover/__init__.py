"""The cluster of deploy/postgresql, run on this machine: its leader killed under load."""
