//! Types to bytes to text and back; bounded, and pure.

pub mod cbor;
pub mod compact;
pub mod cose;
pub mod digits;
pub mod picture;
pub mod qr;

#[cfg(test)]
mod golden;
