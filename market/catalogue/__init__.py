"""服务事项 catalogue: the intermediary services, their departments and legal bases."""
