"""Real media work: pulling, reading, remuxing and picturing the files of assets."""
