import { connect, expect, openProvisioning, test } from '../helpers/test.ts';

test('the requests show whose they are, and a person sets what is taken', async ({ rollcall, acme, owner: page }) => {
  const scim = connect(rollcall, acme);
  await openProvisioning(page, 'Acme');
  const tolerance = page.getByRole('combobox', { name: 'Accept what differs from the standard' });
  await expect(tolerance).toHaveValue('as_needed');
  await expect(page.getByText('No request has shown yet')).toBeVisible();

  const made = await scim.send('POST', '/Groups', {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    ],
    displayName: 'Sales',
  });
  expect(made.status).toBe(201);
  const rename = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'Replace', path: 'displayName', value: 'Sales EMEA' }],
  };
  await page.reload();
  await expect(page.getByText('The requests show Microsoft Entra ID.')).toBeVisible();
  expect((await scim.send('PATCH', `/Groups/${made.body.id}`, rename)).status).toBe(200);

  await tolerance.selectOption('Nothing: the letter of the RFCs');
  const saved = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByRole('button', { name: 'Save tolerance' }).click();
  expect((await saved).ok()).toBe(true);
  await page.reload();
  await expect(tolerance).toHaveValue('strict');
  const refused = await scim.send('PATCH', `/Groups/${made.body.id}`, rename);
  expect(refused.status).toBe(400);
  expect(refused.body.detail).toContain('Replace');

  await page.getByRole('link', { name: 'Activity', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('changed how forgiving the SCIM API is');
});
