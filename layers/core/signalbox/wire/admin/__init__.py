"""The shapes of the admin API, as pydantic models: what people and their programs send, and what they are answered."""
