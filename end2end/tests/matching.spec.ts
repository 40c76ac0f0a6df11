import { Entra } from '../helpers/entra.ts';
import { connect, expect, test } from '../helpers/test.ts';

for (const flag of [false, true]) {
  test(`Entra's first cycle ${flag ? 'with the flag' : 'by default'} creates, converts and is refused`, async ({ rollcall, acme, owner: page }) => {
    const globex = rollcall.cli('account', 'create', '--name', 'Globex');
    rollcall.cli('user', 'create', '--account', globex, '--user-name', 'taken@acme.test');
    const grace = rollcall.cli('user', 'create', '--account', acme, '--user-name', 'Grace@acme.test', '--role', 'auditor');
    rollcall.cli('user', 'create', '--account', acme, '--user-name', 'glass@acme.test', '--role', 'administrator', '--break-glass');
    const entra = new Entra(connect(rollcall, acme, 'Entra'), flag);

    await page.goto(`${rollcall.url}/accounts/${acme}/users`);
    const users = page.getByRole('table', { name: 'Users' });
    await expect(users.getByRole('row', { name: /Grace@acme\.test/ })).toContainText('Manual');

    for (const answer of await entra.testConnection()) {
      expect(answer.status).toBe(200);
      expect(answer.body.totalResults).toBe(0);
    }
    expect((await entra.find('grace@acme.test')).body.totalResults).toBe(0);

    const ada = await entra.create('ada@acme.test', 'Ada', 'Lovelace');
    expect(ada.status).toBe(201);
    const converted = await entra.create('grace@acme.test', 'Grace', 'Hopper');
    expect(converted.status).toBe(201);
    expect(converted.body.id).toBe(grace);
    for (const name of ['taken@acme.test', 'TAKEN@acme.test', 'glass@acme.test', 'ada@ACME.test']) {
      const refused = await entra.create(name, 'No', 'Body');
      expect(refused.status).toBe(409);
      expect(refused.body.scimType).toBe('uniqueness');
      expect(refused.body.detail).not.toContain('Globex');
    }
    expect((await entra.rename(ada.body.id, 'King', 'ada.king@acme.test')).status).toBe(200);
    expect((await entra.setActive(ada.body.id, false)).body.active).toBe(false);

    await page.reload();
    await expect(users.getByRole('row', { name: /ada@acme\.test/i })).toContainText('SCIM');
    await expect(users.getByRole('row', { name: /ada@acme\.test/i })).toContainText('Inactive');
    await expect(users.getByRole('row', { name: /grace@acme\.test/i })).toContainText('SCIM');
    await expect(users.getByRole('row', { name: /grace@acme\.test/i })).toContainText('Auditor');
    await expect(users.getByRole('row', { name: /glass@acme\.test/ })).toContainText('Manual');
    await expect(page.getByText('taken@acme.test')).toBeHidden();

    await users.getByRole('link', { name: /grace/i }).first().click();
    await expect(page.getByText(/before SCIM/).first()).toBeVisible();

    await page.getByRole('link', { name: 'Activity', exact: true }).click();
    const activity = page.getByRole('main');
    await expect(activity.getByText(/taken@acme\.test/).first()).toBeVisible();
    await expect(activity.getByText(/glass@acme\.test/).first()).toBeVisible();
    await expect(activity.getByText('Globex')).toBeHidden();
  });
}
