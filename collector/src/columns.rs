//! What people enter, as flat columns: one table says what each is, what forms and addresses call it, and how it is
//! headed. Pure.

/// A column of some list, whichever list that is.
pub(crate) trait Column: Copy + Ord + 'static {
    /// All of them, in the order of sheets and forms.
    fn all() -> &'static [Self];

    /// Its name in forms.
    fn slug(self) -> &'static str;

    /// Its heading in sheets and its label on pages.
    fn heading(self) -> &'static str;
}

/// An enum of columns: `columns! { /// What they are of. Field: /// What it is. Name, "nama", "Nama jaringan"; … }`
macro_rules! columns {
    ($(#[$about:meta])* $type:ident: $($(#[$doc:meta])* $column:ident, $slug:literal, $heading:literal;)*) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type {
            $($(#[$doc])* $column,)*
        }

        impl $type {
            /// All of them, in the order of sheets and forms.
            pub const ALL: [Self; [$($slug),*].len()] = [$(Self::$column),*];

            /// Its name in forms.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self {
                    $(Self::$column => $slug,)*
                }
            }

            /// Its heading in sheets and its label on pages.
            #[must_use]
            pub const fn heading(self) -> &'static str {
                match self {
                    $(Self::$column => $heading,)*
                }
            }
        }

        impl $crate::columns::Column for $type {
            fn all() -> &'static [Self] {
                &Self::ALL
            }

            fn slug(self) -> &'static str {
                self.slug()
            }

            fn heading(self) -> &'static str {
                self.heading()
            }
        }
    };
}

pub(crate) use columns;

#[cfg(test)]
#[expect(unreachable_pub, reason = "tables are made for rooms that are open")]
mod tests {
    columns! {
        /// A column of a probe.
        Column:
        /// What it is called.
        Name, "nama", "Nama jaringan";
        /// Anything else.
        Note, "keterangan", "Keterangan";
    }

    #[test]
    fn a_column_has_its_place_its_slug_and_its_heading() {
        let told = Column::ALL.map(|column| (column, column.slug(), column.heading()));
        let expected = [(Column::Name, "nama", "Nama jaringan"), (Column::Note, "keterangan", "Keterangan")];
        assert_eq!(told, expected);
    }
}
