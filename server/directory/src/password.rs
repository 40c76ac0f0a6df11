//! Passwords of the console: Argon2id, off the async threads.
