"""Event logs → call records → KPIs → reports. Nothing here looks at anything but the log."""
