"""What stood between states, told by real histories."""
