"""One function a step: each opens what it needs, calls one function of a room below, and returns plain JSON."""
