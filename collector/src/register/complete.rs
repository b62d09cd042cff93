//! What an asset lacks: the facts that only a person knows and that the KIB and KIR ask for.

use super::{Asset, AssetKind, Field, identifier};

impl Asset {
    /// The obligatory facts of the books that are missing, in the order of the columns. A serial number that says
    /// nothing is missing too.
    #[must_use]
    pub fn missing(&self) -> Vec<Field> {
        let obligatory: &[Field] = if self.kind == AssetKind::Licence {
            &[Field::Code, Field::Register, Field::Year, Field::Price, Field::Origin, Field::Licence]
        } else {
            &[
                Field::Serial,
                Field::Code,
                Field::Register,
                Field::Year,
                Field::Price,
                Field::Origin,
                Field::Condition,
                Field::Room,
                Field::Custodian,
            ]
        };
        let missing = |field: &&Field| match field {
            Field::Serial => self.serial.as_deref().and_then(identifier::known_serial).is_none(),
            field => field.get(self).is_empty(),
        };
        obligatory.iter().filter(missing).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: AssetKind, written: &[(Field, &str)], missing: &[Field]) {
        let mut asset = Asset::new("dinkes".parse().unwrap(), kind, "x".into());
        for (field, text) in written {
            field.set(&mut asset, text).unwrap();
        }
        assert_eq!(asset.missing(), missing);
    }

    #[test]
    fn what_only_a_person_knows_is_asked_for() {
        let book = [
            (Field::Code, "1.3.2.10.02.04.001"),
            (Field::Register, "0001"),
            (Field::Year, "2024"),
            (Field::Price, "1"),
            (Field::Origin, "Pembelian"),
        ];
        let rest = [Field::Serial, Field::Condition, Field::Room, Field::Custodian];
        check(AssetKind::Server, &book, &rest);
        check(AssetKind::Licence, &book, &[Field::Licence]);
        let whole = [
            &book[..],
            &[
                (Field::Serial, "None"),
                (Field::Condition, "B"),
                (Field::Room, "R1"),
                (Field::Custodian, "Budi"),
            ],
        ];
        check(AssetKind::Server, &whole.concat(), &[Field::Serial]);
    }
}
