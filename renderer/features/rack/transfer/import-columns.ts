import { isPlaceLabel } from '../rack-place.ts';

/** What a column may be. A label's column is `label:` and the label's name. */
export const importFields = [
  'name',
  'bmcAddress',
  'bmcPort',
  'bmcUsername',
  'bmcPassword',
  'bmcKey',
  'bmcProtocol',
  'macs',
  'bootMode',
  'resourceClass',
  'cleanOnRelease',
  'rack',
  'unit',
  'height',
] as const;
export type ImportField = (typeof importFields)[number];
export type ColumnMeaning = ImportField | `label:${string}` | 'left-out';

/** Words of headers, without case, blanks and signs; several columns may be MAC addresses. */
const wordsOf: Readonly<Record<ImportField, readonly string[]>> = {
  name: [
    'name',
    'server',
    'servername',
    'node',
    'hostname',
    'host',
    '名称',
    '服务器',
    '服务器名称',
    '主机名',
    '节点',
  ],
  bmcAddress: [
    'bmc',
    'bmcaddress',
    'bmcip',
    'bmchost',
    'ipmi',
    'ipmiaddress',
    'ipmiip',
    'ilo',
    'idrac',
    'oob',
    'oobip',
    'managementip',
    'mgmtip',
    'bmc地址',
    '管理地址',
    '管理ip',
    '带外地址',
    '带外ip',
    '带外管理地址',
    'ipmi地址',
  ],
  bmcPort: ['bmcport', 'port', 'ipmiport', 'bmc端口', '端口'],
  bmcUsername: [
    'bmcuser',
    'bmcusername',
    'user',
    'username',
    'ipmiuser',
    'ipmiusername',
    'login',
    'bmc用户',
    'bmc用户名',
    '用户名',
    '用户',
    '账号',
    '带外账号',
    '带外用户名',
  ],
  bmcPassword: [
    'bmcpassword',
    'password',
    'ipmipassword',
    'bmcpass',
    'pass',
    'bmc密码',
    '密码',
    '口令',
    '带外密码',
  ],
  bmcKey: ['bmckey', 'bmckeykg', 'kg', 'ipmikey', 'bmc密钥', 'bmc密钥kg', '密钥'],
  bmcProtocol: ['ipmisession', 'bmcprotocol', 'ciphersuite', 'ipmi会话', '密码套件'],
  macs: [
    'mac',
    'macs',
    'macaddress',
    'macaddresses',
    'pxemac',
    'nicmac',
    'bootmac',
    'mac地址',
    '网卡mac',
    '网卡地址',
    '物理地址',
  ],
  bootMode: ['bootmode', 'firmware', 'boot', '启动模式', '引导模式', '固件'],
  resourceClass: ['resourceclass', 'class', 'flavor', 'flavour', '资源类别', '类别', '规格'],
  cleanOnRelease: ['erasedisksonrelease', 'cleanonrelease', 'erase', '释放时擦除磁盘', '释放时擦除'],
  rack: ['rack', 'rackname', 'cabinet', '机架', '机柜', '机架名称', '机柜号'],
  unit: [
    'unit',
    'lowestu',
    'lowestunit',
    'u',
    'uposition',
    'position',
    'rackunit',
    '起始u',
    '起始u位',
    '最低u位',
    'u位',
    '位置',
  ],
  height: ['height', 'heightinu', 'heightu', 'uheight', 'size', '高度', '高度u', 'u高', '占用u数'],
};

/** Columns of an export that say what is, and not what shall be. */
const reported = [
  'model',
  'serialnumber',
  'cpucores',
  'memory',
  'disks',
  'power',
  'state',
  'lastevent',
  'lasteventat',
  '型号',
  '序列号',
  'cpu核心',
  '内存',
  '磁盘',
  '电源',
  '状态',
  '最近事件',
  '最近事件时间',
];

/** Before a label's name: `Label: owner`. */
const labelPrefixes = ['label', 'labels', '标签'];

const byWord = new Map<string, ImportField>(
  importFields.flatMap(field => wordsOf[field].map((word): [string, ImportField] => [word, field])),
);

/** What each column is by its header; null: nobody knows. Of two columns that are the same only the first counts. */
export function meaningsOf(header: readonly string[]): readonly (ColumnMeaning | null)[] {
  const taken = new Set<ColumnMeaning>();
  return header.map(text => {
    const meaning = meaningOf(text);
    if (meaning === null || meaning === 'left-out') return meaning;
    if (meaning !== 'macs' && taken.has(meaning)) return null;
    taken.add(meaning);
    return meaning;
  });
}

export function isSecret(meaning: ColumnMeaning | null): boolean {
  return meaning === 'bmcPassword' || meaning === 'bmcKey';
}

function meaningOf(text: string): ColumnMeaning | null {
  if (text.trim() === '') return 'left-out';
  const label = labelOf(text);
  // A place is checked, and kept as the label that it is.
  if (label !== undefined) return isPlaceLabel(label) ? label : `label:${label}`;
  const word = text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const field = byWord.get(word) ?? byWord.get(word.replace(/\d+$/, ''));
  if (field !== undefined) return field;
  return reported.includes(word) ? 'left-out' : null;
}

function labelOf(text: string): string | undefined {
  const parts = /^([^:：]+)[:：](.+)$/.exec(text.trim());
  const [, prefix = '', name = ''] = parts ?? [];
  const isLabel = labelPrefixes.includes(prefix.trim().toLowerCase());
  return isLabel && name.trim() !== '' ? name.trim().slice(0, 80) : undefined;
}
