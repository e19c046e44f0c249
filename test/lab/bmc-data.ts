/** What the lab's BMC stores about its machine: a FRU image and sensor data records. */

/**
 * IPMI Platform Management FRU Information Storage Definition v1.0 §8 and §10 to §12: header, board area, product area.
 *
 *   | 1 | internal | chassis | board | product | multi | 0 | checksum |   offsets in 8-byte units, 0 = absent
 *   area: | 1 | length/8 | …head… | type/length + text … | 0xc1 | padding | checksum |
 */
export function fruData(identity: { readonly serial: string }): Buffer {
  const english = 25;
  const made = [0, 0, 0];
  const board = fruArea([english, ...made], ['Lab', 'LabBoard', `B-${identity.serial}`, 'PN-1', '']);
  const product = fruArea([english], ['Lab', 'LabServer', 'PN-2', '1.0', identity.serial, 'asset-1']);
  const header = withChecksum(Buffer.from([1, 0, 0, 1, 1 + board.length / 8, 0, 0]));
  return Buffer.concat([header, board, product], 256);
}

function fruArea(head: readonly number[], texts: readonly string[]): Buffer {
  const fields = texts.map(text =>
    Buffer.concat([Buffer.from([0xc0 | text.length]), Buffer.from(text, 'latin1')]),
  );
  const content = Buffer.concat([Buffer.from([1, 0, ...head]), ...fields, Buffer.from([0xc1])]);
  const length = Math.ceil((content.length + 1) / 8) * 8;
  const area = Buffer.alloc(length - 1);
  content.copy(area);
  area[1] = length / 8;
  return withChecksum(area);
}

function withChecksum(bytes: Buffer): Buffer {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return Buffer.concat([bytes, Buffer.from([-sum & 0xff])]);
}

/** ipmi_sim commands that add the records: management controller and FRU locators, one full sensor record (§43.1, 43.8, 43.9). */
export function sdrCommands(): readonly string[] {
  const managementController = [0x20, 0, 0, 0xbf, 0, 0, 0, 7, 1, 0, ...sdrName('LabBMC')];
  const fruLocator = [0x20, 0, 0x80, 0, 0, 0x10, 0, 7, 1, 0, ...sdrName('System FRU')];
  const temperature = [
    [0x20, 0, 1, 3, 1, 0x7f, 0x68, 0x01, 0x01],
    [0, 0x0a, 0, 0x0a, 0x38, 0x38],
    // Units: degrees Celsius, linear, one to one.
    [0x00, 0x01, 0x00, 0x00, 1, 0, 0, 0, 0, 0],
    // Nominal, range, then upper thresholds.
    [0x07, 25, 80, 10, 0xff, 0x00, 0xa0, 0x90, 0x70, 0, 0, 0, 2, 2, 0, 0, 0],
    sdrName('Ambient Temp'),
  ].flat();
  return [
    sdrCommand(0x12, managementController),
    sdrCommand(0x11, fruLocator),
    sdrCommand(0x01, temperature),
  ];
}

function sdrCommand(recordType: number, body: readonly number[]): string {
  const record = [0, 0, 0x51, recordType, body.length, ...body];
  return `main_sdr_add 0x20 ${record.map(byte => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}`;
}

function sdrName(name: string): readonly number[] {
  return [0xc0 | name.length, ...Buffer.from(name, 'latin1')];
}
