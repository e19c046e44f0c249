import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '#engine/store/store.ts';
import { createSupportBundles } from '#engine/support/support-bundle.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode, anImage, aProfile, deploymentId, nodeId } from '#test/fakes/rows.ts';

const key = Uint8Array.from({ length: 32 }, (_, index) => 199 - index);
const writtenKey = (encoding: 'base64' | 'hex') => Buffer.from(key).toString(encoding);
const bmcPassword = 'correct horse';
const rootHash = '$6$salt$plantedRootHash.plantedRootHash';
const privateKey =
  '-----BEGIN OPENSSH PRIVATE KEY-----\nplantedPrivateKey\n-----END OPENSSH PRIVATE KEY-----\n';

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-support-'));
  store = openStore(join(folder, 'rackside.db'), key);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const bundles = () =>
  createSupportBundles({
    store,
    dataDir: folder,
    sealKey: key,
    version: '0.1.0',
    keptIn: 'key-file',
    services: () => [],
    interfaces: async () => [],
    now: () => Date.UTC(2026, 10, 26, 8, 47),
  });

/** A day's work, with a secret in every place where a person or a program could have left one. */
function plantSecrets(): void {
  store.nodes.save(
    aNode({
      bmc: {
        address: '10.0.0.1',
        port: 623,
        username: 'plantedUser',
        hasPassword: true,
        hasBmcKey: true,
        protocol: 'auto',
        privilege: null,
        cipherSuite: null,
        interfaceVersion: null,
        manufacturer: '',
        firmware: '',
      },
      extra: { note: 'plantedNote' },
    }),
  );
  store.secrets.put(`node:${nodeId}`, 'bmc-password', bmcPassword);
  store.secrets.put(`deployment:${deploymentId}`, 'root-password-hash', rootHash);
  store.images.save({ ...anImage(), sourcePath: '/home/plantedPerson/debian.qcow2' });
  store.settings.update({ defaultSshKeys: ['ssh-ed25519 AAAA plantedKeyComment'] });
  const profile = {
    ...aProfile({ postScripts: [{ name: 'join', text: 'echo plantedScript | passwd --stdin root' }] }),
    texts: [{ family: 'anaconda' as const, kind: 'template' as const, text: 'rootpw plantedTemplate' }],
  };
  const request = {
    ...aRequest(),
    userData: `#cloud-config\npassword: plantedUserData\n${privateKey}`,
    profile,
  };
  store.deployments.create(aDeployment(), request);
  store.timeline.append({
    kind: 'agent',
    nodeId,
    deploymentId,
    message: 'agent.step_refused',
    details: {
      step: 'write-config-drive',
      code: 'failed',
      text: `cannot use ${rootHash} of rootpw plantedRootpw`,
    },
  });
  store.timeline.append({
    kind: 'console',
    nodeId,
    message: 'console.said',
    details: { meaning: 'login_prompt', line: 'plantedConsoleLine login:' },
  });
  store.timeline.append({
    kind: 'bmc',
    nodeId,
    message: 'bmc.failed',
    details: { code: 'bmc.auth_failed', text: `log-in with ${bmcPassword} refused` },
  });
  store.timeline.flush();
  mkdirSync(join(folder, 'logs'));
  writeFileSync(
    join(folder, 'logs', 'engine.log'),
    [
      JSON.stringify({ level: 'info', msg: 'kept line', stdout: privateKey }),
      JSON.stringify({
        level: 'warn',
        msg: `ipmi ${bmcPassword}`,
        token: 'plantedToken',
        authorization: 'Bearer plantedBearer',
      }),
      `sealed with ${writtenKey('base64')} that is ${writtenKey('hex')}`,
      'GET http://admin:plantedUrlPassword@mirror/repo',
    ].join('\n'),
  );
  writeFileSync(join(folder, 'logs', 'engine.3.log'), 'too old');
}

async function allTexts() {
  const support = bundles();
  const draft = await support.gather(deploymentId);
  return { support, draft, texts: draft.files.map(({ name }) => support.file(draft.id, name)) };
}

describe('a support bundle', () => {
  it('has no planted secret in any file, and says where it took one out', async () => {
    plantSecrets();
    const { draft, texts } = await allTexts();
    const text = texts.join('\n');
    expect(text).not.toMatch(/planted/i);
    expect(text).not.toContain(bmcPassword);
    expect(text).not.toContain(writtenKey('base64'));
    expect(text).not.toContain(writtenKey('hex'));
    expect(draft.files.find(({ name }) => name === 'logs/engine.log')?.redactions).toBeGreaterThanOrEqual(4);
    expect(text).toContain('kept line');
    expect(text).toContain('10.0.0.1');
    expect(draft.files.map(({ name }) => name)).toEqual([
      'about.json',
      'services.json',
      'settings.json',
      'interfaces.json',
      'networks.json',
      'servers.json',
      'images.json',
      'deployments.json',
      'batches.json',
      'timeline.jsonl',
      'deployment/deployment.json',
      'deployment/request.json',
      'deployment/timeline.jsonl',
      'logs/engine.log',
    ]);
  });

  it('is saved byte for byte as it was looked at, without what was left out', async () => {
    plantSecrets();
    const { support, draft } = await allTexts();
    const about = support.file(draft.id, 'about.json');
    writeFileSync(join(folder, 'logs', 'engine.log'), 'written since');
    const { name } = await support.save(draft.id, ['servers.json']);
    const out = join(folder, 'out');
    mkdirSync(out);
    execFileSync('tar', ['-xzf', join(folder, 'support', name), '-C', out]);
    expect(readFileSync(join(out, 'about.json'), 'utf8')).toBe(about);
    expect(readFileSync(join(out, 'logs', 'engine.log'), 'utf8')).toContain('kept line');
    expect(readdirSync(out)).not.toContain('servers.json');
  });

  it('takes the end of a long log, from the beginning of a line', async () => {
    mkdirSync(join(folder, 'logs'));
    const line = `${JSON.stringify({ msg: 'x'.repeat(986) })}\n`;
    writeFileSync(join(folder, 'logs', 'engine.log'), line.repeat(3000));
    const support = bundles();
    const { id, files } = await support.gather(null);
    const log = support.file(id, 'logs/engine.log');
    expect(log.length).toBeLessThanOrEqual(1_000_000);
    expect(log.startsWith('{"msg"')).toBe(true);
    expect(files.some(({ name }) => name.startsWith('deployment/'))).toBe(false);
  });

  it('is saved only while it is the newest, and the last three are kept', async () => {
    const support = bundles();
    const first = await support.gather(null);
    const second = await support.gather(null);
    await expect(support.save(first.id, [])).rejects.toMatchObject({ code: 'input.not_found' });
    // At once: two windows.
    const saved = await Promise.all([1, 2, 3].map(() => support.save(second.id, [])));
    expect(new Set(saved.map(({ name }) => name)).size).toBe(3);
    await support.save(second.id, []);
    expect(readdirSync(join(folder, 'support'))).toHaveLength(3);
  });
});
