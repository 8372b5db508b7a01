"""What every call passes, whatever its product: how it is read, let in and answered."""
