"""The query language: grammar, automaton, evaluation, explanation."""
