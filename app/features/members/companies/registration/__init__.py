"""Open registration: anybody may register a company. It exists once the mail is confirmed."""
