//! What a change of something that people enter changed, in the words of its columns. Pure.

use std::fmt;

/// A field that is another now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<F> {
    /// Which field.
    pub field: F,
    /// What people call it.
    pub heading: &'static str,
    /// What was in it; empty: nothing.
    pub before: String,
    /// What is in it; empty: nothing.
    pub after: String,
}

/// Those of `fields` in which `new` differs from `old`, in their order.
pub fn between<F: Copy, T>(
    fields: &[F],
    heading: impl Fn(F) -> &'static str,
    get: impl Fn(F, &T) -> String,
    old: &T,
    new: &T,
) -> Vec<Difference<F>> {
    let all = fields.iter().map(|&field| Difference {
        field,
        heading: heading(field),
        before: get(field, old),
        after: get(field, new),
    });
    all.filter(|difference| difference.before != difference.after).collect()
}

impl<F> fmt::Display for Difference<F> {
    /// `Kondisi: Baik → Rusak Berat`; `–` stands for nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        write!(f, "{}: {} → {}", self.heading, word(&self.before), word(&self.after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: [&str; 2], new: [&str; 2], expected: &[&str]) {
        let of = |at: usize, it: &[&str; 2]| it[at].to_owned();
        let found = between(&[0, 1], |at| ["Kondisi", "Ruang"][at], of, &old, &new);
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_differs_is_told_in_the_order_of_the_columns() {
        check(["Baik", "A"], ["Baik", "A"], &[]);
        check(["Baik", ""], ["Rusak Berat", "A"], &["Kondisi: Baik → Rusak Berat", "Ruang: – → A"]);
        check(["Baik", "A"], ["Baik", ""], &["Ruang: A → –"]);
    }
}
