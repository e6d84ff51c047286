"""账户 accounts: people, organisations, departments, places, roles, sign-in, certificates, sessions."""
