import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCsv,
  parseDelimited,
  protectedText,
  unprotectedText,
} from '#renderer/features/rack/transfer/delimited.ts';

describe('text with delimiters', () => {
  it('is read with commas, semicolons or tabs, by its first line', () => {
    const cells = [
      ['name', 'mac'],
      ['a,b;c', 'x'],
    ];
    expect(parseDelimited('name,mac\n"a,b;c",x')).toEqual(cells);
    expect(parseDelimited('name;mac\r\n"a,b;c";x\r\n')).toEqual(cells);
    expect(parseDelimited('name\tmac\na,b;c\tx\n')).toEqual(cells);
  });

  it('keeps line ends, quotes and delimiters that are quoted', () => {
    expect(parseDelimited('a,b\n"1\r\n2","say ""hi"""')).toEqual([
      ['a', 'b'],
      ['1\r\n2', 'say "hi"'],
    ]);
  });

  it('is read to its end even where a quote is not closed or stands in the middle', () => {
    expect(parseDelimited('a,b\n"open,1\n2')).toEqual([['a', 'b'], ['open,1\n2']]);
    expect(parseDelimited('a,b\n5" disk,"x"y')).toEqual([
      ['a', 'b'],
      ['5" disk', 'xy'],
    ]);
    expect(parseDelimited('a,\n')).toEqual([['a', '']]);
    expect(parseDelimited('')).toEqual([]);
  });

  it('comes back as it was written, whatever the cells are', () => {
    const cells = fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(cells, lines => {
        // Two named columns, so that the first line shows the delimiter.
        const table = [['name', 'mac'], ...lines];
        expect(parseDelimited(formatCsv(table))).toEqual(table);
      }),
    );
  });

  it('never makes a reader fail', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        for (const line of parseDelimited(text) ?? []) expect(line.length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('a cell that a spreadsheet would calculate', () => {
  it('is written as text, and read as it was', () => {
    expect(protectedText('=HYPERLINK("http://x")')).toBe(`'=HYPERLINK("http://x")`);
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', ' =', '＝', '＠'])
      expect(protectedText(`${start}1`)[0]).toBe("'");
    expect(protectedText('r1u01')).toBe('r1u01');
    const text = fc.oneof(fc.string(), fc.stringMatching(/^'{0,3}[=+@-]./));
    fc.assert(
      fc.property(text, cell => {
        expect(unprotectedText(protectedText(cell))).toBe(cell);
      }),
    );
  });
});
