import { type Document, isMap, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { kernelNameProblems } from './kernel-names.ts';
import { type AnswerFileProblem, problem, staysOff, warning } from './problem.ts';

/** Top-level keys of autoinstall (subiquity's own schema). */
const keys = new Set(
  `version interactive-sections early-commands reporting error-commands user-data packages debconf-selections locale
  refresh-installer kernel kernel-crash-dumps keyboard zdevs source network ubuntu-pro ubuntu-advantage proxy apt storage
  identity ssh snaps active-directory codecs drivers oem timezone updates late-commands shutdown`.split(
    /\s+/,
  ),
);

type Found = Readonly<Record<string, unknown>>;

export function lintAutoinstall(text: string): AnswerFileProblem[] {
  const lines = new LineCounter();
  // The installer's own reader, PyYAML, speaks YAML 1.1.
  const document = parseDocument(text, { version: '1.1', lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0)
    return document.errors.map(({ message, pos }) => {
      const { line, col } = lines.linePos(pos[0]);
      return problem('syntax.yaml', message, { values: { reason: message }, line, column: col });
    });
  if (!text.startsWith('#cloud-config\n')) {
    const reason = 'the first line must be #cloud-config, or cloud-init ignores all of it';
    return [problem('syntax.no_cloud_config', reason, { line: 1 })];
  }
  const section: unknown = document.get('autoinstall');
  if (!isMap(section)) return [problem('missing.autoinstall', 'there is no autoinstall section')];
  const found = plainData(section, document);
  if (found === undefined)
    return [problem('syntax.too_many_aliases', 'more aliases (*) than an answer file can need')];
  const unknown = section.items
    .map(({ key }) => String(key))
    .filter(word => !keys.has(word))
    .map(word =>
      problem('unknown_word.autoinstall_section', `"${word}" is no section of autoinstall`, {
        values: { word },
      }),
    );
  return [
    ...unknown,
    ...neededProblems(found),
    ...secretProblems(found),
    ...diskProblems(found),
    ...endProblems(found),
  ];
}

function endProblems({ shutdown }: Found): AnswerFileProblem[] {
  return shutdown === 'poweroff' ? [staysOff(shutdown)] : [];
}

/** Undefined for a file that a few aliases would make larger than the memory. */
function plainData(section: YAMLMap, document: Document): Found | undefined {
  try {
    return plainObject(section.toJS(document, { maxAliasCount: 50 }));
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

function plainObject(value: unknown): Found {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function neededProblems(found: Found): AnswerFileProblem[] {
  const problems: AnswerFileProblem[] = [];
  if (found['version'] !== 1) problems.push(problem('missing.autoinstall_version', 'version: 1 is missing'));
  if (found['identity'] === undefined && found['user-data'] === undefined)
    problems.push(problem('missing.autoinstall_user', 'neither identity nor user-data: the installer stops'));
  return problems;
}

function secretProblems(found: Found): AnswerFileProblem[] {
  const password = plainObject(found['identity'])['password'];
  return typeof password === 'string' && !password.startsWith('$')
    ? [warning('secret_in_clear.user', 'identity.password is not a hash')]
    : [];
}

function diskProblems(found: Found): AnswerFileProblem[] {
  const storage = plainObject(found['storage']);
  const config = storage['config'];
  const reason = 'the installer would take a disk of its own choice';
  if (!Array.isArray(config)) {
    const match = plainObject(plainObject(storage['layout'])['match']);
    return isSpecific(match)
      ? []
      : [problem('any_disk.autoinstall_storage', `without storage.config or a match ${reason}`)];
  }
  const disks = config.map(plainObject).filter(({ type }) => type === 'disk');
  const paths = disks.flatMap(({ path }) => (typeof path === 'string' ? [path] : []));
  const anyDisk = disks
    .filter(disk => !isSpecific(disk) && !isSpecific(plainObject(disk['match'])))
    .map(disk => String(disk['id']))
    .map(id =>
      problem('any_disk.autoinstall_disk', `disk ${id} has neither path, serial nor wwn: ${reason}`, {
        values: { id },
      }),
    );
  return [...kernelNameProblems(paths), ...anyDisk];
}

function isSpecific(match: Found): boolean {
  return ['path', 'serial', 'wwn', 'id_path', 'devpath'].some(key => {
    const value = match[key];
    return typeof value === 'string' && value !== '' && value !== '*';
  });
}
