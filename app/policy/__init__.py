"""What may be done that is not a move: Action → Rule. `may()` answers None for yes, or the problem."""
