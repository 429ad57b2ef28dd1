//! The one reader for signed JSON: no duplicate members, no deep nesting, nothing after it.

use std::fmt;

use serde::de::DeserializeSeed;
use serde::de::Error;
use serde::de::MapAccess;
use serde::de::SeqAccess;
use serde::de::Visitor;
use serde_json::Map;
use serde_json::Value;

/// The deepest nesting read.
pub(super) const DEEPEST: u8 = 16;

/// JSON that is not read: malformed, nested too deeply, or with a member twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON without duplicate members, nested at most 16 deep")]
pub struct BadJson;

/// Reads one JSON value and nothing else.
///
/// Numbers must be integers of 64 bits or finite doubles, as `serde_json` keeps them.
///
/// # Errors
///
/// [`BadJson`]; which of its reasons is not told apart, because no caller acts on it.
pub fn read(bytes: &[u8]) -> Result<Value, BadJson> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }
        .deserialize(&mut reader)
        .map_err(|_why| BadJson)?;
    reader.end().map_err(|_why| BadJson)?;
    Ok(value)
}

/// Reads one JSON object and nothing else.
///
/// # Errors
///
/// [`BadJson`], also when the value is no object.
pub fn read_object(bytes: &[u8]) -> Result<Map<String, Value>, BadJson> {
    match read(bytes)? {
        Value::Object(map) => Ok(map),
        _ => Err(BadJson),
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: u8,
}

impl Strict {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            Err(E::custom("too deep"))
        } else {
            Ok(Self {
                depth: self.depth + 1,
            })
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = from.next_key::<String>()? {
            let value = from.next_value_seed(inner)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a member twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn duplicates_depth_and_trailing_data_are_refused() {
        assert!(read(br#"{"a":1,"b":[1,"x",null,true,1.5]}"#).is_ok());
        let deep = format!("{}1{}", "[".repeat(16), "]".repeat(16));
        assert!(read(deep.as_bytes()).is_ok());
        let deeper = format!("[{deep}]");
        let endless = "[".repeat(1_000_000);
        for bad in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"\u0062":2}}"#,
            "{} {}",
            "{}x",
            "",
            "{",
            "nan",
            "\u{feff}{}",
            &deeper,
            &endless,
        ] {
            assert!(
                read(bad.as_bytes()).is_err(),
                "{}",
                &bad[..bad.len().min(40)]
            );
        }
        assert!(read(b"\"\xff\"").is_err());
    }
}
