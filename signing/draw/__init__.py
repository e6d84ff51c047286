"""The draw: nobody can steer it, and everybody can compute it again (PROTOCOL.md §6).

`rules` what is drawn and how · `contributions` whose secrets make the seed · `pool` the candidates
as leaves · `spool` where their records wait · `applicants` the pool of a round from its opened
applications · `ranking` the order of a price round · `walk` tickets, strata and constraints ·
`transcript` all of it as one file, and its check · `moves` what happens when somebody who was taken
falls away.
"""
