"""The enums come first: a type that names one before it is part of the API would make it part a second time."""

import schema.enums  # noqa: F401 - see above
