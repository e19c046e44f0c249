import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Holds the golden answer files against what the installers themselves check with. Those are other people's programs
 * and schemas: they are neither in this repository nor fetched by the tests, but taken from where these say.
 *
 *   node test/interop/answer-files/validate.ts --pykickstart TREE --subiquity TREE --autoyast PROFILE.RNG
 *
 * `--pykickstart`: github.com/pykickstart/pykickstart, a checkout. `--subiquity`: github.com/canonical/subiquity, the
 * same. `--autoyast`: YaST's profile schema as RELAX NG. The modules of YaST have it in pieces, `src/autoyast-rnc/*.rnc`
 * of yast-autoinstallation, -bootloader, -country, -firewall, -network, -services-manager, -users, -add-on; put together
 * by yast-schema's `collect.sh` (`PREFIX` has their .rnc and .desktop files where it looks for them, without rpm) and made
 * XML by Trang from its profile.rnc. Prints a line a file; the exit status is 1 if one fails.
 */
const { values } = parseArgs({
  options: { pykickstart: { type: 'string' }, subiquity: { type: 'string' }, autoyast: { type: 'string' } },
});
const fixtures = path.join(import.meta.dirname, '../../fixtures/answer-files');
const goldens = (family: string): string[] =>
  readdirSync(path.join(fixtures, family)).map(name => path.join(fixtures, family, name));
let failed = 0;

function say(what: string, file: string, complaint: string): void {
  if (complaint !== '') failed++;
  process.stdout.write(`${complaint === '' ? 'ok  ' : 'FAIL'} ${what} ${path.basename(file)} ${complaint}\n`);
}

function complaintOf(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', input });
  if (error !== undefined) return error.message;
  return status === 0 ? '' : `${stdout}${stderr}`.trim() || `status ${status}`;
}

const readKickstart = `
import sys
sys.path.insert(0, sys.argv[1])
from pykickstart.parser import KickstartParser
from pykickstart.version import makeVersion
KickstartParser(makeVersion(sys.argv[2]), errorsAreFatal=True).readKickstartFromString(sys.stdin.read())
`;

/** What the %pre script would write is put where it is included, with the names of four disks. */
function withStorage(kickstart: string): string {
  const storage = /<<STORAGE\n([\s\S]*?)\nSTORAGE\n/.exec(kickstart)?.[1] ?? '';
  const named = storage.replaceAll(
    /\$disk([1-4])/g,
    (_, digit: string) => `sd${'abcd'[Number(digit) - 1] ?? ''}`,
  );
  return kickstart.replace('%include /tmp/rackside-storage.ks', () => named);
}

if (values.pykickstart !== undefined)
  for (const version of ['RHEL7', 'RHEL8', 'RHEL9', 'RHEL10', 'F40'])
    for (const file of goldens('anaconda')) {
      const args = ['-c', readKickstart, values.pykickstart, version];
      say(
        `pykickstart ${version}`,
        file,
        complaintOf('python3', args, withStorage(readFileSync(file, 'utf8'))),
      );
    }

const checkAutoinstall = `
import json, sys, jsonschema, yaml
jsonschema.validate(yaml.safe_load(sys.stdin)['autoinstall'], json.load(open(sys.argv[1])))
`;

if (values.subiquity !== undefined)
  for (const file of goldens('subiquity')) {
    const schema = path.join(values.subiquity, 'autoinstall-schema.json');
    say(
      'subiquity',
      file,
      complaintOf('python3', ['-c', checkAutoinstall, schema], readFileSync(file, 'utf8')),
    );
  }

if (values.autoyast !== undefined)
  for (const file of goldens('autoyast'))
    say('autoyast', file, complaintOf('xmllint', ['--nonet', '--noout', '--relaxng', values.autoyast, file]));

for (const file of goldens('debian-installer'))
  say('debconf', file, complaintOf('debconf-set-selections', ['-c', file]));
process.exitCode = failed === 0 ? 0 : 1;
