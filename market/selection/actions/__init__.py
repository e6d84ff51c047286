"""The use cases of a round, one file for each hand that moves it: owner, agency, trustee, clock."""
