"""When an answer needs somebody, and the words that keep a patient safe. Pure."""
