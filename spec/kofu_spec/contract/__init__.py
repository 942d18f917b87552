"""The contract: the rules of the protos, messages that keep them and messages that break one."""
