"""Films and pictures: the course's own and the clinic's, put in, checked and sent in pieces."""
