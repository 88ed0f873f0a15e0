"""The dialogue: belief, policy, one transition table, and the conversation that joins them."""
