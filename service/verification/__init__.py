"""Proof over data: whether what is stored is what history amounts to, and what always holds does hold."""
