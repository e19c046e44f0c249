import type { Locator, Page } from '@playwright/test';

/** Where a terminal's letters stand, in CSS pixels of the page. */
interface Screen {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Drawing {
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws the lines a second time, without a terminal: one box a letter, in the font and the colours that the terminal's rows have, at
 * the same place. Returns the cells that are other there as `row:column letter`. A cell is the same when hardly a pixel is left that
 * differs by more than half of the contrast, after a shift by one pixel at most: a terminal draws a row in one run, at fractions of a
 * pixel, and a box begins at a whole one.
 */
export async function cellsDrawnOtherwise(page: Page, rows: Locator, drawing: Drawing): Promise<string[]> {
  const box = await rows.boundingBox();
  if (box === null) throw new Error('the terminal is not on the screen');
  const ofTerminal = await page.screenshot({ clip: box });
  const drawn = await rows.evaluateHandle(drawGrid, { drawing, box });
  const ofGrid = await page.screenshot({ clip: box });
  await drawn.evaluate(grid => grid.remove());
  const pictures = [ofTerminal.toString('base64'), ofGrid.toString('base64')] as const;
  const others = await page.evaluate(comparePictures, { pictures, drawing });
  return others.map(([row, column]) => `${row}:${column} ${drawing.lines[row]?.[column] ?? ''}`);
}

/** Runs in the page. */
function drawGrid(rows: Element, { drawing, box }: { drawing: Drawing; box: Screen }): HTMLElement {
  const { color, fontFamily, fontSize } = getComputedStyle(rows);
  const viewport = rows.closest('.xterm')?.querySelector('.xterm-viewport') ?? rows;
  const [width, height] = [box.width / drawing.columns, box.height / drawing.rows];
  const grid = document.createElement('div');
  grid.style.cssText = `position:fixed;z-index:99999;left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px;overflow:hidden`;
  Object.assign(grid.style, { color, fontFamily, fontSize });
  grid.style.backgroundColor = getComputedStyle(viewport).backgroundColor;
  drawing.lines.forEach((line, row) => {
    Array.from(line).forEach((letter, column) => {
      const cell = document.createElement('div');
      cell.style.cssText = `position:absolute;white-space:pre;left:${column * width}px;top:${row * height}px;width:${width}px;height:${height}px;line-height:${height}px`;
      cell.textContent = letter;
      grid.append(cell);
    });
  });
  document.body.append(grid);
  return grid;
}

/** Runs in the page. Rows and columns of the cells that differ. */
async function comparePictures({
  pictures,
  drawing,
}: {
  pictures: readonly [string, string];
  drawing: Drawing;
}): Promise<[number, number][]> {
  const greyOf = async (base64: string) => {
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
  const [terminal, grid] = [await greyOf(pictures[0]), await greyOf(pictures[1])];
  const cell = { width: terminal.width / drawing.columns, height: terminal.height / drawing.rows };
  const halfContrast = 110;
  const differing = (row: number, column: number, shiftX: number, shiftY: number) => {
    let count = 0;
    // The outermost pixel belongs to the neighbour as well.
    for (let y = Math.ceil(row * cell.height) + 1; y < Math.floor((row + 1) * cell.height) - 1; y += 1)
      for (let x = Math.ceil(column * cell.width) + 1; x < Math.floor((column + 1) * cell.width) - 1; x += 1)
        if (Math.abs(terminal.at(x, y) - grid.at(x + shiftX, y + shiftY)) > halfContrast) count += 1;
    return count;
  };
  const shifts = [0, -1, 1];
  const isSame = (row: number, column: number) =>
    shifts.some(x => shifts.some(y => differing(row, column, x, y) <= 2));
  return drawing.lines.flatMap((line, row) =>
    Array.from(line, (_, column): [number, number] => [row, column]).filter(place => !isSame(...place)),
  );
}
