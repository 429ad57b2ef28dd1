//! Types to bytes to text and back; bounded, and pure.

pub mod base32;
pub mod base64url;
pub mod cbor;
pub mod compact;
pub mod cose;
pub mod digest;
pub mod digits;
pub mod gzip;
pub mod jws;
pub mod paper;
pub mod picture;
pub mod presented;
pub mod qr;
pub mod request_signature;
pub mod sd_jwt;
pub mod status_list;
pub mod strict_json;
pub mod trust_list;

#[cfg(test)]
mod golden;
