import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

test('a restart loses nothing: the sign-in, the token, users, groups, roles and what happened', async ({ rollcall, acme, owner: page }) => {
  const entra = new Entra(connect(rollcall, acme, 'Entra'));
  const ada = (await entra.create('ada@acme.test', 'Ada', 'Lovelace')).body;
  const group = (await entra.createGroup('Finance')).body;
  await entra.addMembers(group.id, ada.id);
  rollcall.cli('group', 'grant', '--account', acme, '--group', 'Finance', '--role', 'auditor');

  await rollcall.stop();
  await rollcall.start();

  expect((await entra.scim.send('GET', `/Users/${ada.id}`)).body.groups).toHaveLength(1);
  await page.goto(`${rollcall.url}/accounts/${acme}/users/${ada.id}`);
  await expect(page.getByRole('region', { name: /Roles/ })).toContainText('Finance');
  await page.goto(`${rollcall.url}/accounts/${acme}/activity`);
  await expect(page.getByRole('main').getByText(/ada@acme\.test/).first()).toBeVisible();
});
