"""What leaves the house, reading only. Exports start from the scopes of whoever asks, and show the screen's numbers."""
