//! Reading JSON: texts become trees, and types are read from those.
//!
//! serde writes JSON for this crate, and the server reads requests with it. The client does not: a parser for each type of
//! answer, and the words for everything that may be wrong with one, were a third of the module that browsers load
//! (docs/adr/0008-one-way-to-read-json.md).

use std::fmt::{self, Display};

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// Keys of one object at most: far more than any object of ours has.
const MOST_KEYS: usize = 128;

/// A JSON text (RFC 8259).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A whole number from 0 to 2^64 − 1.
    Whole(u64),
    /// One from −2^63 to −1.
    Negative(i64),
    Text(String),
    List(Vec<Self>),
    /// No two keys are equal.
    Object(Vec<(String, Self)>),
    /// What nothing of ours is: any other number, or an object with two equal keys or more than 128. It cannot be read.
    Other,
}

impl Json {
    /// Parses a whole text.
    pub(crate) fn parse(octets: &[u8]) -> Result<Self, Invalid> {
        serde_json::from_slice(octets).map_err(|_| Invalid("the text"))
    }

    /// Reads what stands under `key`; what is missing is null.
    pub(crate) fn get<T: Read>(&self, key: &'static str) -> Result<T, Invalid> {
        T::read(self.find(key).unwrap_or(&Self::Null)).map_err(|inner| inner.or(key))
    }

    /// The same, but what is missing or null is the type's default.
    pub(crate) fn get_or_default<T: Read + Default>(&self, key: &'static str) -> Result<T, Invalid> {
        Ok(self.get::<Option<T>>(key)?.unwrap_or_default())
    }

    /// The same, but nothing may be missing, even where it may be null.
    pub(crate) fn get_present<T: Read>(&self, key: &'static str) -> Result<T, Invalid> {
        self.find(key).map_or(Err(Invalid(key)), |_| self.get(key))
    }

    /// Refuses an object that has another key than these.
    pub(crate) fn only(&self, keys: &[&str]) -> Result<(), Invalid> {
        let known = self.entries().iter().all(|(name, _)| keys.contains(&name.as_str()));
        if known { Ok(()) } else { Err(Invalid("an unknown key")) }
    }

    fn find(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Object(entries) => entries,
            _ => &[],
        }
    }
}

/// What can be read from JSON.
pub(crate) trait Read: Sized {
    /// Reads it; keys that it does not know are left out.
    fn read(json: &Json) -> Result<Self, Invalid>;
}

/// What is read from an object.
pub(crate) trait ReadObject: Read {
    /// The keys that it knows.
    const KEYS: &'static [&'static str];
}

/// A struct that is read from an object. Behind each field stands how, and from which key: `= get "fileId"`.
macro_rules! read_struct {
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field_visibility:vis $field:ident: $type:ty = $get:ident $key:literal,)*
        }
    ) => {
        $(#[$meta])*
        $visibility struct $name {
            $($(#[$field_meta])* $field_visibility $field: $type,)*
        }

        impl $crate::json::Read for $name {
            fn read(json: &$crate::json::Json) -> std::result::Result<Self, $crate::json::Invalid> {
                Ok(Self { $($field: json.$get($key)?,)* })
            }
        }

        impl $crate::json::ReadObject for $name {
            const KEYS: &'static [&'static str] = &[$($key),*];
        }
    };
}

pub(crate) use read_struct;

/// A value is missing, or not what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Invalid(&'static str);

impl Invalid {
    /// A value of another kind, wherever it stands.
    pub(crate) const HERE: Self = Self("");

    /// This, under `key` if it is not known yet where it stands.
    fn or(self, key: &'static str) -> Self {
        if self == Self::HERE { Self(key) } else { self }
    }
}

impl Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is missing or wrong", if self.0.is_empty() { "a value" } else { self.0 })
    }
}

/// As it stands: of what is read further elsewhere.
impl Read for Json {
    fn read(json: &Json) -> Result<Self, Invalid> {
        Ok(json.clone())
    }
}

/// Whatever it is.
impl Read for () {
    fn read(_: &Json) -> Result<Self, Invalid> {
        Ok(())
    }
}

impl Read for bool {
    fn read(json: &Json) -> Result<Self, Invalid> {
        if let Json::Bool(value) = json { Ok(*value) } else { Err(Invalid::HERE) }
    }
}

impl Read for u64 {
    fn read(json: &Json) -> Result<Self, Invalid> {
        if let Json::Whole(number) = json { Ok(*number) } else { Err(Invalid::HERE) }
    }
}

impl Read for u32 {
    fn read(json: &Json) -> Result<Self, Invalid> {
        u64::read(json)?.try_into().map_err(|_| Invalid::HERE)
    }
}

impl Read for i64 {
    fn read(json: &Json) -> Result<Self, Invalid> {
        match json {
            Json::Negative(number) => Ok(*number),
            _ => u64::read(json)?.try_into().map_err(|_| Invalid::HERE),
        }
    }
}

impl Read for String {
    fn read(json: &Json) -> Result<Self, Invalid> {
        if let Json::Text(text) = json { Ok(text.clone()) } else { Err(Invalid::HERE) }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(json: &Json) -> Result<Self, Invalid> {
        if *json == Json::Null { Ok(None) } else { T::read(json).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(json: &Json) -> Result<Self, Invalid> {
        let Json::List(items) = json else { return Err(Invalid::HERE) };
        let mut read = Vec::with_capacity(items.len());
        for item in items {
            read.push(T::read(item)?);
        }
        Ok(read)
    }
}

impl<A: Read, B: Read, C: Read> Read for (A, B, C) {
    fn read(json: &Json) -> Result<Self, Invalid> {
        match json {
            Json::List(items) => match items.as_slice() {
                [a, b, c] => Ok((A::read(a)?, B::read(b)?, C::read(c)?)),
                _ => Err(Invalid::HERE),
            },
            _ => Err(Invalid::HERE),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

/// Makes a tree of anything.
struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(u64::try_from(value).map_or(Json::Negative(value), Json::Whole))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object: Vec<(String, Json)> = Vec::new();
        let mut readable = true;
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            readable &= object.len() < MOST_KEYS && object.iter().all(|(known, _)| *known != key);
            if readable {
                object.push((key, value));
            }
        }
        Ok(if readable { Json::Object(object) } else { Json::Other })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    read_struct! {
        #[derive(Debug, PartialEq)]
        struct All {
            flag: bool = get "flag",
            small: u32 = get "small",
            large: u64 = get "large",
            below: i64 = get "below",
            text: String = get "text",
            maybe: Option<String> = get "maybe",
            list: Vec<(String, u32, u32)> = get "list",
            rest: u32 = get_or_default "rest",
        }
    }

    const ALL: &str = r#"{"flag":true,"small":4294967295,"large":18446744073709551615,"below":-9223372036854775808,
        "text":"\u00e9\ud83d\udd12\n","list":[["a",1,2]]}"#;

    fn read(text: &str) -> Result<All, Invalid> {
        let json = Json::parse(text.as_bytes())?;
        json.only(All::KEYS)?;
        All::read(&json)
    }

    #[test]
    fn the_bounds_of_every_type_are_read() {
        let expected = All {
            flag: true,
            small: u32::MAX,
            large: u64::MAX,
            below: i64::MIN,
            text: "é🔒\n".to_owned(),
            maybe: None,
            list: vec![("a".to_owned(), 1, 2)],
            rest: 0,
        };
        assert_eq!(read(ALL), Ok(expected));
        assert_eq!(read(&ALL.replacen('{', "{\"maybe\":\"\",", 1)).unwrap().maybe.as_deref(), Some(""));
        assert_eq!(read(&ALL.replacen('{', "{\"maybe\":null,", 1)).unwrap().maybe, None);
    }

    #[test]
    fn what_is_not_the_type_is_refused_by_the_name_of_its_key() {
        for (key, whole, changed) in [
            ("flag", r#""flag":true"#, r#""flag":1"#),
            ("flag", r#""flag":true"#, r#""flag":null"#),
            ("flag", r#""flag":true,"#, ""),
            ("an unknown key", r#""flag":true"#, r#""flag":true,"more":1"#),
            ("flag", r#""flag":true"#, r#""flag":true,"flag":true"#),
            ("small", "4294967295", "4294967296"),
            ("small", "4294967295", "-1"),
            ("small", "4294967295", "1.0"),
            ("small", "4294967295", "\"1\""),
            ("large", "18446744073709551615", "18446744073709551616"),
            ("below", "-9223372036854775808", "9223372036854775808"),
            ("text", r#""\u00e9\ud83d\udd12\n""#, "{}"),
            ("the text", r"\ud83d\udd12", r"\ud83d"),
            ("list", r#"["a",1,2]"#, r#"["a",1]"#),
            ("list", r#"["a",1,2]"#, r#"["a",1,2,3]"#),
            ("list", r#"["a",1,2]"#, r#"{"0":"a","1":1}"#),
            ("rest", "]]}", "]],\"rest\":\"\"}"),
            ("the text", "]]}", "]]}}"),
            ("the text", "]]}", "]]"),
        ] {
            let text = ALL.replacen(whole, changed, 1);
            assert_ne!(text, ALL);
            assert_eq!(read(&text), Err(Invalid(key)), "{text}");
        }
        assert_eq!(read("[true,1,2,3,\"\",null,[]]"), Err(Invalid("flag")));
    }

    #[test]
    fn depth_and_keys_are_bounded() {
        assert!(Json::parse("[".repeat(100_000).as_bytes()).is_err());
        let object = |keys: usize| {
            let entries: Vec<_> = (0..keys).map(|key| format!("\"{key}\":0")).collect();
            Json::parse(format!("{{{}}}", entries.join(",")).as_bytes())
        };
        assert!(matches!(object(MOST_KEYS), Ok(Json::Object(_))));
        assert_eq!(object(MOST_KEYS + 1), Ok(Json::Other));
    }
}
