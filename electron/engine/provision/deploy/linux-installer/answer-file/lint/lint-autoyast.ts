import { DOMParser, type Element, ParseError } from '@xmldom/xmldom';
import { kernelNameProblems } from './kernel-names.ts';
import { type AnswerFileProblem, problem, warning } from './problem.ts';

const namespace = 'http://www.suse.com/1.0/yast2ns';

export function lintAutoyast(text: string): AnswerFileProblem[] {
  const root = parse(text);
  if (!('element' in root)) return [root.problem];
  const profile = root.element;
  if (profile.localName !== 'profile' || profile.namespaceURI !== namespace)
    return [
      problem('syntax.xml_root', `the root is not <profile xmlns="${namespace}">`, {
        values: { namespace },
        line: 1,
      }),
    ];
  const missing = ['partitioning', 'software', 'users']
    .filter(name => child(profile, name) === undefined)
    .map(section => problem('missing.autoyast_section', `<${section}> is missing`, { values: { section } }));
  return [...missing, ...diskProblems(profile), ...secretProblems(profile)];
}

function parse(text: string): { element: Element } | { problem: AnswerFileProblem } {
  // An entity could only stand for something that this file does not show.
  if (/<!ENTITY/i.test(text)) return { problem: problem('syntax.xml_entity', 'entities are not allowed') };
  try {
    const parser = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message);
      },
    });
    const element = parser.parseFromString(text, 'text/xml').documentElement;
    return element === null ? { problem: problem('syntax.no_xml', 'there is no XML') } : { element };
  } catch (error) {
    const locator = error instanceof ParseError ? error.locator : undefined;
    const { lineNumber = null, columnNumber = null } = locator ?? {};
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: problem('syntax.xml', reason, { values: { reason }, line: lineNumber, column: columnNumber }),
    };
  }
}

function children(element: Element | undefined, name: string): Element[] {
  return Array.from(element?.childNodes ?? []).filter(
    (node): node is Element => node.nodeType === node.ELEMENT_NODE && node.nodeName === name,
  );
}

function child(element: Element | undefined, name: string): Element | undefined {
  return children(element, name)[0];
}

function textOf(element: Element | undefined, name: string): string {
  return child(element, name)?.textContent?.trim() ?? '';
}

/** A drive of a disk without a device is the first disk that YaST likes. */
function diskProblems(profile: Element): AnswerFileProblem[] {
  const drives = children(child(profile, 'partitioning'), 'drive');
  if (drives.length === 0)
    return [
      problem('any_disk.autoyast_partitioning', 'without a <drive> YaST proposes a disk of its own choice'),
    ];
  const named = kernelNameProblems(drives.map(drive => textOf(drive, 'device')));
  const anyDisk = drives
    .filter(drive => ['', 'CT_DISK'].includes(textOf(drive, 'type')) && textOf(drive, 'device') === '')
    .map(() => problem('any_disk.autoyast_drive', 'a <drive> without <device> is any disk'));
  return [...named, ...anyDisk];
}

function secretProblems(profile: Element): AnswerFileProblem[] {
  return children(child(profile, 'users'), 'user')
    .filter(user => child(user, 'user_password') !== undefined && textOf(user, 'encrypted') !== 'true')
    .map(user => textOf(user, 'username'))
    .map(name =>
      warning('secret_in_clear.user_named', `the password of ${name} is in clear`, { values: { name } }),
    );
}
