"""What is made from the protos besides code: JSON Schemas, OpenAPI documents, examples and the table of items.

Everything is read from the descriptor image (`python proto/generate.py --image FILE`), with its comments and its
`buf.validate` options; only the values of `example_values` are written by hand.
"""
