//! The `concsim` command.

fn main() {}
