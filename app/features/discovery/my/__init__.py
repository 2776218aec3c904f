"""What a reader keeps an eye on: the followed organisations with their likeliest needs and newest facts."""
