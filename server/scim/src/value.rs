//! One value checked by its definition.
