"""An outcome that is measured again and again: changes within people, compared."""
