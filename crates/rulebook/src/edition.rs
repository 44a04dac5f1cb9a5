//! What an edition of a procedure provides, as one digest: states, steps, terms, roles, guards,
//! effects, letters. A title or a hint may be worded better while a case goes on; nothing else may
//! change.

use sha2::{Digest, Sha256};
use toml::Value;

/// Keys whose values are words for readers alone.
const WORDS: [&str; 5] = ["title", "purpose", "hint", "help", "example"];

/// SHA-256 over what a kind's file provides, hex; of a text that is no file of a kind it tells no more
/// than that it is another one.
pub(crate) fn digest(text: &str) -> String {
    let mut hasher = Sha256::new();
    match text.parse::<toml::Table>() {
        Ok(table) => put(&mut hasher, &Value::Table(table)),
        Err(_) => hasher.update(text.as_bytes()),
    }
    let bytes = hasher.finalize();
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Each value with its sort and length before it, so that no two can run into one another; tables by
/// their keys, since their order says nothing.
fn put(hasher: &mut Sha256, value: &Value) {
    let mut part = |sort: u8, text: &str| {
        hasher.update([sort]);
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text.as_bytes());
    };
    match value {
        Value::String(text) => part(b's', text),
        Value::Integer(n) => part(b'i', &n.to_string()),
        Value::Float(n) => part(b'f', &n.to_string()),
        Value::Boolean(b) => part(b'b', &b.to_string()),
        Value::Datetime(at) => part(b'd', &at.to_string()),
        Value::Array(all) => {
            part(b'a', &all.len().to_string());
            all.iter().for_each(|value| put(hasher, value));
        }
        Value::Table(table) => {
            let mut all: Vec<_> = table.iter().collect();
            all.retain(|(key, _)| !WORDS.contains(&key.as_str()));
            all.sort_by_key(|(key, _)| key.as_str());
            part(b't', &all.len().to_string());
            for (key, value) in all {
                put(hasher, &Value::String(key.clone()));
                put(hasher, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_order_say_nothing_and_everything_else_does() {
        let text = "id = \"a\"\ntitle = \"甲\"\n[[step]]\nid = \"x\"\nhint = \"乙\"\nonce = true\n";
        let same = "# 一\ntitle = \"丙\"\nid = \"a\"\n[[step]]\nonce = true\nid = \"x\"\n";
        assert_eq!(digest(text), digest(same));
        for other in [
            text.replace("true", "false"),
            text.replace("\"x\"", "\"y\""),
            text.replace("once", "twice"),
            format!("{text}[[step]]\nid = \"z\"\n"),
            text.replace("\"a\"", "[\"a\"]"),
        ] {
            assert_ne!(digest(text), digest(&other), "{other}");
        }
    }
}
