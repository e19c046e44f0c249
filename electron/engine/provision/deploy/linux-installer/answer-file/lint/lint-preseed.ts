import { kernelNameProblems } from './kernel-names.ts';
import { type AnswerFileProblem, problem, staysOff, warning } from './problem.ts';

/** debconf's types (debconf-devel(7)), and `seen`. */
const types = new Set('string boolean select multiselect note text password title error seen'.split(' '));

interface Answer {
  readonly question: string;
  readonly type: string;
  readonly value: string;
  readonly line: number;
}

export function lintPreseed(text: string): AnswerFileProblem[] {
  const problems: AnswerFileProblem[] = [];
  const answers: Answer[] = [];
  for (const { line, content } of joinedLines(text)) {
    const [, owner, question, type, value = ''] = /^\s*(\S+)\s+(\S+)\s+(\S+)(?:\s(.*))?$/.exec(content) ?? [];
    if (owner === undefined || question === undefined || type === undefined) {
      problems.push(problem('syntax.preseed_line', 'not "owner question type value"', { line }));
      continue;
    }
    if (!types.has(type))
      problems.push(
        problem('unknown_word.debconf_type', `"${type}" is no type of debconf`, {
          values: { word: type },
          line,
        }),
      );
    if (type === 'boolean' && !/^(true|false)?$/.test(value.trim()))
      problems.push(
        problem('syntax.preseed_boolean', `${question} is true or false`, { values: { question }, line }),
      );
    answers.push({ question, type, value: value.trim(), line });
  }
  return [...problems, ...answerProblems(answers)];
}

/** As debconf-set-selections joins them: comments and empty lines go first in debian-installer's. */
function joinedLines(text: string): { line: number; content: string }[] {
  const joined: { line: number; content: string }[] = [];
  let isContinued = false;
  for (const [index, whole] of text.split('\n').entries()) {
    if (whole.startsWith('#') || whole.trim() === '') continue;
    const content = whole.replace(/\s*\\$/, '');
    const last = joined.at(-1);
    if (isContinued && last !== undefined) last.content += ` ${content.trim()}`;
    else joined.push({ line: index + 1, content });
    isContinued = content !== whole;
  }
  return joined;
}

function answerProblems(answers: readonly Answer[]): AnswerFileProblem[] {
  const problems: AnswerFileProblem[] = [];
  const of = (question: string): Answer | undefined => answers.find(answer => answer.question === question);
  if (of('partman-auto/disk') === undefined)
    problems.push(
      problem('any_disk.preseed', 'without partman-auto/disk the installer takes a disk of its own choice'),
    );
  for (const { question, value, line } of answers) {
    if (question === 'partman-auto/disk' || question === 'grub-installer/bootdev')
      problems.push(...kernelNameProblems(value.split(/\s+/), line));
    if (/^debian-installer\/exit\/(halt|poweroff)$/.test(question) && value === 'true')
      problems.push(staysOff(question, line));
  }
  for (const question of ['passwd/root-password', 'passwd/user-password']) {
    const clear = of(question);
    if (clear !== undefined && clear.value !== '')
      problems.push(
        warning('secret_in_clear.debconf', `${question} is in clear; use ${question}-crypted`, {
          values: { question },
          line: clear.line,
        }),
      );
  }
  for (const question of ['debian-installer/locale', 'partman-auto/method', 'partman/confirm'])
    if (of(question) === undefined)
      problems.push(
        problem('missing.debconf_answer', `${question} is missing: the installer would ask`, {
          values: { question },
        }),
      );
  return problems;
}
