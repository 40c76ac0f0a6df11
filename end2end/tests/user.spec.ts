import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('taking a role says first what remains', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'auditor', '--role', 'member');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const finance = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(finance, ada);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');

  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  const roles = page.getByRole('region', { name: /Roles, and why/ });
  await expect(roles).toContainText('Kept at conversion on');
  await expect(roles).toContainText('To change it, change the roles of Finance');
  await roles.getByText('Remove Auditor …').click();
  await expect(roles).toContainText('Auditor stays: also through Finance.');
  await roles.getByRole('button', { name: 'Remove Auditor' }).click();
  await expect(roles.getByText('Remove Auditor …')).toHaveCount(0);
  await expect(roles.getByText('Auditor', { exact: true })).toHaveCount(1);
  await roles.getByText('Remove Member …').click();
  await expect(roles).toContainText('Member goes: nothing else gives it.');
});

test('every attribute says who set it, and the history what it was before', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  await entra.rename(ada, 'King', 'ada.king@acme.test');
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  await expect(page.getByText('The identity provider last named this user')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Attributes' })).toContainText('set by IdP');
  const history = page.getByRole('region', { name: 'History' });
  await expect(history.getByRole('deletion').filter({ hasText: 'Lovelace' })).toBeVisible();
  await expect(history.getByRole('insertion').filter({ hasText: /^King$/ })).toBeVisible();
});

test('the history goes on page by page', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  for (let index = 0; index < 12; index += 1) await entra.setActive(ada, index % 2 === 1);
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada}`);
  const rows = page.getByRole('table', { name: 'History' }).getByRole('row');
  await expect(rows).toHaveCount(11);
  await page.getByRole('link', { name: 'Next page' }).click();
  await expect(rows).toHaveCount(4);
  await expect(rows.last()).toContainText('created');
});

test('a user is managed by hand again once provisioning is off', async ({ rollcall, acme, owner: page }) => {
  rollcall.cli('user', 'create', '--account', acme, '--user-name', 'ada@acme.test', '--role', 'member');
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body.id;
  const finance = (await entra.createGroup('Finance')).body.id;
  await entra.addMembers(finance, ada);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');
  const url = `${rollcall.url}/accounts/${acme}/users/${ada}`;
  await page.goto(url);
  const section = page.getByRole('region', { name: 'Manage by hand again' });
  await expect(section).toContainText('Switch it off first');
  await expect(section.getByRole('button')).toHaveCount(0);

  rollcall.cli('provisioning', 'disable', '--account', acme);
  await page.goto(url);
  await section.getByText('Manage by hand again …').click();
  await expect(section).toContainText('The user leaves the group Finance.');
  await expect(section).toContainText('Auditor goes: nothing else gives it.');
  await section.getByRole('button', { name: 'Manage by hand again' }).click();
  await expect(page.getByRole('button', { name: 'Deactivate' })).toBeVisible();
  await expect(section).toHaveCount(0);
  const roles = page.getByRole('region', { name: /Roles, and why/ });
  await expect(roles).toContainText('Member');
  await expect(roles).not.toContainText('Auditor');
  await expect(page.getByRole('region', { name: 'History' })).toContainText('took ada@acme.test back');
});
