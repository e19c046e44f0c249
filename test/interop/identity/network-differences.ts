import type { NetworkFamily } from '#engine/identity/network/render-network.ts';

/**
 * Facts of one side only, and why that is so. Whatever else differs from cloud-init's rendering is a mistake. An image has
 * theirs, but for wicked: what hurts there is refused (`bond.not_on_image`) or a known limit in docs/verification.md.
 */
export interface Difference {
  readonly family: NetworkFamily;
  readonly side: 'ours' | 'theirs';
  readonly facts: RegExp;
  readonly why: string;
}

const more = (family: NetworkFamily, side: 'ours' | 'theirs', facts: RegExp, why: string): Difference => ({
  family,
  side,
  facts,
  why,
});

const dnsOnce = 'DNS servers belong to the machine: we say them at one link, cloud-init at each fixed one';

export const differences: readonly Difference[] = [
  more(
    'netplan',
    'theirs',
    /^ethernets nic\d set-name=/,
    'cloud-init pins the name that the NIC has; we leave it to the system, the MAC is enough',
  ),
  more(
    'netplan',
    'ours',
    /^bonds bond0 parameters arp-ip-targets has /,
    'cloud-init 22.4 writes the key `arp-ip-target`, which netplan refuses',
  ),
  more('netplan', 'theirs', /^bonds bond0 parameters arp-ip-target=/, 'the same, as cloud-init has it'),
  more(
    'netplan',
    'theirs',
    /^vlans \S+ macaddress=/,
    'a VLAN has the MAC of what it is on; netplan sets it only where it differs',
  ),
  more('netplan', 'theirs', /^vlans bond0\.200 nameservers /, dnsOnce),
  more(
    'netplan',
    'ours',
    /^ethernets nic1 routes has /,
    'cloud-init 22.4 reads routes of fixed addresses only',
  ),
  more('netplan', 'ours', / dhcp4-overrides route-metric=200$/, 'another link leads out'),

  more('eni', 'ours', /^\S+ gateway /, "ifupdown's own word for the default route"),
  more('eni', 'ours', /^\S+ up ip route add /, 'by iproute2; net-tools are no longer on every Debian'),
  more('eni', 'theirs', /^\S+ (post-up|pre-down) route (add|del) /, 'the same by net-tools'),
  more('eni', 'theirs', /^lo dns-nameservers /, dnsOnce),
  more('eni', 'theirs', /^bond0\.200 dns-nameservers /, dnsOnce),
  more('eni', 'ours', /^bond0 bond-slaves nic0 nic1$/, 'the bond takes its members, which need no stanzas'),
  more('eni', 'theirs', /^bond0 bond-slaves none$/, "the members' own stanzas name the bond"),
  more('eni', 'theirs', /^auto nic\d$|^iface nic\d inet manual$|^nic\d (bond-|mtu )/, "the members' stanzas"),
  more(
    'eni',
    'ours',
    /bonding\/min_links$/,
    'ifenslave does not know bond-min-links: the kernel gets it itself',
  ),
  more('eni', 'theirs', /^bond0 bond-min-links /, 'without effect'),
  more(
    'eni',
    'ours',
    /^bond0 bond-arp-ip-target 10\.77\.0\.1 10/,
    'ifenslave takes them by blank, not by comma',
  ),
  more('eni', 'theirs', /^bond0 bond-arp-ip-target \S+,/, 'ifenslave would write both as one address'),
  more('eni', 'ours', /^bond0 up ip link set dev \$IFACE mtu /, 'the method dhcp has no `mtu`'),
  more('eni', 'theirs', /^bond0 mtu /, 'ignored with the method dhcp'),
  more('eni', 'ours', /^(bond0|nic1) metric /, 'another link leads out'),
  more(
    'eni',
    'theirs',
    /^\S+\.\d+ (hwaddress|vlan-id) /,
    'a VLAN has its MAC from below and its id in its name',
  ),
  more('eni', 'ours', /^auto nic0$/, 'a NIC under a VLAN is brought up for itself too, with its MTU'),

  more('ifcfg', 'theirs', /NM_CONTROLLED=no$/, 'RHEL 8 and later have nothing but NetworkManager'),
  more('ifcfg', 'theirs', /USERCTL=no$|NETWORKING=yes$/, 'these are the defaults'),
  more('ifcfg', 'ours', /PREFIX=24$/, 'one of PREFIX and NETMASK is enough'),
  more('ifcfg', 'theirs', /NETMASK=255\.255\.255\.0$/, 'one of PREFIX and NETMASK is enough'),
  more('ifcfg', 'ours', /DEFROUTE=no$/, 'only the link with the gateway leads out'),
  more('ifcfg', 'theirs', /DHCLIENT_SET_DEFAULT_ROUTE=no$/, "SUSE's word for it, which RHEL does not know"),
  more('ifcfg', 'ours', /^route-\S+ \S+\/\d+ via /, 'the form of `ip route`'),
  more('ifcfg', 'theirs', /^route-\S+ (ADDRESS|NETMASK|GATEWAY)0=/, 'the same route in the older form'),
  more('ifcfg', 'theirs', /^resolv\.conf |^99-cloud-init\.conf /, 'DNS1 in the ifcfg file makes resolv.conf'),
  more('ifcfg', 'theirs', /^ifcfg-bond0\.200 DNS1=/, dnsOnce),
  more(
    'ifcfg',
    'theirs',
    /^ifcfg-bond0 BONDING_SLAVE\d=/,
    "SUSE's variable; RHEL's members name their MASTER",
  ),
  more('ifcfg', 'ours', /^ifcfg-\S+\.\d+ (TYPE=Vlan|VLAN_ID=)/, 'what NetworkManager writes itself'),

  more('nm', 'ours', /connection id=/, 'each its own names'),
  more('nm', 'theirs', /connection id=|networkmanager\.origin=/, 'each its own names'),
  more('nm', 'ours', /connection uuid=|connection master=|vlan parent=/, 'UUIDs from MAC and name'),
  more('nm', 'theirs', /connection uuid=|connection master=|vlan parent=/, 'UUIDs from the name alone'),
  more('nm', 'theirs', /ipv4 may-fail=false$/, 'it may fail where IPv6 works, as NetworkManager has it'),
  more('nm', 'ours', /ipv6 method=auto$/, "NetworkManager's default, said"),
  more('nm', 'ours', /ipv4 gateway=/, 'the default route by its own key'),
  more('nm', 'theirs', /ipv4 route1=0\.0\.0\.0\/0,/, 'the default route as a route'),
  more('nm', 'ours', /ipv4 never-default=true$/, 'only the link with the gateway leads out'),
  more('nm', 'ours', /^bond0 bond /, 'cloud-init 22.4 takes only miimon from OpenStack: not even the mode'),
  more(
    'nm',
    'ours',
    /^bond0 ethernet cloned-mac-address=/,
    "cloud-init 22.4 leaves the bond's MAC to chance",
  ),
  more('nm', 'ours', /^bond0\S* ethernet mtu=/, 'cloud-init 22.4 gives an MTU to NICs only'),
  more('nm', 'ours', /^nic0 ipv4 method=disabled$/, 'without a method NetworkManager asks for DHCP'),
  more('nm', 'ours', /^nic0 ipv6 method=link-local$/, 'under a VLAN only; no address from a router'),
  more('nm', 'theirs', /^bond0\.200 ipv4 dns=/, dnsOnce),

  more(
    'wicked',
    'theirs',
    /^ifcfg-nic\d LLADDR=/,
    'this sets a MAC, it does not find a NIC; the udev rule does',
  ),
  more('wicked', 'ours', /^ifcfg-\S+ IPADDR=\S+\/24$/, 'with its prefix length, as YaST writes it'),
  more('wicked', 'theirs', /^ifcfg-\S+ (IPADDR=[\d.]+|NETMASK=\S+)$/, 'the older form'),
  more('wicked', 'ours', /^ifcfg-(bond0|nic1) DHCLIENT_SET_DEFAULT_ROUTE=no$/, 'another link leads out'),
  more('wicked', 'ours', /^ifroute-/, 'cloud-init 22.4 writes no routes for SUSE, not even the gateway'),
  more(
    'wicked',
    'theirs',
    /^resolv\.conf |^99-cloud-init\.conf /,
    "netconfig's file: it would be overwritten",
  ),
  more('wicked', 'ours', /^ifcfg-bond0 BONDING_SLAVE\d=/, 'as YaST writes it; wicked takes both'),
  more('wicked', 'theirs', /^ifcfg-bond0 BONDING_SLAVE_\d=/, 'wicked takes both'),
  more(
    'wicked',
    'ours',
    /^ifcfg-nic0 BOOTPROTO=none$/,
    'under a VLAN: no address of its own, no IPv6 either',
  ),
  more('wicked', 'theirs', /^ifcfg-nic0 BOOTPROTO=static$/, 'would take IPv6 addresses from a router'),
];
