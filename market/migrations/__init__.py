"""The tables of every version, in order (`tortoise makemigrations`); one set for both databases."""
