import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';

const FOLDER = resolve(import.meta.dirname, '../../target/pictures');

/** Pictures of a page, wide and narrow, light and dark; `before`: what is done on it first. No page scrolls sideways. */
export async function picture(page: Page, url: string, name: string, before?: () => Promise<void>): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [320, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(url);
      await before?.();
      await page.screenshot({ path: `${FOLDER}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      const whole = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(whole, `${name} at ${width} px`).toBeLessThanOrEqual(width);
    }
  }
}
