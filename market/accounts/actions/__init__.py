"""What people do here: sign in step by step, keep their account, change others' rights."""
