import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  hasNetworkRights,
  networkRightsCommand,
  networkRightsRepair,
} from '#engine/system/network-rights.ts';

let root: string;
let node: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'rk-rights-')));
  node = path.join(root, 'node_modules', 'node', 'bin', 'node');
  mkdirSync(path.dirname(node), { recursive: true });
  writeFileSync(node, '');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the command that gives the right to serve networks', () => {
  const command = (file: string) => `sudo setcap cap_net_bind_service,cap_net_raw=+ep '${file}'`;

  it('names the file itself of the program that is in use', () => {
    const link = path.join(root, 'node');
    symlinkSync(node, link);
    const asked = { platform: 'linux', execPath: link, isElectron: false, root: '/nowhere' };
    expect(networkRightsCommand(asked)).toBe(command(node));
  });

  it('names, for Electron, which cannot have the right, the Node that npm start uses then', () => {
    const asked = { platform: 'linux', execPath: '/opt/electron', isElectron: true, root };
    expect(networkRightsCommand(asked)).toBe(command(node));
  });

  it('is not there in a package and on other systems', () => {
    const asked = { platform: 'linux', execPath: '/opt/rackside', isElectron: true, root: '/nowhere' };
    expect(networkRightsCommand(asked)).toBeUndefined();
    expect(networkRightsCommand({ ...asked, platform: 'darwin', root })).toBeUndefined();
  });
});

describe('what a person does about it', () => {
  it('is said for each system and each way in which we run', () => {
    const node24 = { platform: 'linux', execPath: node, isElectron: false, root };
    expect(networkRightsRepair(node24)).toBe('setcap');
    expect(networkRightsRepair({ ...node24, isElectron: true, root: '/nowhere' })).toBe('serve-as-root');
    expect(networkRightsRepair({ ...node24, platform: 'darwin' })).toBe('sudo');
    expect(networkRightsRepair({ ...node24, platform: 'win32' })).toBe('reserved-port');
  });
});

describe('the right to serve networks', () => {
  it('is read from the capabilities of the process', () => {
    const has = (effective: string, platform = 'linux') =>
      hasNetworkRights(
        platform,
        () => `Name:\tnode\nCapPrm:\tffffffff\nCapEff:\t${effective}\nCapBnd:\tffffffff\n`,
      );
    expect(has('0000000000002400')).toBe(true);
    expect(has('0000000000002000')).toBe(false);
    expect(has('0000000000000000')).toBe(false);
    expect(has('0000000000002400', 'win32')).toBe(false);
  });
});
