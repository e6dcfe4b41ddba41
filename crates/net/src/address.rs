//! Which addresses are public, private or out of bounds, after the IANA special-purpose registries.

use ipnet::{Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is to an outgoing customer request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Globally routed.
    Public,
    /// Loopback and local networks: permitted where an operator asks for it.
    Private,
    /// Link-local, metadata services, multicast, reserved, embedded forms: never permitted.
    Forbidden,
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6(segments: [u16; 8], length: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = segments;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), length)
}

// Checked before the private ranges, as some metadata services live inside them.
const FORBIDDEN_V4: [Ipv4Net; 13] = [
    v4(0, 0, 0, 0, 8),          // this host; reaches loopback on some systems
    v4(100, 100, 100, 200, 32), // a cloud's metadata service inside the shared range
    v4(168, 63, 129, 16, 32),   // a cloud's host agent on a public-looking address
    v4(169, 254, 0, 0, 16),     // link-local, home of most metadata services
    v4(192, 0, 0, 0, 24),       // protocol assignments
    v4(192, 0, 2, 0, 24),       // documentation
    v4(192, 88, 99, 0, 24),     // 6to4 relays
    v4(198, 18, 0, 0, 15),      // benchmarks
    v4(198, 51, 100, 0, 24),    // documentation
    v4(203, 0, 113, 0, 24),     // documentation
    v4(224, 0, 0, 0, 4),        // multicast
    v4(240, 0, 0, 0, 4),        // reserved
    v4(255, 255, 255, 255, 32), // broadcast
];

const PRIVATE_V4: [Ipv4Net; 5] = [
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10), // carrier-grade NAT
    v4(127, 0, 0, 0, 8),
    v4(172, 16, 0, 0, 12),
    v4(192, 168, 0, 0, 16),
];

const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const FORBIDDEN_V6: [Ipv6Net; 6] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),          // protocol assignments, Teredo
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),      // documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),          // 6to4
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),          // documentation
    v6([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254], 128), // metadata services inside the private range
    v6([0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254], 128),
];

const PRIVATE_V6: [Ipv6Net; 2] = [v6([0, 0, 0, 0, 0, 0, 0, 1], 128), v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7)];

/// What an address is.
pub(crate) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let within = |nets: &[Ipv4Net]| nets.iter().any(|net| net.contains(&address));
    if within(&FORBIDDEN_V4) {
        Reach::Forbidden
    } else if within(&PRIVATE_V4) {
        Reach::Private
    } else {
        Reach::Public
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let within = |nets: &[Ipv6Net]| nets.iter().any(|net| net.contains(&address));
    if NAT64.contains(&address) {
        return reach_nat64(address);
    }
    if within(&FORBIDDEN_V6) {
        Reach::Forbidden
    } else if within(&PRIVATE_V6) {
        Reach::Private
    } else if GLOBAL_V6.contains(&address) {
        Reach::Public
    } else {
        Reach::Forbidden // everything unassigned, and IPv4 in IPv6 clothes (::ffff:0:0/96, ::/96)
    }
}

/// On IPv6-only networks every IPv4 name resolves into this prefix, so it is judged by the address it
/// leads to; what it hides of a private network stays out of bounds.
fn reach_nat64(address: Ipv6Addr) -> Reach {
    let [.., a, b, c, d] = address.octets();
    match reach_v4(Ipv4Addr::new(a, b, c, d)) {
        Reach::Public => Reach::Public,
        Reach::Private | Reach::Forbidden => Reach::Forbidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(addresses: &[&str], expected: Reach) {
        for text in addresses {
            assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn ordinary_internet_addresses_are_public() {
        all(&["1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.1"], Reach::Public);
        all(&["2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "64:ff9b::101:101"], Reach::Public);
    }

    #[test]
    fn loopback_and_local_networks_are_private() {
        all(&["127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"], Reach::Private);
        all(&["100.64.0.1", "100.127.255.255", "::1", "fc00::1", "fd12:3456::1"], Reach::Private);
    }

    #[test]
    fn metadata_link_local_multicast_documentation_and_reserved_are_forbidden() {
        all(&["169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"], Reach::Forbidden);
        all(&["0.0.0.0", "0.1.2.3", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"], Reach::Forbidden);
        all(&["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.19.0.1", "192.88.99.1"], Reach::Forbidden);
        all(&["::", "fe80::1", "febf::1", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "100::1"], Reach::Forbidden);
    }

    #[test]
    fn ipv4_hidden_in_ipv6_is_forbidden() {
        all(&["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::ffff:0:127.0.0.1"], Reach::Forbidden);
        all(&["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:1", "64:ff9b:1::1"], Reach::Forbidden);
        all(&["2002:7f00:1::", "2001:0:7f00:1::"], Reach::Forbidden);
    }
}
