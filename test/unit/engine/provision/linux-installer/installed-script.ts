import { DOMParser } from '@xmldom/xmldom';
import { parse } from 'yaml';
import type { InstallerFamily } from '#shared/contract/index.ts';

/** The set-up script as the installer would have it, taken out of the file by a reader of the file's own language. */
export function setUpScriptOf(family: InstallerFamily, file: string): string {
  return extract[family](file);
}

const extract: Readonly<Record<InstallerFamily, (file: string) => string>> = {
  anaconda: file => between(sectionOf(file, '%post'), '\n(\n', '\n)\n'),
  'debian-installer': file =>
    file
      .split('\n')
      .filter(line => line.startsWith('#set-up|'))
      .map(line => line.replace(/^#set-up\| ?/, ''))
      .join('\n'),
  subiquity: file => {
    const found = parse(file, { version: '1.1' }) as { autoinstall: { 'late-commands': string[] } };
    return between(found.autoinstall['late-commands'][0] ?? '', "<<'SET-UP'\n", '\nSET-UP\n');
  },
  autoyast: file => {
    const document = new DOMParser().parseFromString(file, 'text/xml');
    const source = Array.from(document.getElementsByTagName('source')).at(-1)?.textContent ?? '';
    return between(source, '\n(\n', '\n)\n');
  },
};

/** As pykickstart ends a section: at a line whose first word is %end. */
function sectionOf(file: string, name: string): string {
  const lines = file.split('\n');
  const start = lines.findIndex(line => line.startsWith(`${name} `));
  const length = lines.slice(start).findIndex(line => line.trim().split(/\s/)[0] === '%end');
  return lines.slice(start, start + length).join('\n');
}

function between(whole: string, before: string, after: string): string {
  const start = whole.indexOf(before);
  const end = whole.lastIndexOf(after);
  if (start < 0 || end < start) throw new Error(`not found: ${before}`);
  return whole.slice(start + before.length, end);
}
