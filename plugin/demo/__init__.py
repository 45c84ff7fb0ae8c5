"""What the demonstration needs: a synthetic study and stand-ins for the services outside."""
