"""Words and tools that know no grant: who acts, what is refused, money, time, the database, one transaction."""
