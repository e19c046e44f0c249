/**
 * The whole engine on one network, for a network namespace of its own: `engine-process.ts DATA MAC [CIDR INTERFACE]`.
 * With a network it makes it, in full mode beside whoever is there, and enrols a server with that MAC; without, it goes
 * on with what DATA holds. Prints the DHCP row of the status bar as one JSON line a change.
 */
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';

const [dataDir = '', mac = '', cidr, interfaceName = '', serveBesideOthers = ''] = process.argv.slice(2);
const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
const { client } = connectInProcess(engine, silentLogger);
const report = (row: object) => process.stdout.write(`${JSON.stringify(row)}\n`);

client.world.changes(
  {},
  {
    onSnapshot: ({ services }) => services.filter(({ name }) => name === 'dhcp').forEach(report),
    onPatch(patch) {
      if (patch.op === 'put' && patch.table === 'services' && patch.row.name === 'dhcp') report(patch.row);
    },
  },
);

if (cidr !== undefined) {
  await client.nodes.enroll({ name: 'r1u01', macs: [mac] });
  const { id } = await client.networks.create({ name: 'rack', interfaceName, cidr });
  await client.networks.setDhcpMode({
    id,
    mode: 'full',
    serveBesideOthers: serveBesideOthers === 'beside-others',
  });
}
// A real host listens; an engine that waits for its cable does not keep a process alive.
setInterval(() => undefined, 60_000);
