//! Held against each other in small.
