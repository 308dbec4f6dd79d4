"""What each event leaves behind in the state documents: one family of events per file."""
