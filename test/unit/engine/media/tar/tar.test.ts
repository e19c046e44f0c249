import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeHeader, encodeHeader } from '#engine/media/tar/header.ts';
import { MalformedTar, readTar } from '#engine/media/tar/reader.ts';
import { writeTar } from '#engine/media/tar/writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-tar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const member = (name: string, text: string) => {
  const bytes = Buffer.from(text);
  return { name, sizeBytes: bytes.length, content: [bytes] };
};

async function bytesOf(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

/** In pieces that fit no block. */
async function* inPieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes)
    yield bytes.subarray(offset, offset + pieceBytes);
}

async function read(bytes: Buffer, pieceBytes = 100): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, content } of readTar(inPieces(bytes, pieceBytes)))
    found[name] = (await bytesOf(content)).toString();
  return found;
}

describe('a tar archive', () => {
  it('that we write is read by tar', async () => {
    const file = join(folder, 'a.tar');
    const members = [
      member('about.json', '{}\n'),
      member('logs/engine.log', 'x'.repeat(1500)),
      member('empty', ''),
    ];
    writeFileSync(file, await bytesOf(writeTar(members, 1_700_000_000_000)));
    execFileSync('tar', ['-xf', file, '-C', folder]);
    expect(readFileSync(join(folder, 'about.json'), 'utf8')).toBe('{}\n');
    expect(readFileSync(join(folder, 'logs', 'engine.log'), 'utf8')).toBe('x'.repeat(1500));
    expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
  });

  it('that tar writes is read by us, in pieces of any size', async () => {
    writeFileSync(join(folder, 'one'), 'first\n');
    writeFileSync(join(folder, 'two'), 'y'.repeat(512));
    execFileSync('tar', ['--format=ustar', '-cf', 'b.tar', 'one', 'two'], { cwd: folder });
    const bytes = readFileSync(join(folder, 'b.tar'));
    for (const pieceBytes of [1, 511, 100_000])
      expect(await read(bytes, pieceBytes)).toEqual({ one: 'first\n', two: 'y'.repeat(512) });
  });

  it('goes on behind a member that nobody read', async () => {
    const bytes = await bytesOf(writeTar([member('skipped', 'z'.repeat(700)), member('wanted', 'here')], 0));
    const names: string[] = [];
    for await (const { name } of readTar(inPieces(bytes, 100))) names.push(name);
    expect(names).toEqual(['skipped', 'wanted']);
  });

  it('is refused when it is cut off, altered, or of a kind that we do not write', async () => {
    const bytes = await bytesOf(writeTar([member('a', 'text')], 0));
    await expect(read(bytes.subarray(0, 514))).rejects.toThrow(MalformedTar);
    await expect(read(bytes.subarray(0, 1024))).rejects.toThrow('cut off');
    const altered = Buffer.from(bytes);
    altered.write('b', 0);
    await expect(read(altered)).rejects.toThrow('checksum');
    execFileSync('ln', ['-s', '/etc/passwd', join(folder, 'link')]);
    execFileSync('tar', ['-cf', 'c.tar', 'link'], { cwd: folder });
    await expect(read(readFileSync(join(folder, 'c.tar')))).rejects.toThrow('kind "2"');
  });

  it('of others gives its files, and what is no file is passed over', async () => {
    mkdirSync(join(folder, 'tree'));
    writeFileSync(join(folder, 'tree', 'linux'), 'kernel');
    execFileSync('ln', ['-s', 'tree/linux', join(folder, 'link')]);
    writeFileSync(join(folder, 'n'.repeat(150)), 'a long name');
    execFileSync('tar', ['-cf', 'd.tar', 'link', 'n'.repeat(150), './tree'], { cwd: folder });
    const names: string[] = [];
    for await (const { name } of readTar(inPieces(readFileSync(join(folder, 'd.tar')), 100), 'skip'))
      names.push(name);
    expect(names).toEqual(['n'.repeat(100), './tree/linux']);
  });

  it('is not written with another size than was said', async () => {
    const wrong = { ...member('a', 'text'), sizeBytes: 5 };
    await expect(bytesOf(writeTar([wrong], 0))).rejects.toThrow('a has 4 bytes and not 5');
  });

  it('has headers that come back as they were', () => {
    const header = { name: 'rackside.db', sizeBytes: 8 * 1024 ** 3 - 1 };
    expect(decodeHeader(encodeHeader(header, 42_000))).toEqual({
      is: 'member',
      header: { ...header, type: '0' },
    });
    expect(() => encodeHeader({ name: 'a', sizeBytes: 8 * 1024 ** 3 }, 0)).toThrow(RangeError);
    expect(decodeHeader(new Uint8Array(100))).toMatchObject({ is: 'malformed' });
  });
});
