import type { Locator, Page } from '@playwright/test';

/** Where a terminal's letters stand, in CSS pixels of the page. */
interface Screen {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of 255, and so many pixels of a cell: a fraction of a pixel is rounded elsewhere in a run than in a box. */
const bound = { differenceOfGreen: 64, strayPixels: 2 };

interface Drawing {
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws the lines a second time, without a terminal: one box a letter, in the font and the colours that the terminal's rows have, at
 * the same place. Returns the cells that are other there as `row:column letter`.
 */
export async function cellsDrawnOtherwise(page: Page, rows: Locator, drawing: Drawing): Promise<string[]> {
  const box = await rows.boundingBox();
  if (box === null) throw new Error('the terminal is not on the screen');
  const ofTerminal = await page.screenshot({ clip: box });
  const drawn = await rows.evaluateHandle(drawGrid, { drawing, box });
  const ofGrid = await page.screenshot({ clip: box });
  await drawn.evaluate(grid => grid.remove());
  const pictures = [ofTerminal.toString('base64'), ofGrid.toString('base64')] as const;
  const others = await page.evaluate(comparePictures, { pictures, drawing, bound });
  return others.map(([row, column]) => `${row}:${column} ${drawing.lines[row]?.[column] ?? ''}`);
}

/** Runs in the page. */
function drawGrid(rows: Element, { drawing, box }: { drawing: Drawing; box: Screen }): HTMLElement {
  const { color, fontFamily, fontSize } = getComputedStyle(rows);
  let ground: Element | null = rows;
  while (ground !== null && getComputedStyle(ground).backgroundColor === 'rgba(0, 0, 0, 0)')
    ground = ground.parentElement;
  const [width, height] = [box.width / drawing.columns, box.height / drawing.rows];
  const grid = document.createElement('div');
  grid.style.cssText = `position:fixed;z-index:99999;left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px;overflow:hidden`;
  Object.assign(grid.style, { color, fontFamily, fontSize });
  if (ground !== null) grid.style.backgroundColor = getComputedStyle(ground).backgroundColor;
  drawing.lines.forEach((line, row) => {
    const strip = document.createElement('div');
    strip.style.cssText = `position:absolute;overflow:hidden;left:0;top:${row * height}px;width:100%;height:${height}px`;
    const letters = Array.from(line);
    const run = document.createRange();
    run.selectNodeContents(rows.children[row] ?? rows);
    // xterm keeps to its cells by a letter-spacing with an error of its own, which adds up along a row.
    const pitch = run.getBoundingClientRect().width / letters.length;
    if (Math.abs(pitch - width) * drawing.columns > 1) throw new Error(`row ${row} leaves its cells`);
    letters.forEach((letter, column) => {
      const cell = document.createElement('div');
      // By `left` it would begin at a whole pixel, and letters of a run do not.
      cell.style.cssText = `position:absolute;white-space:pre;line-height:${height}px;transform:translateX(${column * pitch}px)`;
      cell.textContent = letter;
      strip.append(cell);
    });
    grid.append(strip);
  });
  document.body.append(grid);
  return grid;
}

/** Runs in the page. Rows and columns of the cells that differ. */
async function comparePictures({
  pictures,
  drawing,
  bound: { differenceOfGreen, strayPixels },
}: {
  pictures: readonly [string, string];
  drawing: Drawing;
  bound: { differenceOfGreen: number; strayPixels: number };
}): Promise<[number, number][]> {
  const greenOf = async (base64: string) => {
    const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = picture;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    if (context === null) throw new Error('no canvas');
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    // Green alone: our colours are nearly grey.
    return { width, height, at: (x: number, y: number) => data[(y * width + x) * 4 + 1] ?? 0 };
  };
  const [terminal, grid] = [await greenOf(pictures[0]), await greenOf(pictures[1])];
  const cell = { width: terminal.width / drawing.columns, height: terminal.height / drawing.rows };
  const isSame = (row: number, column: number) => {
    let differing = 0;
    for (let y = Math.ceil(row * cell.height); y < Math.floor((row + 1) * cell.height); y += 1)
      for (let x = Math.ceil(column * cell.width); x < Math.floor((column + 1) * cell.width); x += 1)
        if (Math.abs(terminal.at(x, y) - grid.at(x, y)) > differenceOfGreen) differing += 1;
    return differing <= strayPixels;
  };
  return drawing.lines.flatMap((line, row) =>
    Array.from(line, (_, column): [number, number] => [row, column]).filter(place => !isSame(...place)),
  );
}
