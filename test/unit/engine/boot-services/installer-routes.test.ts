import { expect, it } from 'vitest';
import { withMedia } from '#engine/boot-services/installer-routes.ts';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import type { InstallerDesk } from '#engine/provision/installer-desk.ts';
import { imageId, nodeId } from '#test/fakes/rows.ts';

const desk = { mayRead: (node: string, image: string) => node === nodeId && image === imageId };
const source = withMedia(
  async () => undefined,
  {
    desk: desk as unknown as InstallerDesk,
    mediumFile: async (_id, path) =>
      path === 'casper/vmlinuz' ? fileFromBytes(Buffer.from('k')) : undefined,
  },
  address => (address === '10.77.0.21' ? nodeId : null),
);
const ask = (path: string, address: string) => source({ path, client: { address, port: 1 } });

it('a file of an ISO is given by TFTP to the machine that is installed from it', async () => {
  expect((await ask(`media/${imageId}/casper/vmlinuz`, '10.77.0.21'))?.sizeBytes).toBe(1);
});

it.each([
  ['to a stranger', `media/${imageId}/casper/vmlinuz`, '10.77.0.99'],
  ['of another ISO', 'media/99999999-9999-4999-8999-999999999999/casper/vmlinuz', '10.77.0.21'],
  ['that is not in it', `media/${imageId}/nowhere`, '10.77.0.21'],
  ['that is no file of an ISO', 'media', '10.77.0.21'],
])('nothing is given %s', async (_why, path, address) => {
  expect(await ask(path, address)).toBeUndefined();
});
