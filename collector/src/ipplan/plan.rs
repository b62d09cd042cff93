//! The plots in force, and whose an address is: the longest prefix that covers it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use patuh_protocol::id::Code;

use super::{Plot, PlotId, Purpose};

/// The plots in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    plots: Vec<Plot>,
    /// The places of the plots, by subnet.
    places: BTreeMap<IpNet, Vec<usize>>,
    /// The lengths of prefixes that there are, for IPv4 and IPv6.
    lengths: [BTreeSet<u8>; 2],
}

impl Plan {
    /// Of these plots those that are in force, by subnet.
    #[must_use]
    pub fn new(plots: impl IntoIterator<Item = Plot>) -> Self {
        let mut plots: Vec<Plot> = plots.into_iter().filter(Plot::is_in_force).collect();
        plots.sort_by_key(|plot| (plot.subnet, plot.id));
        let mut plan = Self { plots, ..Self::default() };
        for (place, plot) in plan.plots.iter().enumerate() {
            plan.places.entry(plot.subnet).or_default().push(place);
            let [v4, v6] = &mut plan.lengths;
            if plot.is_ipv4() { v4 } else { v6 }.insert(plot.subnet.prefix_len());
        }
        plan
    }

    /// The plots, by subnet.
    #[must_use]
    pub fn plots(&self) -> &[Plot] {
        &self.plots
    }

    /// The plot with this number.
    #[must_use]
    pub fn plot(&self, id: PlotId) -> Option<&Plot> {
        self.plots.iter().find(|plot| plot.id == id)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plots.is_empty()
    }

    /// Whether addresses of the family of `address` were planned at all: as long as nobody numbers IPv6, an IPv6
    /// address breaks no plan.
    #[must_use]
    pub fn speaks_of(&self, address: IpAddr) -> bool {
        !self.lengths_of(address).is_empty()
    }

    /// The plot that `address` lies in, as a server of `office` stands to it: other offices' numbers behind NAT are not
    /// its network. Of several of the same length the office's own.
    #[must_use]
    pub fn holder(&self, office: &Code, address: IpAddr) -> Option<&Plot> {
        self.covering(address).find(|plot| is_visible(plot, office))
    }

    /// Whether a plot that everybody sees covers `address`.
    #[must_use]
    pub fn is_numbered(&self, address: IpAddr) -> bool {
        self.covering(address).any(|plot| plot.purpose != Purpose::Translated)
    }

    /// Whether `range` and the plan have addresses in common, as a server of `office` sees it.
    #[must_use]
    pub fn touches(&self, office: &Code, range: IpNet) -> bool {
        let inside =
            || self.places.range(range..).take_while(|(subnet, _)| range.contains(&subnet.network()));
        let mut below = inside().flat_map(|(_, places)| places).filter_map(|place| self.plots.get(*place));
        self.holder(office, range.network()).is_some() || below.any(|plot| is_visible(plot, office))
    }

    /// The plots that cover `address`, the longest prefix first.
    fn covering(&self, address: IpAddr) -> impl Iterator<Item = &Plot> {
        let nets = self.lengths_of(address).iter().rev();
        let nets = nets.filter_map(move |length| Some(IpNet::new(address, *length).ok()?.trunc()));
        let places = nets.filter_map(|net| self.places.get(&net)).flatten();
        places.filter_map(|place| self.plots.get(*place))
    }

    const fn lengths_of(&self, address: IpAddr) -> &BTreeSet<u8> {
        let [v4, v6] = &self.lengths;
        if address.is_ipv4() { v4 } else { v6 }
    }
}

fn is_visible(plot: &Plot, office: &Code) -> bool {
    plot.purpose != Purpose::Translated || plot.office.as_ref() == Some(office)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipplan::Field;
    use crate::ipplan::tests::{code, plan, plot};

    fn check(plan: &Plan, office: &str, address: &str, expected: &str) {
        let holder = plan.holder(&code(office), address.parse().unwrap());
        assert_eq!(
            holder.map_or_else(|| "–".to_owned(), |plot| plot.subnet.to_string()),
            expected,
            "{address}"
        );
    }

    #[test]
    fn the_longest_prefix_holds() {
        let plan = plan(&[
            ("10.20.0.0/16", &[(Field::Purpose, "Dicadangkan")]),
            ("10.20.3.0/24", &[(Field::Office, "dinkes")]),
            ("10.20.3.128/25", &[(Field::Office, "rsud")]),
            ("10.20.9.0/24", &[(Field::Office, "rsud"), (Field::Life, "Dicabut")]),
            ("2001:db8::/32", &[(Field::Purpose, "Bersama")]),
        ]);
        check(&plan, "dinkes", "10.20.3.5", "10.20.3.0/24");
        check(&plan, "dinkes", "10.20.3.200", "10.20.3.128/25");
        check(&plan, "dinkes", "10.20.9.1", "10.20.0.0/16");
        check(&plan, "dinkes", "10.21.0.1", "–");
        check(&plan, "dinkes", "2001:db8:5::1", "2001:db8::/32");
        assert_eq!(plan.plots().len(), 4);
    }

    #[test]
    fn numbers_behind_nat_are_each_offices_own() {
        let hidden = |office| [(Field::Office, office), (Field::Purpose, "Di balik NAT")];
        let plan =
            plan(&[("192.168.1.0/24", &hidden("dinkes")), ("10.0.0.0/8", &[(Field::Purpose, "Bersama")])]);
        check(&plan, "dinkes", "192.168.1.9", "192.168.1.0/24");
        check(&plan, "rsud", "192.168.1.9", "–");
        assert!(!plan.is_numbered("192.168.1.9".parse().unwrap()));
        assert!(plan.is_numbered("10.9.9.9".parse().unwrap()));
        assert!(!plan.speaks_of("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn ranges_touch_the_plan() {
        let plan = Plan::new([plot("10.20.3.0/24", &[(Field::Office, "dinkes")])]);
        let check = |range: &str, expected: bool| {
            assert_eq!(plan.touches(&code("dinkes"), range.parse().unwrap()), expected, "{range}");
        };
        check("10.20.3.0/24", true);
        check("10.20.3.64/26", true);
        check("10.0.0.0/8", true);
        check("10.20.4.0/24", false);
        check("10.21.0.0/16", false);
        check("2001:db8::/32", false);
    }

    proptest::proptest! {
        /// The index says what looking at every plot says.
        #[test]
        fn the_index_is_right(subnets in proptest::collection::vec((0_u32..64, 24_u8..=32), 0..20), asked in 0_u32..64) {
            let base = 0x0a14_0300_u32;
            let nets = subnets.into_iter().map(|(low, length)| {
                IpNet::new(IpAddr::V4((base | low).into()), length).unwrap().trunc()
            });
            let plots: Vec<Plot> = nets.map(|net| Plot { purpose: Purpose::Shared, ..Plot::new(net) }).collect();
            let address = IpAddr::V4((base | asked).into());
            let slow = plots.iter().filter(|plot| plot.subnet.contains(&address)).map(|it| it.subnet.prefix_len()).max();
            let plan = Plan::new(plots);
            let fast = plan.holder(&code("dinkes"), address).map(|plot| plot.subnet.prefix_len());
            proptest::prop_assert_eq!(fast, slow);
        }
    }
}
