"""Who may do what: roles, permissions, the actor of a request, and the marks on every view."""
