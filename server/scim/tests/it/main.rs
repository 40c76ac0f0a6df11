//! Tests through the public interface: the identity providers' dialects, and properties that hold for any input.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the answer")]

mod bounds;
mod dialects;
mod filter_oracle;
mod filter_properties;
mod filter_text;
mod patch_model;
mod path_properties;
mod resource_properties;
