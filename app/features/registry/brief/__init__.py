"""The visit brief: what a salesperson takes to the customer, on two pages; one choice for all its forms."""
