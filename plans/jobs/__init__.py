"""Long work and kept files: jobs, the workers that do them, and what they store.

A job is enqueued with ``services.enqueue`` in the transaction that asks for it, and done by a
handler that a feature registers with ``registry.handler``. ``attempts`` runs the handler and
commits its result, ``upkeep`` begins jobs of dead workers again and enqueues periodic work,
``limits`` runs a function in a child process, ``files`` stores what was made.
"""
