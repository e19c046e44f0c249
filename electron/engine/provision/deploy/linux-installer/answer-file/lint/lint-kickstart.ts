import { kernelNameProblems } from './kernel-names.ts';
import { type AnswerFileProblem, problem, staysOff, warning } from './problem.ts';

/** Commands of RHEL 7 to 10 and Fedora (pykickstart's handlers); what is not among them stops Anaconda. */
const commands = new Set(
  `auth authconfig authselect autopart autostep bootc bootloader btrfs cdrom clearpart cmdline device deviceprobe dmraid
  driverdisk eula fcoe firewall firstboot graphical group halt harddrive hmc ignoredisk install iscsi iscsiname keyboard
  lang liveimg logging logvol mediacheck method module mount multipath network nfs nvdimm ostreecontainer ostreesetup
  part partition poweroff raid rdp realm reboot repo reqpart rescue rhsm rootpw selinux services shutdown skipx snapshot
  sshkey sshpw syspurpose text timesource timezone unsupported_hardware updates upgrade url user vnc volgroup xconfig
  zerombr zfcp zipl`.split(/\s+/),
);
const sections = new Set(
  '%pre %pre-install %post %onerror %traceback %packages %addon %anaconda %certificate'.split(' '),
);
const needed: readonly (readonly string[])[] = [
  ['rootpw'],
  ['lang'],
  ['timezone'],
  ['url', 'nfs', 'cdrom', 'harddrive', 'liveimg'],
  ['%packages'],
];

interface Section {
  readonly name: string;
  readonly line: number;
}

export function lintKickstart(text: string): AnswerFileProblem[] {
  const problems: AnswerFileProblem[] = [];
  const seen = new Set<string>();
  const aboutDisks: Line[] = [];
  let open: Section | null = null;
  for (const [index, whole] of text.split('\n').entries()) {
    const line = index + 1;
    if (open === null || open.name === '%pre') aboutDisks.push({ text: whole, line });
    const [word = '', ...rest] = whole.trim().split(/\s+/);
    if (open !== null) {
      if (word === '%end') open = null;
      else if (sections.has(word)) {
        problems.push(unfinished(open, line));
        open = { name: word, line };
        seen.add(word);
      }
      continue;
    }
    if (word === '' || word.startsWith('#') || word === '%include' || word === '%ksappend') continue;
    if (sections.has(word)) {
      open = { name: word, line };
      seen.add(word);
    } else if (word === '%end')
      problems.push(problem('unfinished.end_alone', '%end without a section', { line }));
    else if (!commands.has(word)) problems.push(unknownCommand(word, line));
    else problems.push(...commandProblems(word, rest, line));
    seen.add(word);
  }
  if (open !== null) problems.push(unfinished(open, open.line));
  return [...problems, ...missingProblems(seen), ...diskProblems(aboutDisks)];
}

function missingProblems(seen: ReadonlySet<string>): AnswerFileProblem[] {
  return needed.filter(alternatives => !alternatives.some(name => seen.has(name))).map(missing);
}

function unfinished({ name, line: start }: Section, line: number): AnswerFileProblem {
  const values = { section: name, start };
  return problem('unfinished.section', `${name} of line ${start} has no %end`, { values, line });
}

function unknownCommand(word: string, line: number): AnswerFileProblem {
  const reason = `"${word}" is no kickstart command`;
  return problem('unknown_word.kickstart_command', reason, { values: { word }, line });
}

function missing(alternatives: readonly string[]): AnswerFileProblem {
  const reason = `${alternatives.join(' or ')} is missing: Anaconda would ask`;
  return problem('missing.kickstart_command', reason, { values: { commands: alternatives.join(' / ') } });
}

function commandProblems(word: string, rest: readonly string[], line: number): AnswerFileProblem[] {
  const isClear = !rest.some(option => option === '--iscrypted' || option === '--lock');
  if (word === 'rootpw' && isClear)
    return [warning('secret_in_clear.root', "root's password is in clear", { line })];
  if (word === 'user' && isClear && rest.some(option => option.startsWith('--password')))
    return [warning('secret_in_clear.user', 'the password of a user is in clear', { line })];
  if (word === 'poweroff' || word === 'halt' || word === 'shutdown') return [staysOff(word, line)];
  return [];
}

interface Line {
  readonly text: string;
  readonly line: number;
}

/** What says which disks: the file itself, and a %pre script that writes what is included. Other scripts come too late. */
function diskProblems(lines: readonly Line[]): AnswerFileProblem[] {
  const isLimited = lines.some(({ text }) => /^\s*ignoredisk\s+(.*\s)?--only-use=\S/.test(text));
  const unlimited = isLimited
    ? []
    : [problem('any_disk.kickstart_ignoredisk', 'without ignoredisk --only-use= every disk would be erased')];
  const found = lines.flatMap(({ text, line }) => {
    const clears = /^\s*clearpart\b/.test(text) && !/--(drives|list)=\S/.test(text) && !/--none/.test(text);
    const reason = 'clearpart without --drives= erases every disk';
    const names = Array.from(text.matchAll(diskOption)).flatMap(([, disks = '']) => disks.split(','));
    return [
      ...(clears ? [problem('any_disk.kickstart_clearpart', reason, { line })] : []),
      ...(diskCommand.test(text) ? kernelNameProblems(names, line) : []),
    ];
  });
  return [...unlimited, ...found];
}

const diskCommand = /^\s*(ignoredisk|clearpart|part|partition|bootloader)\s/;
const diskOption = /--(?:only-use|drives|list|ondisk|ondrive|onpart|boot-drive)[= ](\S+)/g;
