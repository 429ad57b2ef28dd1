//! The `mianzheng` binary.

fn main() {}
