import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Page } from 'playwright-core';

/** What the debugger's page shows, and what can be pressed there. */
export const debuggerOn = (page: Page) => {
  const text = async (selector: string): Promise<string> =>
    ((await page.locator(selector).textContent()) ?? '').replaceAll(/\s+/g, ' ').trim();
  return {
    rooms: () => page.locator('.room').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-room'))),
    room: (name: string) => page.locator(`.room[data-room="${name}"]`),
    /** The room that is marked as the one that is looked at. */
    chosen: () =>
      page
        .locator('.room[aria-selected="true"]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-room'))),
    note: () => text('#rooms-note'),
    filter: page.getByRole('searchbox', { name: 'Filter rooms' }),
    light: () => text('#light'),
    source: () => text('#source'),
    title: () => text('#room'),
    fault: () => text('#fault'),
    /** What is said beside what is shown. */
    aside: () => text('#aside'),
    /** The events that are listed and can be seen, with the one that is looked at marked. */
    listed: () =>
      page
        .locator('.event-row')
        .evaluateAll((rows) =>
          rows.map(
            (row) =>
              `${row.getAttribute('aria-selected') === 'true' ? '> ' : ''}${row.querySelector('.seq')?.textContent} ${row.querySelector('.what')?.textContent}`,
          ),
        ),
    /** What was found, and what went wrong. */
    found: () => text('#found'),
    selected: {
      path: () => text('#selection-path'),
      value: () => page.locator('#selection-value').inputValue(),
      note: () => text('#selection-note'),
    },
    seen: () => text('#seen'),
    empty: () => text('#empty'),
    version: () => page.locator('#version').inputValue(),
    of: () => text('#of'),
    event: () => text('.event h3'),
    refusal: () => text('#refusal'),
    refused: () => text('#refused-count'),
    /** The stops of the event's way whose times are known. */
    stops: () => page.locator('.stop[data-known="true"] .stop-name').allTextContents(),
    changed: () => text('#changed'),
    state: () => text('#state'),
    /** Lines of the state that are highlighted, after what is done there: `changed`, `added`, `removed`. */
    highlights: (what: string) => page.locator(`#state .line[data-change="${what}"]`).allTextContents(),
    isRead: () => page.locator('#progress[data-done="true"]').count(),
    /** How many pixels of the timeline have a colour (`--trouble`, …), as it is now. */
    pixels: (colour: string) =>
      page.locator('#canvas').evaluate((canvas, name) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        const probe = document.createElement('span');
        probe.style.color = `var(${name})`;
        document.body.append(probe);
        const wanted = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
        probe.remove();
        let count = 0;
        for (let at = 0; at < pixels.length; at += 4)
          if ([0, 1, 2].every((part) => Math.abs((pixels[at + part] ?? 0) - (wanted[part] ?? 0)) < 3)) count += 1;
        return count;
      }, colour),
  };
};

/** Drags a text file over the page and drops it there. Rejects if the page does not show that it may be. */
export const dropFile = async (page: Page, path: string): Promise<void> => {
  const data = await page.evaluateHandle(
    ([text = '', name = '']) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    },
    [await readFile(path, 'utf8'), basename(path)],
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.locator('#drop').waitFor({ state: 'visible' });
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
};
