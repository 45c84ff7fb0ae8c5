"""What is measured: questionnaires, their scores, and what follows from them."""
