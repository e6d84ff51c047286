"""What agencies send before the deadline: admission of a one-time key, uploads, withdrawals."""
