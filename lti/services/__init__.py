"""What is asked of a platform afterwards: roster, gradebook, placing activities, and the doctor."""
