import { expect, openAt, test } from './page.ts';
import { startRealEngine } from './real-engine.ts';

test('files dropped onto the window are sent and imported; what is none is refused with its reason', async ({
  page,
}) => {
  const engine = await startRealEngine();
  try {
    await openAt(page, engine.url);
    const dropped = await page.evaluateHandle(() => {
      // The smallest disk: an MBR with one partition in its second half.
      const disk = new Uint8Array(2 * 1024 * 1024);
      disk.set([0, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0], 446);
      disk.set([0x55, 0xaa], 510);
      const transfer = new DataTransfer();
      const add = (name: string, part: BlobPart) => transfer.items.add(new File([part], name));
      add('first.img', disk);
      add('notes.txt', 'a text, whatever its name says. '.repeat(10));
      add('second.img', disk);
      return transfer;
    });
    await page.dispatchEvent('body', 'dragenter', { dataTransfer: dropped });
    await expect(page.getByText('Drop the files to import them')).toBeVisible();
    await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
    await expect(page.getByText('Drop the files to import them')).toBeHidden();
    for (const name of ['first.img', 'second.img'])
      await expect(page.getByRole('row', { name: new RegExp(`${name}.*[Rr]eady`) })).toBeVisible();
    await page.getByRole('row', { name: /notes\.txt/ }).click();
    const sheet = page.getByRole('complementary');
    await expect(sheet.getByText('The file is refused')).toBeVisible();
    await expect(sheet.getByText(/This is a text file/)).toBeVisible();
    await expect(page.getByText(/left for images on this disk/)).toBeVisible();
  } finally {
    await page.close();
    await engine.stop();
  }
});
