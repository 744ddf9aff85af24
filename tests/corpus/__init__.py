"""Bad and odd files as providers send them, each with what must come of it.

A folder holds one kind of trap, `expected/` the same-named list of cases, `base/` a small study of
twelve invented people that an odd file is added to or replaces a file of. Their ids are 0071001 to
0071012: long enough to be found in any message they should not be in. Binary files come from
make_binary.py.
"""
