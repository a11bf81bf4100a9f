"""A stand-in ConfigHub server for tests, examples and benchmarks: the read API in its generations A, B and C, worker
login, and faults on demand. It is faithful to what is published about the API; what nobody outside knows is a switch
in `quirks`. It refuses parameters it does not implement instead of answering as if they had been honoured."""
