//! Which stages the regulations in force name.

use std::collections::BTreeSet;

use patuh_compliance::Pack;
use patuh_compliance::pack::AssetStage;

use super::Stage;

impl From<AssetStage> for Stage {
    fn from(stage: AssetStage) -> Self {
        match stage {
            AssetStage::Planned => Self::Planned,
            AssetStage::Requested => Self::Requested,
            AssetStage::Procured => Self::Procured,
            AssetStage::Received => Self::Received,
            AssetStage::Recorded => Self::Recorded,
            AssetStage::Managed => Self::Managed,
            AssetStage::Removed => Self::Removed,
        }
    }
}

/// The stages that the packs in force name, in the order of life; all of them when none names any.
#[must_use]
pub fn stages_in_force(packs: &[Pack]) -> Vec<Stage> {
    let named = packs.iter().filter_map(|pack| pack.asset_stages.as_ref());
    let named: BTreeSet<Stage> = named.flat_map(|it| it.stages.iter().map(|stage| (*stage).into())).collect();
    if named.is_empty() { Stage::ALL.to_vec() } else { named.into_iter().collect() }
}

/// Where the stages are named: `Pasal 36 ayat (1) Perbup Majalengka 13/2021`.
#[must_use]
pub fn stages_laws(packs: &[Pack]) -> Vec<String> {
    let laws = packs.iter().filter_map(|pack| Some((pack, pack.asset_stages.as_ref()?)));
    laws.map(|(pack, it)| format!("{} {}", it.article, pack.short)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAJALENGKA: &str = include_str!("../../../config/packs/mjl-2021.toml");
    const MALANG: &str = include_str!("../../../config/packs/mlg-2024.toml");
    const MALANG_2020: &str = include_str!("../../../config/packs/mlg-2020.toml");

    fn check(packs: &[&str], stages: usize, law: &str) {
        let packs: Vec<Pack> = packs.iter().map(|text| Pack::parse(text).unwrap()).collect();
        let named = stages_in_force(&packs);
        assert_eq!(named.len(), stages, "{named:?}");
        assert!(named.is_sorted());
        assert_eq!(stages_laws(&packs).join("; "), law);
    }

    #[test]
    fn majalengka_names_seven_the_others_four() {
        check(&[MAJALENGKA], 7, "Pasal 36 ayat (1) Perbup Majalengka 13/2021");
        check(&[MALANG], 4, "Pasal 35 ayat (2) Perbup Malang 19/2024");
        check(&[MALANG_2020], 7, "");
        check(
            &[MALANG, MAJALENGKA],
            7,
            "Pasal 35 ayat (2) Perbup Malang 19/2024; Pasal 36 ayat (1) Perbup Majalengka 13/2021",
        );
    }
}
