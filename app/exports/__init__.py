"""What leaves the house, reading only. Every export starts from the scopes of whoever asks, and shows the screen's numbers."""
