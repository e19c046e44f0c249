import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSheetFile, readSheetText } from '#renderer/features/rack/transfer/read-sheet.ts';
import { largestFileBytes, mostRows } from '#renderer/features/rack/transfer/sheet-limits.ts';
import { writeWorkbook } from '#renderer/features/rack/transfer/workbook.ts';
import { isBoundedZip } from '#renderer/features/rack/transfer/zip-bounds.ts';

const header = ['name', 'mac'];
const file = (content: string | Uint8Array<ArrayBuffer>) => new Blob([content]);
const refusal = async (content: Blob) => {
  const result = await readSheetFile(content);
  return result.is === 'refused' ? result.reason : 'taken';
};

describe('a file', () => {
  it('is read by what is in it: UTF-8, UTF-16 and GB 18030 text alike', async () => {
    const sheet = { is: 'sheet', header: ['名称', 'mac'], rows: [['服务器', '1']] };
    const text = '名称,mac\n服务器,1';
    expect(await readSheetFile(file(text))).toEqual(sheet);
    expect(await readSheetFile(file(`\uFEFF${text}`))).toEqual(sheet);
    expect(await readSheetFile(file(new Uint8Array(Buffer.from(`\uFEFF${text}`, 'utf16le'))))).toEqual(sheet);
    // As `iconv -t GB18030` writes it.
    const gb = Buffer.concat([
      Buffer.from('c3fbb3c6', 'hex'),
      Buffer.from(',mac\n'),
      Buffer.from('b7fecef1c6f7', 'hex'),
      Buffer.from(',1'),
    ]);
    expect(await readSheetFile(file(new Uint8Array(gb)))).toEqual(sheet);
  });

  it('of a workbook comes back as it was written, every cell as text', async () => {
    const rows = [
      ['=1+1', 'aa:bb'],
      ['007', ''],
      ['<&>"', '名称'],
    ];
    const result = await readSheetFile(file(await writeWorkbook('Rack', [header, ...rows])));
    expect(result).toEqual({ is: 'sheet', header, rows });
  });

  it('is refused by its kind, its size, its rows and its cells', async () => {
    expect(await refusal(new Blob([new Uint8Array(largestFileBytes + 1)]))).toBe('too-large');
    expect(await refusal(file(new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1])))).toBe('old-workbook');
    expect(await refusal(file(new Uint8Array([1, 0, 2, 0])))).toBe('no-sheet');
    expect(await refusal(file('PK\u0003\u0004 not really'))).toBe('no-sheet');
    expect(await refusal(file(''))).toBe('empty');
    expect(await refusal(file('name,mac\n,\n\n'))).toBe('empty');
    expect(await refusal(file(`name,mac\n${'a,b\n'.repeat(mostRows + 1)}`))).toBe('too-many-rows');
    expect(await refusal(file(`${'x,'.repeat(70)}x\n${'1,'.repeat(70)}1`))).toBe('too-many-columns');
    expect(await refusal(file(`name,mac\n${'a'.repeat(5000)},b`))).toBe('cell-too-long');
  });

  it('of nothing but line ends or commas is refused before they are cells', async () => {
    expect(await refusal(file('\n'.repeat(200_000)))).toBe('too-many-rows');
    expect(await refusal(file(','.repeat(1_100_000)))).toBe('too-many-rows');
  });

  it('keeps the apostrophe of a password and takes that of an export away', () => {
    expect(readSheetText("name,password\n'=r1,'=x")).toMatchObject({ rows: [['=r1', "'=x"]] });
  });

  it('has a row as long as the header, whatever the lines are', () => {
    expect(readSheetText('\n\nname,mac,,\n a ,\n\nb,1,2\n\n')).toEqual({
      is: 'sheet',
      header: ['name', 'mac', ''],
      rows: [
        ['a', '', ''],
        ['', '', ''],
        ['b', '1', '2'],
      ],
    });
  });
});

describe('a hostile workbook', () => {
  it('that says how large it becomes is refused before it is unpacked', async () => {
    const bomb = zip([{ name: 'xl/sharedStrings.xml', content: Buffer.alloc(40_000_000, 'a') }]);
    expect(isBoundedZip(bomb)).toBe(false);
    expect(await refusal(file(bomb))).toBe('unpacks-too-large');
  });

  it('that lies about its size is not unpacked beyond what it says', async () => {
    const bytes = await writeWorkbook('Rack', [header, ['a', '1']]);
    const parts = ['[Content_Types].xml'].map(name => ({
      name,
      content: Buffer.alloc(40_000_000, 'a'),
      claimedBytes: 1000,
    }));
    expect(await refusal(file(zip(parts)))).toBe('no-sheet');
    expect(isBoundedZip(bytes)).toBe(true);
  });

  it('that says nothing of its size is refused', async () => {
    const parts = [{ name: 'a', content: Buffer.from('abc'), claimedBytes: 0 }];
    expect(isBoundedZip(zip(parts))).toBe(false);
    expect(
      isBoundedZip(
        zip(Array.from({ length: 1200 }, (_, index) => ({ name: `e${index}`, content: Buffer.from('x') }))),
      ),
    ).toBe(false);
  });

  it('whose text names itself again and again does not grow', async () => {
    const entity = (name: string, of: string) => `<!ENTITY ${name} "${`&${of};`.repeat(10)}">`;
    const names = 'abcdefghijkl'.split('');
    const doctype = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${names
      .slice(1)
      .map((name, index) => entity(name, names[index] ?? ''))
      .join('')}]>`;
    const bytes = zip([
      ...workbookParts(
        `<?xml version="1.0"?>${doctype}<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>name</v></c></row><row r="2"><c r="A2" t="str"><v>&l;</v></c></row></sheetData></worksheet>`,
      ),
    ]);
    const result = await readSheetFile(file(bytes));
    expect(JSON.stringify(result).length).toBeLessThan(1000);
  });

  it('with a cell at a far corner is refused, not filled up to it', async () => {
    const withCell = (row: number, column: string) =>
      `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>name</v></c></row><row r="${row}"><c r="${column}${row}" t="str"><v>x</v></c></row></sheetData></worksheet>`;
    expect(await refusal(file(zip(workbookParts(withCell(1_048_576, 'A')))))).toBe('too-many-rows');
    expect(await refusal(file(zip(workbookParts(withCell(2, 'XFD')))))).toBe('too-many-columns');
    expect(await readSheetFile(file(zip(workbookParts(withCell(4, 'B')))))).toMatchObject({
      rows: [
        ['', ''],
        ['', ''],
        ['', 'x'],
      ],
    });
  });

  it('with empty cells in its last column is refused before they fill the memory', async () => {
    const lines = Array.from({ length: 130 }, (_, row) => `<row r="${row + 1}"><c r="XFD${row + 1}"/></row>`);
    const sheet = `<worksheet><sheetData>${lines.join('')}</sheetData></worksheet>`;
    expect(await refusal(file(zip(workbookParts(sheet))))).toBe('unpacks-too-large');
  });

  it('gives what its formulas gave, and never the formulas', async () => {
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>name</v></c></row><row r="2"><c r="A2" t="str"><f>cmd|\' /C calc\'!A0</f><v>r1</v></c></row></sheetData></worksheet>';
    expect(await readSheetFile(file(zip(workbookParts(sheet))))).toEqual({
      is: 'sheet',
      header: ['name'],
      rows: [['r1']],
    });
  });
});

interface Part {
  readonly name: string;
  readonly content: Buffer;
  /** What the archive says that it becomes; absent: the truth. */
  readonly claimedBytes?: number;
}

function workbookParts(sheet: string): Part[] {
  const rel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const pkg = 'http://schemas.openxmlformats.org/package/2006';
  const texts = {
    '[Content_Types].xml': `<Types xmlns="${pkg}/content-types"></Types>`,
    '_rels/.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns:r="${rel}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${pkg}/relationships"><Relationship Id="rId1" Type="${rel}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': sheet,
  };
  return Object.entries(texts).map(([name, text]) => ({ name, content: Buffer.from(text) }));
}

/** A ZIP as any program writes it (APPNOTE 6.3.10 §4.3), without the checks that the reader leaves out where they are 0. */
function zip(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claimedBytes = content.length } of parts) {
    const packed = deflateRawSync(content);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(claimedBytes, 8);
    const names = Buffer.alloc(4);
    names.writeUInt16LE(name.length, 0);
    const head = Buffer.from('14000000080000000000', 'hex');
    const local = Buffer.concat([
      Buffer.from('504b0304', 'hex'),
      head,
      sizes,
      names,
      Buffer.from(name),
      packed,
    ]);
    const at = Buffer.alloc(4);
    at.writeUInt32LE(offset);
    directory.push(
      Buffer.concat([
        Buffer.from('504b01021400', 'hex'),
        head,
        sizes,
        names,
        Buffer.alloc(10),
        at,
        Buffer.from(name),
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...locals, entries, end]));
}
