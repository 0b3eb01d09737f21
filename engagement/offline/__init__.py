"""What a phone keeps and sends: the installable app, what was logged without a signal, the patch pack."""
