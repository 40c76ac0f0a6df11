import { readFileSync } from 'node:fs';
import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('new entries are announced and move nothing until they are asked for', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);
  const live = page.getByRole('button', { name: 'Live' });
  await expect(live).toHaveAttribute('aria-pressed', 'false');
  const first = page.getByRole('row').filter({ hasText: 'created ada@acme.test' });
  const before = await first.boundingBox();

  await entra.create('grace@acme.test', 'Grace', 'Hopper');
  await entra.create('linus@acme.test', 'Linus', 'Torvalds');
  const news = page.getByRole('link', { name: '2 new entries: show them' });
  await expect(news).toBeVisible();
  await expect(page.getByText('created grace@acme.test')).toHaveCount(0);
  expect(await first.boundingBox()).toEqual(before);
  await news.click();
  await expect(page.getByText('created grace@acme.test')).toBeVisible();
  await expect(page.getByText('created linus@acme.test')).toBeVisible();
  await expect(news).toHaveCount(0);

  await live.click();
  await entra.create('edsger@acme.test', 'Edsger', 'Dijkstra');
  await expect(page.getByText('created edsger@acme.test')).toBeVisible();
});

test('chips and the search narrow the list, and the address says it', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const refused = await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ada);
  const rows = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'Details' }) });
  const chip = (name: string) => page.getByRole('navigation', { name: 'Filters' }).getByRole('link', { name, exact: true });
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);

  await chip('Groups').click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/kind=groups/);
  await expect(chip('Groups')).toHaveAttribute('aria-current', 'true');
  await chip('By people').click();
  await expect(page.getByText('No entry matches')).toBeVisible();
  await chip('All').click();
  await chip('Refused').click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('refused as a duplicate');

  await chip('Refused').click();
  const search = page.getByRole('searchbox', { name: 'Username, group or request id' });
  await search.fill('FINANCE');
  await search.press('Enter');
  await expect(rows).toHaveCount(2);
  await search.fill(refused.headers.get('x-request-id')!);
  await search.press('Enter');
  await expect(rows).toHaveCount(1);

  await rows.getByRole('link', { name: 'Details' }).click();
  await expect(page.getByRole('heading', { name: 'Answer' })).toBeVisible();
  await expect(page.getByText('Ready after')).toBeVisible();
  const body = page.getByText('"scimType": "uniqueness"');
  await expect(body).toBeHidden();
  await page.getByText('Answer body', { exact: true }).first().click();
  await expect(body).toBeVisible();
  await page.getByRole('link', { name: 'Everything by IdP' }).click();
  await expect(chip('Only IdP')).toHaveAttribute('aria-current', 'true');
  await expect(rows).toHaveCount(4);
});

test('a line says what changed, to whom', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ids: string[] = [];
  for (const name of ['ada', 'bob', 'cleo', 'dora', 'edsger']) ids.push((await entra.create(`${name}@acme.test`, name, 'Lovelace')).body.id);
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ...ids);
  await entra.setActive(ids[0]!, false);
  await entra.patch(ids[0]!, { op: 'Replace', path: 'name.familyName', value: 'King' });
  await entra.renameGroup(group, 'Accounting');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);
  const row = (text: string) => page.getByRole('row').filter({ hasText: text });
  await expect(row('changed the group Finance')).toContainText(/5 members came: \S+, \S+, \S+ and 2 more/);
  await expect(row('deactivated ada@acme.test')).not.toContainText('→');
  await expect(row('changed ada@acme.test')).toContainText('name.familyName: Lovelace → King');
  await expect(row('renamed the group Finance to Accounting')).not.toContainText('→');
});

test('what came in one cycle stands under one line', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.testConnection();
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);
  const cycle = page.getByRole('row').filter({ hasText: 'Cycle' });
  await expect(cycle).toHaveCount(1);
  await expect(cycle).toContainText('3 requests');
});

test('retention is chosen, and the change is an entry', async ({ rollcall, acme, owner: page }) => {
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);
  await page.getByLabel('Keep entries for').selectOption({ label: '365 days' });
  await page.getByRole('button', { name: 'Save retention' }).click();
  const entry = page.getByRole('row').filter({ hasText: 'changed how long the activity is kept' });
  await expect(entry).toHaveCount(1);
  await entry.getByRole('link', { name: 'Details' }).click();
  await expect(page.getByRole('row', { name: 'days 90 365' })).toBeVisible();
});

test('what is filtered is exported', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  await entra.create('ada@acme.test', 'Ada', 'Lovelace');
  await entra.createGroup('Finance');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity?kind=users`);
  for (const [name, file, lines] of [['CSV', 'activity.csv', 2], ['JSON lines', 'activity.jsonl', 1]] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    const got = await download;
    expect(got.suggestedFilename()).toBe(file);
    const text = readFileSync(await got.path(), 'utf8').trim();
    expect(text.split('\n')).toHaveLength(lines);
    expect(text).toContain('ada@acme.test');
    expect(text).not.toContain('Finance');
  }
});
