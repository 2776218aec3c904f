"""Having a provider pay out what companies asked for, and finding out what became of it."""
