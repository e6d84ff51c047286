"""工作台与帮助: pages that every role shares, composed of what all rooms contribute.

One desk for every role at one address: what its reader has to do, what others have to do, what came
of it, how to begin. It knows no room but the accounts, of which it offers the person's other roles.
"""
