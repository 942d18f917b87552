"""The contract beside the protos: its rules kept and broken, its schemas and documents, the table of reasons."""
