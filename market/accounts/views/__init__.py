"""The pages of this room: the way in, one's own account, the administrators' desks."""
