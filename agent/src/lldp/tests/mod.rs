mod filters;
mod keeping;
mod reading;
mod storing;

/// A frame for everybody of an EtherType.
fn ethernet(to: [u8; 6], kind: u16, payload: &[u8]) -> Vec<u8> {
    let from = [0x00, 0x1b, 0x21, 0xaa, 0x00, 0x07];
    [&to, &from, kind.to_be_bytes().as_slice(), payload].concat()
}

const NEAREST_BRIDGE: [u8; 6] = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e];

/// An LLDP frame of units: type and value.
fn lldp(units: &[(u8, &[u8])]) -> Vec<u8> {
    let units =
        units.iter().map(|(kind, value)| [&[kind << 1, u8::try_from(value.len()).unwrap()], *value].concat());
    ethernet(NEAREST_BRIDGE, 0x88cc, &units.collect::<Vec<_>>().concat())
}

/// What a small switch says: its name, its port, for how long that holds.
fn switch(name: &str, port: &str, ttl: u16) -> Vec<u8> {
    let (chassis, id) = (format!("\u{7}{name}"), format!("\u{5}{port}"));
    lldp(&[
        (1, chassis.as_bytes()),
        (2, id.as_bytes()),
        (3, &ttl.to_be_bytes()),
        (5, name.as_bytes()),
        (0, &[]),
    ])
}

/// A frame of one of the older protocols: maker, number, payload.
fn snap(to: [u8; 6], maker: [u8; 3], protocol: u16, payload: &[u8]) -> Vec<u8> {
    let packet = [&[0xaa, 0xaa, 0x03], maker.as_slice(), &protocol.to_be_bytes(), payload].concat();
    ethernet(to, packet.len().try_into().unwrap(), &packet)
}

/// A CDP frame of fields: type and value.
fn cdp(fields: &[(u16, &[u8])]) -> Vec<u8> {
    snap([0x01, 0x00, 0x0c, 0xcc, 0xcc, 0xcc], [0x00, 0x00, 0x0c], 0x2000, &cdp_payload(fields))
}

fn cdp_payload(fields: &[(u16, &[u8])]) -> Vec<u8> {
    let fields = fields.iter().map(|(kind, value)| {
        let length = u16::try_from(value.len() + 4).unwrap();
        [kind.to_be_bytes().as_slice(), &length.to_be_bytes(), value].concat()
    });
    [&[2, 180, 0xc8, 0x67], fields.collect::<Vec<_>>().concat().as_slice()].concat()
}

/// An EDP frame of fields: type and value.
fn edp(fields: &[(u8, &[u8])]) -> Vec<u8> {
    let fields = fields.iter().map(|(kind, value)| {
        let length = u16::try_from(value.len() + 4).unwrap();
        [&[0x99, *kind], length.to_be_bytes().as_slice(), value].concat()
    });
    let head = [1, 0, 0, 0x4a, 0xde, 0x22, 0, 1, 0, 0, 0x00, 0x04, 0x96, 0x05, 0x44, 0x6f];
    let payload = [head.as_slice(), &fields.collect::<Vec<_>>().concat()].concat();
    snap([0x00, 0xe0, 0x2b, 0x00, 0x00, 0x00], [0x00, 0xe0, 0x2b], 0x00bb, &payload)
}
