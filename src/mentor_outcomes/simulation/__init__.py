"""An invented organisation whose true effects of mentoring are known."""
