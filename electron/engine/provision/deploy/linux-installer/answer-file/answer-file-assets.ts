import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CodedError, type InstallerFamily } from '#shared/contract/index.ts';

/** Our templates and the shell parts that they bring along, from `assets/templates`. */
export interface AnswerFileAssets {
  readonly templates: Readonly<Record<InstallerFamily, string>>;
  readonly scripts: Readonly<Record<'report' | 'forwardLog' | 'findDisks' | 'setUpSystem', string>>;
}

export function readAnswerFileAssets(directory: string): AnswerFileAssets {
  const read = (name: string): string => readFileSync(path.join(directory, name), 'utf8');
  // Directives for shellcheck mean nothing on the machine.
  const script = (name: string): string => read(name).replace(/^[ ]*# shellcheck .*\n/gm, '');
  return {
    templates: {
      anaconda: read('kickstart.liquid'),
      'debian-installer': read('preseed.liquid'),
      subiquity: read('autoinstall.liquid'),
      autoyast: read('autoyast.liquid'),
    },
    scripts: {
      report: script('report.sh'),
      forwardLog: script('forward-log.sh'),
      findDisks: script('find-disks.sh'),
      setUpSystem: script('set-up-system.sh'),
    },
  };
}

/** Read when first needed: without them no answer file is made, and everything else works. */
export function answerFileAssetsIn(directory: string): () => AnswerFileAssets {
  let known: AnswerFileAssets | undefined;
  return () => {
    try {
      known ??= readAnswerFileAssets(directory);
      return known;
    } catch (cause) {
      const details = { what: `answer file templates in ${directory}`, command: '' };
      throw new CodedError('setup.missing', `${details.what} are missing`, details, { cause });
    }
  };
}
