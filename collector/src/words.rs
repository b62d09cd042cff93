//! Closed sets of words, as tables: a row a member, with its name in addresses, forms and the store (`slug`) and its
//! name for people (`name`). Pure.

/// The words of an enum, in the order in which they are offered: `words! { pub Life: InUse, "in_use", "Dipakai"; … }`.
/// What people write themselves, in forms and sheets, is also read: `words! { pub Life, written: … }`.
macro_rules! words {
    ($vis:vis $type:ident, written: $($rows:tt)*) => {
        $crate::words::words! { $vis $type: $($rows)* }

        impl std::str::FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                $crate::words::read(text, &Self::ALL, Self::name, |it| vec![it.slug(), it.name()])
            }
        }
    };
    ($vis:vis $type:ident: $($member:ident, $slug:literal, $name:literal;)*) => {
        impl $type {
            /// All of them, in the order in which they are offered.
            $vis const ALL: [Self; [$($slug),*].len()] = [$(Self::$member),*];

            /// Its name in addresses, forms and the store.
            #[must_use]
            $vis const fn slug(self) -> &'static str {
                match self { $(Self::$member => $slug),* }
            }

            /// Its name for people.
            #[must_use]
            $vis const fn name(self) -> &'static str {
                match self { $(Self::$member => $name),* }
            }

            /// The one whose [`slug`](Self::slug) this is.
            #[must_use]
            $vis fn of_slug(slug: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|it| it.slug() == slug)
            }
        }
    };
}

pub(crate) use words;

/// The member of `all` of which `text` is one of the `words`, in any case.
///
/// # Errors
/// That there is none, and the `name`s to choose from, in Indonesian.
pub(crate) fn read<T: Copy>(
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
    words: impl Fn(T) -> Vec<&'static str>,
) -> Result<T, String> {
    let wanted = text.trim().to_lowercase();
    let found = all.iter().copied().find(|it| words(*it).iter().any(|word| word.to_lowercase() == wanted));
    found.ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|it| name(*it)).collect();
        format!("“{text}” tidak dikenal; pilih {}", names.join(", "))
    })
}

#[cfg(test)]
mod tests {
    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Probe {
        One,
        Other,
    }

    words! { Probe, written:
        Other, "lain", "Yang lain";
        One, "satu", "Satu";
    }

    #[test]
    fn a_word_is_read_as_it_is_written() {
        let check = |text: &str, slug: Option<Probe>, read: Result<Probe, &str>| {
            assert_eq!((Probe::of_slug(text), text.parse()), (slug, read.map_err(str::to_owned)), "{text}");
        };
        check("satu", Some(Probe::One), Ok(Probe::One));
        check(" YANG lain ", None, Ok(Probe::Other));
        check("dua", None, Err("“dua” tidak dikenal; pilih Yang lain, Satu"));
        assert_eq!(Probe::ALL.map(Probe::slug), ["lain", "satu"]);
    }
}
