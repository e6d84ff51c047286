"""卷宗 dossiers: everything of a project in one archive that anybody can check offline.

A dossier (项目卷宗) is a stream of files in the layout of ``signing.dossier``; what must hold in it
is ``signing.verify``'s (PROTOCOL.md §8). Reads only: the newest checkpoint with a quorum decides as
of when, what came after it waits for the next download. Nobody is named who was not named before.
"""
