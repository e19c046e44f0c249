/**
 * The lab without the product: does a lab server do what a server does? Power, reset and one-shot boot device through
 * its BMC (ipmitool), the boot order of its firmware, serial over LAN, the image's own line of facts. dnsmasq and an
 * iPXE script that gives up stand in for a network that has nothing to offer.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check, checkEqual } from '../check.ts';
import { factsPattern, parseFacts } from '../facts.ts';
import { biosServer } from '../machines.ts';
import { insideNamespace, provisioner } from '../namespaces.ts';
import { obtainOsImage } from '../os-image/build.ts';
import { until } from '../procedures.ts';
import { runProgram, startService } from '../program.ts';
import { openRack, type Rack, type Server } from '../rack.ts';
import type { LabRun, Scenario } from '../run.ts';

export const harness: Scenario = async run => {
  run.phase('rack');
  const rack = await openRack(run, [biosServer]);
  const [server] = rack.servers;
  if (server === undefined) throw new Error('the rack is empty');
  const { machine } = server;
  await installDirectly(run, server);
  await serveEmptyHandedNetwork(run, rack);
  checkEqual(
    run,
    'the power as ipmitool sees it',
    await ipmi(rack, server, 'power status'),
    'Chassis Power is off',
  );
  await ipmi(rack, server, 'chassis bootdev pxe');
  run.phase('power on, network first');
  await ipmi(rack, server, 'power on');
  await machine.serial.waitFor(/LAB-NOTHING-HERE/, 120_000);
  check(run, 'the firmware booted from the network', true);
  const facts = parseFacts((await machine.serial.waitFor(factsPattern, 900_000)).text);
  run.log(`first boot: ${await machine.cpuSeconds()} s of CPU`);
  checkEqual(run, 'the host name without a config drive', facts.hostname, 'localhost');
  checkEqual(run, 'the disk', facts.rootserial, 'SAS-SYS-0001');
  await machine.serial.waitFor(/localhost login: *$/, 120_000);
  checkEqual(
    run,
    'the power as ipmitool sees it',
    await ipmi(rack, server, 'power status'),
    'Chassis Power is on',
  );
  run.phase('serial over LAN');
  await checkSol(run, rack, server);
  run.phase('reset, disk once');
  await ipmi(rack, server, 'chassis bootdev disk');
  const beforeReset = machine.serial.mark();
  await ipmi(rack, server, 'power reset');
  await machine.serial.waitFor(/LAB-GRUB/, 120_000, beforeReset);
  check(
    run,
    'the override kept it off the network',
    machine.serial.find(/^net0: |Configuring \(net0/, beforeReset) === undefined,
  );
  run.phase('cycle, usual order');
  const beforeCycle = machine.serial.mark();
  await ipmi(rack, server, 'power cycle');
  await machine.serial.waitFor(/LAB-NOTHING-HERE/, 120_000, beforeCycle);
  check(run, 'the override was used up and the network is first again', true);
  await ipmi(rack, server, 'power off');
  await until('power off', 10_000, async () => {
    const status = await ipmi(rack, server, 'power status');
    return status === 'Chassis Power is off' ? status : undefined;
  });
  run.log(`what happened to the hardware: ${machine.history().join(' | ')}`);
};

async function installDirectly(run: LabRun, { machine }: Server): Promise<void> {
  const { raw } = await obtainOsImage(run.log);
  const disk = machine.disks.find(({ isBootDisk }) => isBootDisk);
  if (disk === undefined) throw new Error('no system disk');
  await runProgram('qemu-img', [
    'create',
    '-q',
    '-f',
    'qcow2',
    '-b',
    raw,
    '-F',
    'raw',
    disk.path,
    String(disk.sizeBytes),
  ]);
}

async function serveEmptyHandedNetwork(run: LabRun, rack: Rack): Promise<void> {
  const folder = join(run.directory, 'tftp');
  await mkdir(folder);
  await writeFile(join(folder, 'boot.ipxe'), '#!ipxe\necho LAB-NOTHING-HERE\nexit\n');
  const settings = [
    ['port=0', 'bind-interfaces', `interface=${provisioner.interfaceName}`, 'no-ping', 'log-dhcp'],
    ['dhcp-range=10.77.0.100,10.77.0.200,255.255.255.0,10m', 'dhcp-boot=boot.ipxe', 'enable-tftp'],
    [`tftp-root=${folder}`, `dhcp-leasefile=${join(folder, 'leases')}`, 'user=root'],
    // iPXE: no waiting for a ProxyDHCP answer.
    ['dhcp-option-force=encap:175,176,1b'],
  ].flat();
  const file = join(folder, 'dnsmasq.conf');
  await writeFile(file, `${settings.join('\n')}\n`);
  const command = ['dnsmasq', '--keep-in-foreground', '--log-facility=-', `--conf-file=${file}`];
  const dnsmasq = startService(insideNamespace(rack.network.provisionerNamespace, command), {
    logFile: join(run.directory, 'dnsmasq.log'),
  });
  run.atEnd('dnsmasq', () => dnsmasq.stop());
}

function ipmitool(rack: Rack, { bmc }: Server, words: string): readonly [string, ...string[]] {
  const login = ['-I', 'lanplus', '-C', '3', '-H', bmc.address, '-U', bmc.username, '-P', bmc.password];
  return insideNamespace(rack.network.provisionerNamespace, ['ipmitool', ...login, ...words.split(' ')]);
}

async function ipmi(rack: Rack, server: Server, words: string): Promise<string> {
  const [program, ...args] = ipmitool(rack, server, words);
  const { stdout } = await runProgram(program, args, { timeoutMs: 30_000 });
  return stdout.trim();
}

/** A line typed into the BMC reaches the machine, and what the machine says comes back through the BMC. */
async function checkSol(run: LabRun, rack: Rack, server: Server): Promise<void> {
  const [program, ...args] = ipmitool(rack, server, 'sol activate');
  // ipmitool wants a terminal; `script` gives it one. `~.` ends the session.
  const session = `(sleep 3; printf '\\r'; sleep 3; printf 'nobody-here\\r'; sleep 4; printf '~.') | script -qec "${[program, ...args].join(' ')}" /dev/null`;
  const { stdout } = await runProgram('sh', ['-c', session], { timeoutMs: 60_000, mayFail: true });
  check(
    run,
    'the console is on SOL',
    /login: .*nobody-here/s.test(stdout),
    JSON.stringify(stdout.slice(-300)),
  );
}
