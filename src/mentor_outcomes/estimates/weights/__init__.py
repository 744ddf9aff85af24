"""Who stands for those who left, were mentored later, or did not answer."""
