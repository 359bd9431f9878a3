"""What can be changed in a module, place by place, so that it is a fault.

`places` are positions in a text; `noise` and `scopes` say what to leave
alone; `calls`, `operators` and `statements` what a node may become; `walk`
goes through a module from its top.
"""
