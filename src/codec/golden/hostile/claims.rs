//! Claims that are not of the form.

use super::*;

pub(super) fn claims() -> Cases {
    let int = Value::Int;
    let put = |at: usize, value: Value| payload(|claims| claims[at] = value);
    vec![
        (
            "ten claims",
            payload(|claims| claims.truncate(10)),
            "unreadable",
        ),
        (
            "twelve claims",
            payload(|claims| claims.push(Value::Null)),
            "unreadable",
        ),
        ("a kind of a later time", put(0, int(3)), "unsupported"),
        (
            "a kind that is text",
            put(0, Value::Text("1".to_owned())),
            "unreadable",
        ),
        ("a type number below zero", put(1, int(-1)), "unreadable"),
        ("a type number of 2^32", put(1, int(1 << 32)), "unreadable"),
        (
            "a serial as text that could be a number",
            put(4, Value::Text("A150000001".to_owned())),
            "unreadable",
        ),
        (
            "a serial in lower case",
            put(4, Value::Text("a1500000010000".to_owned())),
            "unreadable",
        ),
        (
            "an empty serial",
            put(4, Value::Text(String::new())),
            "unreadable",
        ),
        (
            "a serial of 33 characters",
            put(4, Value::Text("A".repeat(33))),
            "unreadable",
        ),
        ("serial zero as a number", put(4, int(0)), "unreadable"),
        (
            "a serial number of 13 characters",
            put(4, int(36_i64.pow(12))),
            "unreadable",
        ),
        ("version 0", put(5, int(0)), "unreadable"),
        ("version 1000", put(5, int(1000)), "unreadable"),
        ("issued before 1970", put(6, int(-1)), "unreadable"),
        (
            "expires in the second of issue",
            put(7, int(1_795_392_000)),
            "unreadable",
        ),
        (
            "expires after the year 9999",
            put(7, int(253_402_300_800)),
            "unreadable",
        ),
        (
            "a status place without an index",
            put(8, Value::Array(vec![int(1)])),
            "unreadable",
        ),
        ("a status that is a number", put(8, int(1)), "unreadable"),
        (
            "an id of 7 bytes",
            put(9, Value::Bytes(vec![1; 7])),
            "unreadable",
        ),
        ("field 256", put(10, field(256, int(1))), "unreadable"),
        ("field -1", put(10, field(-1, int(1))), "unreadable"),
        (
            "a field named by a text",
            put(10, Value::Map(vec![(Value::Text("0".to_owned()), int(1))])),
            "unreadable",
        ),
        (
            "a field that is null",
            put(10, field(0, Value::Null)),
            "unreadable",
        ),
        (
            "a field that is a list",
            put(10, field(0, Value::Array(vec![]))),
            "unreadable",
        ),
        (
            "a digest of 7 bytes",
            put(10, field(0, Value::Bytes(vec![1; 7]))),
            "unreadable",
        ),
        (
            "a digest of 32 bytes",
            put(10, field(0, Value::Bytes(vec![1; 32]))),
            "unreadable",
        ),
    ]
}
