"""Speech recognition: the Vosk adapter, and the acoustic models it finds, checks and installs."""
