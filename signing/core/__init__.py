"""What every other folder speaks: canonical bytes, hashes, shapes, small signatures, refusals."""
