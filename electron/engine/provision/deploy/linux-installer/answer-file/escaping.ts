import type { InstallerFamily } from '#shared/contract/index.ts';
import { badCharacter, badTextCharacter } from './characters.ts';

/**
 * Text that is already written in the language of the place where it lands: a pre-rendered block, or what a filter made.
 * Everything else that a template prints is only taken as it is while it means itself wherever it may stand.
 */
export class Rendered {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** Why a value cannot stand where the template puts it. Liquid adds line and column. */
export class EscapeRefusal extends Error {
  override readonly name = 'EscapeRefusal';
}

function textOf(value: unknown): string {
  if (value instanceof Rendered) return value.text;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  throw new EscapeRefusal('a list or an object is no text; print its parts');
}

function shown(character: string): string {
  return JSON.stringify(character);
}

/** POSIX.1-2024 XCU 2.2.2: nothing is special between single quotes but the quote itself. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function shell(value: unknown): string {
  const text = textOf(value);
  const bad = badTextCharacter(text);
  if (bad !== undefined) throw new EscapeRefusal(`${shown(bad)} cannot be in a script`);
  return quoteForShell(text);
}

/** Anaconda splits a line by Python's shlex in POSIX mode: a shell's quotes, but a line ends at its end. */
function kickstartWord(value: unknown): string {
  return quoteForShell(oneLine(textOf(value), 'a kickstart command'));
}

function oneLine(text: string, place: string): string {
  const bad = badCharacter(text);
  if (bad !== undefined) throw new EscapeRefusal(`${shown(bad)} cannot be in ${place}`);
  return text;
}

/** A preseed value is the rest of its line: blanks around it are lost, a backslash at its end joins the next line. */
function preseedValue(value: unknown): string {
  const text = oneLine(textOf(value), 'a preseed line');
  if (text !== text.trim()) throw new EscapeRefusal('a preseed value cannot begin or end with a blank');
  if (text.endsWith('\\')) throw new EscapeRefusal('a preseed value cannot end with a backslash');
  return text;
}

/** JSON is YAML once what YAML 1.1 does not print or takes for a line break is written as an escape. */
function yamlScalar(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = textOf(value);
  const bad = badTextCharacter(text);
  if (bad !== undefined) throw new EscapeRefusal(`${shown(bad)} cannot be in YAML`);
  return JSON.stringify(text);
}

const xmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

function xmlText(value: unknown): string {
  const text = textOf(value);
  const bad = badTextCharacter(text);
  if (bad !== undefined) throw new EscapeRefusal(`${shown(bad)} cannot be in XML`);
  return text.replace(/[&<>"']/g, character => xmlEntities[character] ?? character);
}

/** `| indent: 4`: every line but empty ones, for a block inside YAML. */
function indent(value: unknown, width: unknown): string {
  return textOf(value).replace(/^(?!$)/gm, ' '.repeat(Math.min(Number(width) || 0, 80)));
}

/** `| prefix: "#| "`: every line. */
function prefix(value: unknown, before: unknown): string {
  return textOf(value).replace(/^/gm, oneLine(textOf(before), 'a prefix'));
}

export const filters: Readonly<Record<string, (value: unknown, argument: unknown) => Rendered>> = {
  sh: value => new Rendered(shell(value)),
  ks: value => new Rendered(kickstartWord(value)),
  preseed: value => new Rendered(preseedValue(value)),
  yaml: value => new Rendered(yamlScalar(value)),
  xml: value => new Rendered(xmlText(value)),
  indent: (value, width) => new Rendered(indent(value, width)),
  prefix: (value, before) => new Rendered(prefix(value, before)),
};

/** Means itself in a shell word, a kickstart or preseed line and a YAML value, whatever stands around it. */
const plain = /^$|^[A-Za-z0-9_/.+=@^-]([A-Za-z0-9_/.+=@^:, ~-]*[A-Za-z0-9_/.+=@^~,-])?$/;
/** YAML 1.1 takes these bare words for a truth value, nothing or a number; `no` is a keyboard. */
const otherThanTextInYaml =
  /^(y|n|yes|no|on|off|true|false|null|[-+.]?\d[\d_.:,e+-]*|[-+]?\.(inf|nan))$|^[-@]|: /i;

/** What a value without a filter becomes: in XML escaped, elsewhere itself if it is harmless, else refused by name. */
export function plainOutput(family: InstallerFamily): (value: unknown) => string {
  return value => {
    if (value instanceof Rendered) return value.text;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (family === 'autoyast') return xmlText(value);
    const text = textOf(value);
    const isSafe = plain.test(text) && (family !== 'subiquity' || !otherThanTextInYaml.test(text));
    if (isSafe) return text;
    const filter = family === 'anaconda' ? 'ks' : family === 'subiquity' ? 'yaml' : 'preseed';
    throw new EscapeRefusal(
      `${JSON.stringify(text.slice(0, 60))} needs a filter: | ${filter}, or | sh in a script`,
    );
  };
}
