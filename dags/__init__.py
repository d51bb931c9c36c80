"""What runs when, and nothing else: DAG files wire, hooks talk, each step calls one function of the rooms below."""
