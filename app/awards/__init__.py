"""Awards: amounts by side and year, each side in its own currency; a later year waits behind its gate."""
