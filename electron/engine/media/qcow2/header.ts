import { type Qcow2Decoded, type Qcow2Refusal, refused } from './refusal.ts';

/**
 * The header (QEMU docs/interop/qcow2, "Header"), all big endian; version 2 ends after byte 71:
 *
 *     0        4        8                 16       20       24
 *     +--------+--------+-----------------+--------+--------+-----------------+
 *     | QFI FB | version| backing offset  | its len| cluster| virtual size    |
 *     |        |        |                 |        | bits   |                 |
 *     +--------+--------+-----------------+--------+--------+-----------------+
 *     32       36       40                48                56       60       64
 *     +--------+--------+-----------------+-----------------+--------+--------+-----------------+
 *     | crypt  | L1     | L1 offset       | refcount table  | its    | snap-  | snapshots       |
 *     | method | entries|                 | offset          | clust. | shots  | offset          |
 *     +--------+--------+-----------------+-----------------+--------+--------+-----------------+
 *     72                80                88                96       100      104
 *     +-----------------+-----------------+-----------------+--------+--------+-----+
 *     | incompatible    | compatible      | autoclear       | ref.   | header | com-|
 *     | features        | features        | features        | order  | length | pr. |
 *     +-----------------+-----------------+-----------------+--------+--------+-----+
 */
export interface Qcow2Header {
  readonly version: 2 | 3;
  readonly virtualSizeBytes: number;
  readonly clusterBits: number;
  /** How many entries of the L1 table describe the virtual disk; the rest (saved VM state) is not ours. */
  readonly l1Entries: number;
  readonly l1Offset: number;
  readonly compression: 'zlib' | 'zstd';
  readonly extendedL2: boolean;
  readonly snapshots: number;
  /** Reference counts may be stale. They do not matter for reading. */
  readonly dirty: boolean;
}

/** No server has a disk of this size; more is a lie or a mistake, and would be hashed for days. */
export const defaultMaxVirtualSizeBytes = 64 * 2 ** 40;

const magic = 0x514649fb;
/** QEMU's own limits: 512-byte to 2 MiB clusters, 32 MiB of L1 table. */
const clusterBitsMin = 9;
const clusterBitsMax = 21;
const l1MaxBytes = 32 * 2 ** 20;

const featureDirty = 1n;
const featureCorrupt = 2n;
const featureDataFile = 4n;
const featureCompression = 8n;
const featureExtendedL2 = 16n;
const featuresKnown = 31n;

/**
 * `head` is the first cluster of the file or its first 64 KiB, whichever is smaller. Refuses by name what cannot be
 * read faithfully without another file or a key.
 */
export function decodeQcow2Header(
  head: Uint8Array,
  fileSizeBytes: number,
  maxVirtualSizeBytes = defaultMaxVirtualSizeBytes,
): Qcow2Decoded<Qcow2Header> {
  if (head.length < 4) return refused('not_qcow2', head.length, 'too short for a qcow2 header');
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (view.getUint32(0) !== magic) return refused('not_qcow2', 0, 'no qcow2 magic number');
  if (head.length < 72) return refused('truncated', head.length, 'ends inside the header');
  const version = view.getUint32(4);
  if (version !== 2 && version !== 3)
    return refused('unsupported_version', 4, `qcow version ${version}; 2 and 3 are known`, String(version));
  if (version === 3 && head.length < 104) return refused('truncated', head.length, 'ends inside the header');
  const features = version === 3 ? readFeatures(head, view) : noFeatures;
  if (!features.ok) return features;
  const refusal = refuseForeignData(head, view);
  if (refusal !== undefined) return refusal;
  const geometry = readGeometry(view, features.value.extendedL2, maxVirtualSizeBytes);
  if (!geometry.ok) return geometry;
  const { l1Offset, l1Entries, clusterBits } = geometry.value;
  if (l1Offset === 0 || l1Offset % 2 ** clusterBits !== 0)
    return refused('bad_table', 40, `L1 table offset ${l1Offset} is not on a cluster boundary`);
  if (l1Offset + l1Entries * 8 > fileSizeBytes)
    return refused('truncated', l1Offset, `the L1 table ends after the file (${fileSizeBytes} bytes)`);
  return {
    ok: true,
    value: { version, snapshots: view.getUint32(60), ...geometry.value, ...features.value },
  };
}

type Features = Pick<Qcow2Header, 'compression' | 'extendedL2' | 'dirty'>;

const noFeatures: Qcow2Decoded<Features> = {
  ok: true,
  value: { compression: 'zlib', extendedL2: false, dirty: false },
};

function readFeatures(head: Uint8Array, view: DataView): Qcow2Decoded<Features> {
  const headerLength = view.getUint32(100);
  if (headerLength < 104 || headerLength % 8 !== 0 || headerLength > head.length)
    return refused('bad_header', 100, `header length ${headerLength}`);
  const bits = view.getBigUint64(72);
  const unknown = bits & ~featuresKnown;
  if (unknown !== 0n) {
    const name = featureName(head, headerLength, unknown);
    return refused('unknown_feature', 72, `needs a feature we do not know: ${name}`, name);
  }
  if ((bits & featureDataFile) !== 0n)
    return refused('external_data_file', 72, 'the data is in another file (external data file)');
  if ((bits & featureCorrupt) !== 0n)
    return refused(
      'marked_corrupt',
      72,
      'QEMU marked this image as corrupt; "qemu-img check -r all" may repair it',
    );
  const type = headerLength > 104 ? view.getUint8(104) : 0;
  const typeFeature = (bits & featureCompression) !== 0n;
  if (type > 1)
    return refused(
      'unknown_feature',
      104,
      `compression type ${type}; 0 and 1 are known`,
      `compression type ${type}`,
    );
  if (typeFeature !== (type !== 0))
    return refused('bad_header', 104, 'compression type and its feature bit disagree');
  const refcountOrder = view.getUint32(96);
  if (refcountOrder > 6) return refused('bad_header', 96, `refcount order ${refcountOrder}`);
  return {
    ok: true,
    value: {
      compression: type === 1 ? 'zstd' : 'zlib',
      extendedL2: (bits & featureExtendedL2) !== 0n,
      dirty: (bits & featureDirty) !== 0n,
    },
  };
}

function refuseForeignData(head: Uint8Array, view: DataView): Qcow2Refusal | undefined {
  const crypt = view.getUint32(32);
  if (crypt !== 0) {
    const name = ['', 'AES', 'LUKS'][crypt] ?? `method ${crypt}`;
    return refused('encrypted', 32, `encrypted (${name}); decrypt it first`, name);
  }
  const backingOffset = view.getBigUint64(8);
  if (backingOffset === 0n) return undefined;
  const name = textAt(head, Number(backingOffset), view.getUint32(16));
  return refused(
    'backing_file',
    8,
    `only holds changes to a backing file${name === '' ? '' : ` (${name})`}; "qemu-img convert" makes it whole`,
    name,
  );
}

type Geometry = Pick<Qcow2Header, 'virtualSizeBytes' | 'clusterBits' | 'l1Entries' | 'l1Offset'>;

function readGeometry(view: DataView, extendedL2: boolean, maxBytes: number): Qcow2Decoded<Geometry> {
  const clusterBits = view.getUint32(20);
  const minimum = extendedL2 ? 14 : clusterBitsMin;
  if (clusterBits < minimum || clusterBits > clusterBitsMax)
    return refused('bad_header', 20, `cluster bits ${clusterBits}, not ${minimum} to ${clusterBitsMax}`);
  const virtualSizeBytes = Number(view.getBigUint64(24));
  if (virtualSizeBytes === 0) return refused('empty_disk', 24, 'the virtual disk has no size');
  if (virtualSizeBytes > maxBytes)
    return refused('size_absurd', 24, `claims a virtual disk of ${virtualSizeBytes} bytes`);
  const entryBytes = extendedL2 ? 16 : 8;
  const l2CoverageBytes = (2 ** clusterBits / entryBytes) * 2 ** clusterBits;
  const l1Entries = Math.ceil(virtualSizeBytes / l2CoverageBytes);
  if (view.getUint32(36) < l1Entries)
    return refused(
      'bad_table',
      36,
      `an L1 table of ${view.getUint32(36)} entries for a disk that needs ${l1Entries}`,
    );
  if (l1Entries * 8 > l1MaxBytes) return refused('size_absurd', 36, `an L1 table of ${l1Entries} entries`);
  return {
    ok: true,
    value: { virtualSizeBytes, clusterBits, l1Entries, l1Offset: Number(view.getBigUint64(40)) },
  };
}

/**
 * Header extensions follow the header: type u32, length u32, data, padding to 8. The feature name table
 * (0x6803f857) holds 48-byte records: kind, bit, name.
 */
function featureName(head: Uint8Array, headerLength: number, bits: bigint): string {
  const bit = bits.toString(2).length - 1;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  for (let at = headerLength; at + 8 <= head.length; ) {
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    if (type === 0) break;
    const end = Math.min(at + 8 + length, head.length);
    for (let record = at + 8; type === 0x6803f857 && record + 48 <= end; record += 48)
      if (head[record] === 0 && head[record + 1] === bit)
        return `${textAt(head, record + 2, 46)} (bit ${bit})`;
    at += 8 + Math.ceil(length / 8) * 8;
  }
  return `bit ${bit}`;
}

/** Printable ASCII only: the text goes into a message. */
function textAt(bytes: Uint8Array, offset: number, length: number): string {
  const part = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));
  return String.fromCharCode(...part.subarray(0, 1023)).replace(/[^ -~]/g, '');
}
