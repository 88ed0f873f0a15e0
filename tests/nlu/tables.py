"""Tables of what is said and what it means, written so that a hundred forms can be read at a glance."""


def table(text: str) -> list[tuple[str, ...]]:
    """Rows of "said → value; said → value": entries end with `;` or a line, fields are parted by `→`."""
    entries = [entry.strip() for entry in text.replace("\n", ";").split(";")]
    return [tuple(field.strip() for field in entry.split("→")) for entry in entries if entry]


def forms(text: str) -> list[str]:
    """Forms parted by `;` or by lines."""
    return [form.strip() for form in text.replace("\n", ";").split(";") if form.strip()]
