import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';

/**
 * `node import-that-dies-process.ts DATA FILE kill|finish`: an engine on DATA. The first start imports FILE; `kill` ends it with
 * SIGKILL when bytes of an import were read, `finish` waits for its end and prints the images.
 */
const [dataDir = '', path = '', how = ''] = process.argv.slice(2);
const engine = await createEngine({ dataDir, sealKey: keyFromFile(dataDir), log: silentLogger });
const { client } = connectInProcess(engine, silentLogger);
if (how === 'kill') {
  client.world.changes(
    {},
    {
      onSnapshot: () => undefined,
      onPatch(patch) {
        const row = patch.op === 'put' && patch.table === 'images' ? patch.row : undefined;
        if ((row?.progress?.doneBytes ?? 0) > 0) process.kill(process.pid, 'SIGKILL');
      },
    },
  );
}
if ((await client.images.list({})).length === 0) await client.images.import({ path, name: 'a' });
while ((await client.images.list({})).some(image => image.state === 'importing'))
  await new Promise(resolve => setTimeout(resolve, 20));
process.stdout.write(JSON.stringify(await client.images.list({})));
await engine.close();
process.exit(0);
