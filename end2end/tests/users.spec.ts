import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Entra } from '../helpers/entra.ts';
import type { Rollcall } from '../helpers/rollcall.ts';
import { connect, expect, test } from '../helpers/test.ts';

const table = (page: Page) => page.getByRole('table', { name: 'Users' });
const names = (page: Page) => table(page).getByRole('rowheader');

/** Opens the list and waits until the WebAssembly has taken the page over. */
async function open(page: Page, rollcall: Rollcall, account: string, query = ''): Promise<void> {
  await page.goto(`${rollcall.url}/accounts/${account}/users${query}`);
  await page.waitForLoadState('networkidle');
}

/** `user001` to the number given, more than fit on a page. */
async function many(rollcall: Rollcall, account: string, number: number): Promise<void> {
  const entra = new Entra(connect(rollcall, account, 'Entra'));
  const all = Array.from({ length: number }, (_, index) => `user${String(index + 1).padStart(3, '0')}`);
  while (all.length) await Promise.all(all.splice(0, 20).map((name) => entra.create(`${name}@acme.test`, 'Some', name)));
}

test('the list follows what is typed, the address too, and the field keeps the focus', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await entra.create('grace@acme.test', 'Grace', 'Hopper');
  await open(page, rollcall, acme);
  await expect(names(page)).toHaveCount(2);
  const field = page.getByRole('searchbox', { name: 'Search users' });
  await field.click();
  await page.keyboard.type('love');
  await expect(names(page)).toHaveText(['ada@acme.test']);
  await expect(page).toHaveURL(/\?q=love$/);
  await expect(page.getByRole('main').getByRole('status')).toHaveText('1 user.');
  await expect(field).toBeFocused();
  await page.keyboard.type('nothing');
  await expect(page.getByText('No user matches')).toBeVisible();
  await expect(field).toBeFocused();
  await field.fill('');
  await expect(names(page)).toHaveCount(2);
  await expect(page).not.toHaveURL(/q=/);
});

test('filters stand in the address, and each chip takes itself away', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'grace@acme.test', '--role', 'auditor');
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'manual@acme.test', '--role', 'member');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('grace@acme.test', 'Grace', 'Hopper');
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const finance = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(finance, ada);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');

  await open(page, rollcall, acme);
  const filters = page.getByRole('navigation', { name: 'Filters' });
  await filters.getByRole('link', { name: 'More roles than the groups give' }).click();
  await expect(names(page)).toHaveText(['grace@acme.test']);
  await expect(page).toHaveURL(/extra=1/);
  await filters.getByRole('link', { name: 'More roles than the groups give' }).click();
  await expect(names(page)).toHaveCount(3);

  await page.getByText('More filters').click();
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Auditor' });
  await page.getByLabel('Member of the group').fill('finance');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(names(page)).toHaveText(['ada@acme.test']);
  await filters.getByRole('link', { name: 'Remove the filter Group: Finance' }).click();
  await expect(names(page)).toHaveText(['ada@acme.test', 'grace@acme.test']);
  await filters.getByRole('link', { name: 'Remove the filter Role: Auditor' }).click();
  await expect(names(page)).toHaveCount(3);
  await page.goto(`${rollcall.url}/accounts/${acme}/users?unseen=7`);
  await expect(page.getByText('No user matches')).toBeVisible();
  await filters.getByRole('link', { name: 'Remove the filter Not seen for 7 days' }).click();
  await expect(names(page)).toHaveCount(3);
});

test('pages forwards, backwards and the last one, in every order', async ({ rollcall, acme, owner: page }) => {
  await many(rollcall, acme, 120);
  await open(page, rollcall, acme);
  const pages = page.getByRole('navigation', { name: 'Pages of users' });
  await expect(pages).toContainText('50 of 120 users');
  await expect(names(page).first()).toHaveText('user001@acme.test');
  await expect(pages.getByRole('link', { name: 'Previous page' })).toHaveCount(0);
  await pages.getByRole('link', { name: 'Next page' }).click();
  await expect(names(page).first()).toHaveText('user051@acme.test');
  await pages.getByRole('link', { name: 'Previous page' }).click();
  await expect(names(page).first()).toHaveText('user001@acme.test');
  await pages.getByRole('link', { name: 'Last page' }).click();
  await expect(names(page).last()).toHaveText('user120@acme.test');
  await expect(pages.getByRole('link', { name: 'Next page' })).toHaveCount(0);
  await pages.getByRole('link', { name: 'First page' }).click();
  await expect(names(page).first()).toHaveText('user001@acme.test');

  const heading = table(page).getByRole('columnheader', { name: 'Username' });
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await heading.getByRole('link').click();
  await expect(names(page).first()).toHaveText('user120@acme.test');
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  await table(page).getByRole('columnheader', { name: 'Name', exact: true }).getByRole('link').click();
  await expect(names(page).first()).toHaveText('user001@acme.test');
});

test('columns are chosen and stay chosen', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await open(page, rollcall, acme);
  const heading = (name: string) => table(page).getByRole('columnheader', { name, exact: true });
  await expect(heading('Roles')).toBeVisible();
  await expect(heading('External id')).toHaveCount(0);
  await page.getByText('Columns', { exact: true }).first().click();
  await page.getByLabel('Roles', { exact: true }).uncheck();
  await page.getByLabel('External id').check();
  await page.getByLabel('Last seen').check();
  await page.getByRole('button', { name: 'Show these columns' }).click();
  await expect(heading('External id')).toBeVisible();
  await expect(heading('Roles')).toHaveCount(0);
  await page.reload();
  await expect(table(page).getByRole('row', { name: /ada@acme\.test/ })).toContainText('just now');
  await expect(heading('Roles')).toHaveCount(0);
});

test('the export has what the page is narrowed to', async ({ rollcall, acme, owner: page }) => {
  await many(rollcall, acme, 60);
  await open(page, rollcall, acme, '?q=user0');
  for (const [kind, count] of [
    ['CSV', (text: string) => text.trim().split('\r\n').length - 1],
    ['JSON', (text: string) => JSON.parse(text).length],
  ] as const) {
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: kind }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toBe(`users.${kind.toLowerCase()}`);
    expect(count(await readFile(await download.path(), 'utf8'))).toBe(60);
  }
});
