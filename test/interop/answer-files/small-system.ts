import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A folder to chroot into: busybox, and programs that write down what they were asked for. Accounts cannot be real in a
 * user namespace with one id.
 */
export interface SmallSystem {
  readonly root: string;
  run(script: string): { readonly status: number | null; readonly stderr: string };
}

const programs: Readonly<Record<string, string>> = {
  useradd:
    'for name; do :; done; printf "%s\\n" "$*" >>/asked; echo "$name:x:1000:1000::/home/$name:/bin/bash" >>/etc/passwd; mkdir -p "/home/$name"',
  chpasswd: 'sed "s/^/$1 /" >>/passwords',
  getent: 'grep "^$2:" /etc/passwd',
  id: 'grep -q "^$1:" /etc/passwd',
  chown: 'echo "chown $*" >>/asked',
  systemctl: 'echo "systemctl $*" >>/asked',
  'update-grub': 'echo update-grub >>/asked',
};
const applets = [
  'sh',
  'cat',
  'chmod',
  'cut',
  'dirname',
  'echo',
  'grep',
  'head',
  'hostname',
  'ls',
  'mkdir',
  'printf',
  'rm',
  'sed',
  'tail',
  'touch',
];

export function smallSystem(root: string): SmallSystem {
  const bin = path.join(root, 'bin');
  for (const folder of ['bin', 'etc/ssh', 'root', 'usr/lib/systemd/system', 'etc/sudoers.d', 'dev'])
    mkdirSync(path.join(root, folder), { recursive: true });
  const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
  const libraries = spawnSync('ldd', [busybox], { encoding: 'utf8' }).stdout.match(/\/\S+/g) ?? [];
  for (const file of [busybox, ...libraries.filter(name => name !== `${busybox}:`)]) {
    const target = path.join(root, file === busybox ? 'bin/busybox' : file);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(file, target);
    chmodSync(target, 0o755);
  }
  const program = (name: string, text: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  for (const name of applets) program(name, `exec /bin/busybox ${name} "$@"`);
  // The interpreter itself must not be a script.
  copyFileSync(path.join(bin, 'busybox'), path.join(bin, 'sh'));
  for (const [name, text] of Object.entries(programs)) program(name, text);
  writeFileSync(path.join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(
    path.join(root, 'etc/ssh/sshd_config'),
    'Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n',
  );
  writeFileSync(path.join(root, 'dev/null'), '');
  writeFileSync(path.join(root, 'usr/lib/systemd/system/sshd.service'), '');
  return {
    root,
    run: script => {
      writeFileSync(path.join(root, 'set-up'), script);
      const { status, stderr } = spawnSync('unshare', ['-r', 'chroot', root, '/bin/sh', '/set-up'], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/usr/sbin:/bin:/sbin' },
      });
      return { status, stderr };
    },
  };
}
