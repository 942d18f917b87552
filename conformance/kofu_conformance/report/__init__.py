"""What a run leaves: report.json, JUnit XML, transcripts, stored cases, and what the terminal shows."""
