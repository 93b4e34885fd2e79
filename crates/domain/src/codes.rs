//! One macro for the closed lists of the field: an enum whose variants have a stable code (for the
//! database, the log and addresses) and a word in both languages.

macro_rules! codes {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal, $ja:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* #[doc = concat!($ja, " / ", $en, ".")] $variant,)+ }

        impl $name {
            /// Every value, in the order people list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];
            /// The stable code kept in the database, the log and addresses.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code,)+ } }
            /// The value of a code; `None` for text that is no code of this list.
            pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$variant),)+ _ => None } }
            /// The word people read: Japanese, English.
            pub const fn word(self) -> $crate::Word { match self { $(Self::$variant => ($ja, $en),)+ } }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> { to.serialize_str(self.code()) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'_, str>>::deserialize(from)?;
                Self::from_code(&code).ok_or_else(|| serde::de::Error::custom(concat!("no such ", stringify!($name))))
            }
        }
    };
}
pub(crate) use codes;
