"""Who is this person to this thing? The only query of hats, and the scopes from which every read of protected rows starts."""
