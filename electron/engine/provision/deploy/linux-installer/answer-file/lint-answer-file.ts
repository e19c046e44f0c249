import type { InstallerFamily } from '#shared/contract/index.ts';
import { lintAutoinstall } from './lint/lint-autoinstall.ts';
import { lintAutoyast } from './lint/lint-autoyast.ts';
import { lintKickstart } from './lint/lint-kickstart.ts';
import { lintPreseed } from './lint/lint-preseed.ts';
import { type AnswerFileProblem, warning } from './lint/problem.ts';

const linters: Readonly<Record<InstallerFamily, (text: string) => AnswerFileProblem[]>> = {
  anaconda: lintKickstart,
  'debian-installer': lintPreseed,
  subiquity: lintAutoinstall,
  autoyast: lintAutoyast,
};

/** What is wrong with a finished answer file as far as it can be seen without its installer. */
export function lintAnswerFile(family: InstallerFamily, text: string): AnswerFileProblem[] {
  return [...linters[family](text), ...(tellsItsEnd.test(text) ? [] : [notTold])];
}

const tellsItsEnd = /\breport finished\b|\/progress\/finished\b/;
/** Without it a phrase in the installer's log may end the deployment, where it sends one. */
const notTold = warning('not_told', 'nothing says `report finished`: nobody may notice the end');
