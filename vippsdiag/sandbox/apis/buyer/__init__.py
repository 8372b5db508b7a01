"""What a buyer sees, and decides on: the page, and its contract with the products."""
