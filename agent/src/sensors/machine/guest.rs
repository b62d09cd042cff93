//! What a machine is a guest of: a container first, for it is the nearer wall, then a hypervisor.
//!
//! The signs are those of systemd-detect-virt(1). The words are plain names of products.

use crate::roots::Roots;
use crate::roots::lossy::name;

const DMI: &str = "/sys/class/dmi/id";

/// Makers and products that name a hypervisor: the beginning of the vendor, the beginning of the product
/// (empty: any), the word.
const FIRMWARE: &[(&str, &str, &str)] = &[
    ("QEMU", "", "kvm"),
    ("Red Hat", "KVM", "kvm"),
    ("Red Hat", "RHEV", "kvm"),
    ("oVirt", "", "kvm"),
    ("OpenStack Foundation", "", "kvm"),
    ("", "OpenStack", "kvm"),
    ("", "KVM", "kvm"),
    ("Nutanix", "AHV", "kvm"),
    ("Google", "Google Compute Engine", "kvm"),
    ("DigitalOcean", "", "kvm"),
    ("Hetzner", "vServer", "kvm"),
    ("Alibaba Cloud", "", "kvm"),
    ("VMware", "", "vmware"),
    ("innotek GmbH", "", "virtualbox"),
    ("", "VirtualBox", "virtualbox"),
    ("Microsoft Corporation", "Virtual Machine", "hyperv"),
    ("Xen", "", "xen"),
    ("Parallels", "", "parallels"),
    ("BHYVE", "", "bhyve"),
    ("Bochs", "", "bochs"),
    ("Apple Inc.", "Apple Virtualization", "apple"),
];

/// The container manager, by what it leaves for its guests: the `container` variable of the first process
/// (systemd's container interface), or a file at the root.
pub(super) fn container(roots: &Roots) -> Option<String> {
    let named = roots.value("/run/systemd/container").or_else(|| {
        let environment = roots.head("/proc/1/environ".as_ref(), 64 * 1024).ok().flatten()?;
        let variable =
            environment.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(b"container="))?;
        Some(name(&String::from_utf8_lossy(variable)))
    });
    let by_file = || {
        let marks = [("/run/.containerenv", "podman"), ("/.dockerenv", "docker")];
        marks.into_iter().find(|(file, _)| roots.exists(file)).map(|(_, word)| word.to_owned())
    };
    named.filter(|word| !word.is_empty()).or_else(by_file)
}

/// The hypervisor, by its firmware, its own files or the processor's flag; `None` on bare metal.
pub(super) fn hypervisor(roots: &Roots) -> Option<String> {
    // Xen's first guest runs the hardware: it is the host, though it shows every sign of a guest.
    if roots.value("/proc/xen/capabilities").is_some_and(|what| what.contains("control_d")) {
        return None;
    }
    let value = |field: &str| roots.value(format!("{DMI}/{field}")).unwrap_or_default();
    by_firmware(&value("sys_vendor"), &value("product_name"))
        .or_else(|| roots.value("/sys/hypervisor/type"))
        .or_else(|| has_hypervisor_flag(roots).then(|| "vm-other".to_owned()))
}

fn by_firmware(vendor: &str, product: &str) -> Option<String> {
    if vendor.starts_with("Amazon EC2") {
        return (!product.ends_with(".metal")).then(|| "kvm".to_owned());
    }
    let found =
        FIRMWARE.iter().find(|(maker, model, _)| vendor.starts_with(maker) && product.starts_with(model));
    found.map(|(_, _, word)| (*word).to_owned())
}

/// Bit 31 of CPUID leaf 1, which hypervisors set and no processor does.
fn has_hypervisor_flag(roots: &Roots) -> bool {
    let beginning = roots.head("/proc/cpuinfo".as_ref(), 16 * 1024).ok().flatten().unwrap_or_default();
    let text = String::from_utf8_lossy(&beginning);
    let flags = text.lines().find(|line| line.starts_with("flags")).unwrap_or_default();
    flags.split_ascii_whitespace().any(|flag| flag == "hypervisor")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roots::fixture;

    fn check(files: &[(&str, &str)], expected: Option<&str>) {
        let host = fixture::host(files);
        let found = container(&host.roots).or_else(|| hypervisor(&host.roots));
        assert_eq!(found.as_deref(), expected, "{files:?}");
    }

    #[test]
    fn firmware_names_the_hypervisor() {
        let dmi = |vendor, product| {
            [("sys/class/dmi/id/sys_vendor", vendor), ("sys/class/dmi/id/product_name", product)]
        };
        check(&dmi("QEMU", "Standard PC (i440FX + PIIX, 1996)"), Some("kvm"));
        check(&dmi("VMware, Inc.", "VMware Virtual Platform"), Some("vmware"));
        check(&dmi("Microsoft Corporation", "Virtual Machine"), Some("hyperv"));
        check(&dmi("Microsoft Corporation", "Surface Pro"), None);
        check(&dmi("innotek GmbH", "VirtualBox"), Some("virtualbox"));
        check(&dmi("Amazon EC2", "t3.micro"), Some("kvm"));
        check(&dmi("Amazon EC2", "i3.metal"), None);
        check(&dmi("Dell Inc.", "PowerEdge R740"), None);
    }

    #[test]
    fn a_container_is_the_nearer_wall() {
        check(&[("run/systemd/container", "lxc\n"), ("sys/class/dmi/id/sys_vendor", "QEMU")], Some("lxc"));
        check(&[("proc/1/environ", "HOME=/\0container=lxc\0X=1\0"), (".dockerenv", "")], Some("lxc"));
        check(&[("proc/1/environ", "HOME=/\0notcontainer=lxc\0"), (".dockerenv", "")], Some("docker"));
        check(&[("run/.containerenv", "")], Some("podman"));
    }

    #[test]
    fn other_signs_count_when_firmware_is_silent() {
        check(&[("sys/hypervisor/type", "xen\n")], Some("xen"));
        check(&[("sys/hypervisor/type", "xen\n"), ("proc/xen/capabilities", "control_d\n")], None);
        check(&[("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor lm\n")], Some("vm-other"));
        check(&[("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu lm\nbugs\t: hypervisor\n")], None);
        check(&[("etc/hostname", "x")], None);
    }
}
