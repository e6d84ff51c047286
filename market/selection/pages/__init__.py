"""What people see of a round: the project's page, the agency's page, the owner's last step."""
