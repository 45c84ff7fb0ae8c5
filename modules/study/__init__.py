"""What a study is: its protocol, its calendar of days and visits, its live sessions. Pure."""
