import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('a change says whom it concerns, and can be undone', async ({ rollcall, acme, owner: page }) => {
  // Somebody has to be left who can administer the account.
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const bob = (await entra.create('bob@acme.test', 'Bob', 'Ross')).body.id;
  const off = (await entra.create('off@acme.test', 'Off', 'Line')).body.id;
  await entra.setActive(off, false);
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ada, bob, off);
  const url = `${rollcall.url}/accounts/${acme}/groups/${group}`;
  await page.goto(url);
  await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Administrator' });
  await page.getByRole('button', { name: 'Give role' }).click();
  await expect(page.getByText('This changes the access of 2 people')).toBeVisible();
  await expect(page.getByText('2 gain Administrator.')).toBeVisible();
  await expect(page.getByText('ada@acme.test, bob@acme.test')).toBeVisible();
  await page.getByRole('button', { name: 'Give role Administrator' }).click();
  await expect(page).toHaveURL(url);
  await page.getByRole('button', { name: /Undo/ }).click();
  await expect(page.getByText('This group gives no role yet')).toBeVisible();
  await expect(page.getByRole('table', { name: 'History' })).toContainText('undid that Finance gives Administrator');
});

test('members are found, each with the request that confirmed it last', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ids: string[] = [];
  for (const name of ['ada', 'bob']) ids.push((await entra.create(`${name}@acme.test`, name, 'X')).body.id);
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(group, ...ids);
  await page.goto(`${rollcall.url}/accounts/${acme}/groups/${group}`);
  await page.getByRole('searchbox', { name: 'Search members' }).fill('BOB');
  await page.getByRole('searchbox', { name: 'Search members' }).press('Enter');
  const members = page.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/q=BOB/);
  await members.getByRole('link', { name: /Request/ }).click();
  await expect(page.getByRole('main')).toContainText(`PATCH /Groups/${group}`);
});

test('a paused group is told apart everywhere, until its pause ends', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const group = (await entra.createGroup('Finance')).body.id;
  await entra.createGroup('Other');
  await entra.addMembers(group, ada);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  const base = `${rollcall.url}/accounts/${acme}`;
  await page.goto(`${base}/groups/${group}`);
  await page.getByRole('link', { name: 'Pause group' }).click();
  await expect(page.getByText('1 loses Auditor.')).toBeVisible();
  await page.getByRole('button', { name: 'Pause group' }).click();
  await expect(page.getByText(/paused it on .*: the roles that it gives are not in effect/)).toBeVisible();
  await page.goto(`${base}/users/${ada}`);
  await expect(page.getByRole('region', { name: /^Roles/ })).toContainText('Paused: not in effect');
  await page.goto(`${base}/groups`);
  await page.getByRole('navigation', { name: 'Filter' }).getByRole('link', { name: 'Paused' }).click();
  await expect(page.getByRole('table', { name: 'Groups' }).getByRole('row')).toHaveCount(2);
  await page.goto(`${base}/groups/${group}`);
  await page.getByRole('link', { name: 'End pause' }).click();
  await page.getByRole('button', { name: 'End pause' }).click();
  await expect(page.getByRole('link', { name: 'Pause group' })).toBeVisible();
  await page.goto(`${base}/users/${ada}`);
  await expect(page.getByRole('region', { name: /^Roles/ })).not.toContainText('Paused');
});

test('what the identity provider deleted still answers, and its successor is offered the roles', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const old = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(old, ada);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  await entra.scim.send('DELETE', `/Groups/${old}`);
  const base = `${rollcall.url}/accounts/${acme}`;
  await page.goto(`${base}/groups/${old}`);
  await expect(page.getByText('Auditor ended with it, for 1 active user')).toBeVisible();
  await expect(page.getByText(/IdP deleted it on/)).toBeVisible();

  const again = (await entra.createGroup('finance')).body.id;
  await entra.addMembers(again, ada);
  await page.goto(`${base}/groups/${again}`);
  await expect(page.getByText('This group gives no role yet')).toBeVisible();
  await page.getByRole('link', { name: 'Give the same roles' }).click();
  await expect(page.getByText('1 gains Auditor.')).toBeVisible();
  await page.getByRole('button', { name: 'Give roles Auditor' }).click();
  await expect(page.getByRole('link', { name: 'Remove role Auditor' })).toBeVisible();
  await page.goto(`${base}/groups/${old}`);
  await expect(page.getByRole('link', { name: 'finance', exact: true })).toBeVisible();
});
