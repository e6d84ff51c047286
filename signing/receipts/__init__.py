"""What an applicant can prove with its saved receipt: that it was taken, and what became of it.

A receipt is the platform's signed word on which upload stands where in the ledger (PROTOCOL.md §5).
It is read from what the browser or `mingxuan seal` saved, held against the keys of the city, and
looked up in the project's dossier. Nobody is asked and no network is needed.
"""
