import type { BootDevice } from './commands/boot-options.ts';
import { bootSelector } from './commands/boot-options.ts';

/**
 * What real BMCs do otherwise than the specification says, as data. `handled` tells what we do about it:
 * `boot_selector` entries are looked up by manufacturer, `always` ones are how we treat every BMC (because
 * it costs nothing elsewhere), `advice` ones reach the technician as an explanation when such a boot device is set.
 */
export interface Quirk {
  readonly id: string;
  /** IANA enterprise numbers as Get Device ID reports them; absent: seen on several makes. */
  readonly manufacturers?: readonly number[];
  /** Models or firmware it was seen on, in the source's words. */
  readonly seenOn: string;
  readonly behaviour: string;
  readonly handled: 'boot_selector' | 'always' | 'advice';
  readonly bootSelector?: { readonly device: BootDevice; readonly efi: boolean; readonly selector: number };
  /** The boot devices that the advice is about; what is absent does not matter. */
  readonly advice?: { readonly device: BootDevice; readonly efi?: boolean; readonly persistent?: boolean };
  readonly source: string;
}

const hp = 11;
const sun = 42;
const intel = 343;
const dell = 674;
const supermicro = 10876;
/** Supermicro boards that report a number that was never theirs (FreeIPMI ipmi-iana-enterprise-numbers-spec.h). */
const supermicroAlternate = 47488;
const lenovo = 19046;

export const quirks: readonly Quirk[] = [
  {
    id: 'supermicro-efi-disk-selector',
    manufacturers: [supermicro, supermicroAlternate],
    seenOn: 'Supermicro boards in UEFI mode',
    behaviour: 'boot selector 2 (disk) does not boot the UEFI disk; selector 9 (raw byte 24h) does',
    handled: 'boot_selector',
    bootSelector: { device: 'disk', efi: true, selector: 9 },
    source:
      'openstack/ironic drivers/modules/ipmitool.py; storyboard.openstack.org 2008241; Supermicro FAQ 25559',
  },
  {
    id: 'supermicro-efi-pxe-ignored',
    manufacturers: [supermicro, supermicroAlternate],
    seenOn: 'Supermicro X11DSC+, BIOS 3.1, firmware 1.68',
    behaviour: 'PXE with the EFI bit is accepted and read back, and the disk boots all the same',
    handled: 'advice',
    advice: { device: 'pxe', efi: true },
    source: 'github.com/bmc-toolbox/bmclib/pull/209',
  },
  {
    id: 'supermicro-one-time-pxe-unreliable',
    manufacturers: [supermicro, supermicroAlternate],
    seenOn: 'Supermicro, a few models',
    behaviour: 'a one-time PXE request is not obeyed every time; a persistent one is',
    handled: 'advice',
    advice: { device: 'pxe', persistent: false },
    source: 'github.com/redhat-performance/JetSki/pull/110',
  },
  {
    id: 'supermicro-bios-setup-once',
    manufacturers: [supermicro, supermicroAlternate],
    seenOn: 'Supermicro, managed by metal-stack',
    behaviour:
      'the standard legacy bytes for "BIOS set-up" are ignored; the one-time EFI form (a0 18) is obeyed',
    handled: 'advice',
    advice: { device: 'bios', efi: false },
    source: 'github.com/metal-stack/metal-core/issues/19',
  },
  {
    id: 'boot-flags-cleared-after-60-s',
    seenOn: 'every BMC that follows IPMI 2.0 §28.12',
    behaviour: 'boot flags lose their validity 60 s after they were set unless a power command follows',
    handled: 'always',
    source: 'github.com/kinvolk/racker/pull/36; NVIDIA DGX: raw 0x00 0x08 0x03 0x08',
  },
  {
    id: 'no-boot-flag-timer',
    seenOn: 'OpenBMC',
    behaviour:
      'parameter 3 (boot flag valid bit clearing) is refused, because there is no 60 s timer to cancel',
    handled: 'always',
    source: 'openstack/ironic drivers/modules/ipmitool.py (ipmi_disable_boot_timeout)',
  },
  {
    id: 'lenovo-efi-disk-override-loops',
    manufacturers: [lenovo],
    seenOn: 'Lenovo SR645 V3 with older XCC',
    behaviour:
      'a persistent disk override boots the generic "Hard Disk" entry instead of the system, in a loop',
    handled: 'advice',
    advice: { device: 'disk', efi: true, persistent: true },
    source: 'github.com/openstack/ironic/pull/14; launchpad bug 2053064',
  },
  {
    id: 'dell-insufficient-resources',
    manufacturers: [dell],
    seenOn: 'Dell PowerEdge R640, iDRAC 4.20.20.20',
    behaviour: 'Open Session fails with "insufficient resources" and works a moment later',
    handled: 'always',
    source: 'github.com/openshift-kni/baremetal-deploy/pull/481; prometheus-community/ipmi_exporter#243',
  },
  {
    id: 'cipher-suite-list-hangs',
    seenOn: 'several makes, unnamed',
    behaviour: 'Get Channel Cipher Suites is ignored outside a session; asking costs 10 s',
    handled: 'always',
    source: 'github.com/ipmitool/ipmitool/issues/199; bougou/go-ipmi#59',
  },
  {
    id: 'cipher-suite-list-lies',
    seenOn: 'several makes; Intel S2600JF lists 15 and refuses it',
    behaviour: 'suite 17 is advertised and then refused as "no matching cipher suite"',
    handled: 'always',
    source: 'github.com/ipmitool/ipmitool/issues/363; FreeIPMI LAN authentication issue 22',
  },
  {
    id: 'suite-refused-with-other-status',
    seenOn: 'Supermicro X8DTG (status 0Ah), MSI MS-91D2 (12h)',
    behaviour: 'a cipher suite that is switched off is refused with a status that means something else',
    handled: 'always',
    source: 'FreeIPMI "bugs, issues and workarounds", LAN authentication issues 19 and 20',
  },
  {
    id: 'keys-from-open-session-privilege',
    manufacturers: [sun, supermicro, intel, dell],
    seenOn:
      'Sun Fire X4150, Supermicro X8DTH/X8DTG/X8DTU, Intel S5500WBV and S2600JF, Dell C5220, OpenIPMI ipmi_sim',
    behaviour: 'session keys are derived from the privilege of Open Session instead of RAKP 1',
    handled: 'always',
    source: 'FreeIPMI LAN authentication issue 13 (workaround "opensesspriv")',
  },
  {
    id: 'suite-0-check-value',
    manufacturers: [supermicro, intel],
    seenOn: 'Supermicro X8DTG, X8DTU; Intel S5500WBV, S2600JF',
    behaviour: 'with cipher suite 0, RAKP 4 carries a check value that should be empty',
    handled: 'always',
    source: 'FreeIPMI LAN authentication issue 16 (workaround "integritycheckvalue")',
  },
  {
    id: 'unexpected-auth-code',
    manufacturers: [dell],
    seenOn: 'Dell PowerEdge 2850, SC1425 (IPMI 1.5)',
    behaviour: 'packets are signed though per-message authentication was declared off',
    handled: 'always',
    source: 'FreeIPMI workaround "unexpectedauth"',
  },
  {
    id: 'activate-session-sequence-off-by-one',
    manufacturers: [intel],
    seenOn: 'Intel SE7520JR2, SE7520AF2 (IPMI 1.5)',
    behaviour: 'the first packet of a session does not carry the sequence number that was asked for',
    handled: 'always',
    source: 'FreeIPMI LAN authentication issue 3',
  },
  {
    id: 'no-ipmi-1.5',
    manufacturers: [hp, supermicro],
    seenOn: 'HP ProLiant DL145, Supermicro X11DPT-PS, X11DPU, H11DSU-iN, H12DSG-O-CPU',
    behaviour: 'IPMI 1.5 sessions cannot be opened',
    handled: 'always',
    source: 'FreeIPMI LAN authentication issue 27',
  },
  {
    id: 'unused-users-are-errors',
    manufacturers: [lenovo],
    seenOn: 'Lenovo SR650, SR670 (XCC)',
    behaviour: 'commands about user ids without an account fail with "invalid data field"',
    handled: 'always',
    source: 'github.com/xcat2/xcat-core/issues/5065',
  },
  {
    id: 'power-off-takes-minutes',
    seenOn: 'several makes',
    behaviour: 'the power state stays "on" for more than 30 s, at times 60 s, after a power-off',
    handled: 'always',
    source: 'github.com/metal3-io/baremetal-operator/issues/445; metal3-io/ironic-image#366',
  },
  {
    id: 'bmc-freezes-under-load',
    seenOn: 'several makes',
    behaviour: 'the BMC stops answering after a series of sessions or parallel commands',
    handled: 'always',
    source: 'github.com/siderolabs/omni/issues/785; metal3-io/ironic-image#688',
  },
  {
    id: 'slow-answers',
    seenOn: 'OpenBMC (2017)',
    behaviour: 'single commands take 5 s to be answered',
    handled: 'always',
    source: 'github.com/openbmc/openbmc/issues/2519',
  },
  {
    id: 'sol-buffer-sizes-wrong',
    manufacturers: [supermicro, intel],
    seenOn:
      'Asus P5M2, P5MT-R, RX4; Intel SR1520ML, X38ML, S5500WBV; Supermicro X8DTH, X8DTG, X8DTU; Quanta S4R',
    behaviour: 'Activate Payload reports buffers of 0 bytes or of no sensible size',
    handled: 'always',
    source: 'FreeIPMI "bugs, issues and workarounds", Serial-Over-LAN issue 2 (workaround "solpayloadsize")',
  },
  {
    id: 'sol-port-wrong',
    manufacturers: [supermicro],
    seenOn: 'Supermicro X8DTH-iF; Asus P5M2, P5MT-R',
    behaviour: 'Activate Payload names a UDP port with its bytes swapped (or, on Asus, one where nobody is)',
    handled: 'always',
    source: 'FreeIPMI Serial-Over-LAN issues 3 and 12 (workaround "solport"); ipmitool lib/ipmi_sol.c',
  },
  {
    id: 'sol-must-assert-cts',
    manufacturers: [intel],
    seenOn: 'an Intel board, unnamed',
    behaviour: 'Activate Payload is refused unless the BMC is to assert CTS and DCD/DSR at once',
    handled: 'always',
    source: 'FreeIPMI Serial-Over-LAN issue 9; ipmitool lib/ipmi_sol.c ("intelplus")',
  },
  {
    id: 'sol-taken-without-a-word',
    manufacturers: [supermicro, intel, dell],
    seenOn:
      'Dell PowerEdge R610, R710, C6220; Supermicro X8DTG, X8DTU, H8QME; Intel S2600JF; Inventec 5441; Quanta S99Q',
    behaviour: 'the console is given to another session and the first one is not told',
    handled: 'always',
    source: 'FreeIPMI Serial-Over-LAN issue 6',
  },
  {
    id: 'sol-not-given-back',
    manufacturers: [supermicro],
    seenOn: 'Supermicro H8QME',
    behaviour: 'Deactivate Payload succeeds, and the console counts as taken for some time or for good',
    handled: 'always',
    source: 'FreeIPMI Serial-Over-LAN issue 5; github.com/CCI-MOC/hil/issues/417',
  },
  {
    id: 'sol-before-its-activation',
    seenOn: 'unnamed; reported for ipmitool',
    behaviour: 'characters of the console arrive before the answer to Activate Payload',
    handled: 'always',
    source: 'github.com/ipmitool/ipmitool/issues/254',
  },
  {
    id: 'sol-numbers-outlive-consoles',
    seenOn: 'OpenIPMI ipmi_sim',
    behaviour:
      'packet numbers go on from the last console, whose last number makes a first packet look like a repetition',
    handled: 'always',
    source: 'cminyard/openipmi lanserv/sol.c (last_acked_packet); seen with 2.0.33',
  },
  {
    id: 'sol-repetition-grows',
    seenOn: 'OpenIPMI ipmi_sim',
    behaviour: 'a repeated packet holds characters that its first copy did not have',
    handled: 'always',
    source: 'cminyard/openipmi lanserv/sol.c (sol_timeout); ipmitool src/plugins/lanplus/lanplus.c',
  },
  {
    id: 'sol-session-times-out',
    seenOn: 'OpenPOWER S822LC, 8335-GTB',
    behaviour: 'characters do not count as use of the session, which the BMC ends after 60 s',
    handled: 'always',
    source: 'github.com/xcat2/xcat-core/issues/1090; xcat-core#1963',
  },
  {
    id: 'sol-set-in-progress-refused',
    seenOn: 'OpenBMC (2021)',
    behaviour: 'SOL parameter 0 ("set in progress") is an invalid command, and so are the bit rates',
    handled: 'always',
    source: 'github.com/openbmc/phosphor-host-ipmid/issues/173; phosphor-host-ipmid#174',
  },
  {
    id: 'guid-in-smbios-order',
    seenOn: 'most makes',
    behaviour: 'the system GUID has the byte order of SMBIOS instead of that of IPMI §20.8',
    handled: 'always',
    source: 'ipmitool lib/ipmi_mc.c (GUID encodings)',
  },
];

/** The number that makes this BMC boot that device: table 28-14, unless the make is known to want another. */
export function bootSelectorFor(
  manufacturerId: number | undefined,
  device: BootDevice,
  efi: boolean,
): number {
  const special = ofMake(manufacturerId).find(
    ({ bootSelector: known }) => known?.device === device && known.efi === efi,
  );
  return special?.bootSelector?.selector ?? bootSelector(device);
}

/** What is known to go wrong with this boot device on this make though the BMC accepts it. */
export function bootAdviceFor(
  manufacturerId: number | undefined,
  wish: { readonly device: BootDevice; readonly efi: boolean; readonly persistent: boolean },
): readonly Quirk[] {
  return ofMake(manufacturerId).filter(
    ({ advice }) =>
      advice?.device === wish.device &&
      (advice.efi ?? wish.efi) === wish.efi &&
      (advice.persistent ?? wish.persistent) === wish.persistent,
  );
}

function ofMake(manufacturerId: number | undefined): readonly Quirk[] {
  if (manufacturerId === undefined) return [];
  return quirks.filter(({ manufacturers }) => manufacturers?.includes(manufacturerId) === true);
}

const manufacturerNames: Readonly<Record<number, string>> = {
  2: 'IBM',
  [hp]: 'HP',
  [sun]: 'Sun / Oracle',
  107: 'Bull',
  119: 'NEC',
  [intel]: 'Intel',
  [dell]: 'Dell',
  2011: 'Huawei',
  2623: 'ASUS',
  3902: 'ZTE',
  5771: 'Cisco',
  6653: 'Tyan',
  7244: 'Quanta',
  10368: 'Fujitsu',
  10437: 'Peppercon',
  [supermicro]: 'Supermicro',
  11161: 'Wistron',
  15370: 'Gigabyte',
  [lenovo]: 'Lenovo',
  20301: 'IBM',
  20569: 'Inventec',
  20974: 'AMI',
  25506: 'H3C',
  37945: 'Inspur',
  40092: 'Wiwynn',
  42817: 'IBM (OpenPOWER)',
  47196: 'HPE',
  [supermicroAlternate]: 'Supermicro',
  49622: 'ASRock Rack',
  49769: 'YADRO',
};

/** A name for a person, or the bare number. */
export function manufacturerName(manufacturerId: number): string {
  return manufacturerNames[manufacturerId] ?? `manufacturer ${manufacturerId}`;
}
